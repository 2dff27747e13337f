package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.FlowEnd;
import java.nio.charset.StandardCharsets;

/** The status codes of close frames (RFC 6455 §7.4). */
final class CloseCode {
  static final int NORMAL = 1000;
  static final int GOING_AWAY = 1001;
  static final int PROTOCOL_ERROR = 1002;
  static final int BAD_DATA = 1007;
  static final int POLICY = 1008;
  static final int TOO_BIG = 1009;
  static final int INTERNAL_ERROR = 1011;

  /** A close frame without a status. */
  static final int ABSENT = 0;

  /** No close frame: the peer does not read, or is not there. */
  static final int NO_FRAME = -1;

  private static final int MAX_REASON_BYTES = 123;

  private CloseCode() {}

  /** Whether a peer may send it: 1004 to 1006 and 1015 are never on the wire (RFC 6455 §7.4.1). */
  static boolean isValid(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }

  /** What the peer is told when we end a connection for this reason. */
  static int of(FlowEnd.Cause cause) {
    return switch (cause) {
      case PEER_CLOSED, PEER_LEFT, REPLACED -> NORMAL;
      case BROKEN, DEAD, TOO_SLOW -> NO_FRAME;
      case STALLED, REFUSED -> POLICY;
      case TOO_BIG -> TOO_BIG;
      case PROTOCOL_ERROR -> PROTOCOL_ERROR;
      case UNREACHABLE -> INTERNAL_ERROR;
      case SHUTDOWN -> GOING_AWAY;
    };
  }

  /** What a close frame holds: the status and as much of the reason as fits (RFC 6455 §5.5.1). */
  static byte[] payload(int code, String reason) {
    if (code == ABSENT) {
      return new byte[0];
    }
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MAX_REASON_BYTES);
    while (length > 0 && length < text.length && (text[length] & 0xC0) == 0x80) {
      length--;
    }
    byte[] payload = new byte[2 + length];
    payload[0] = (byte) (code >>> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, 2, length);
    return payload;
  }
}
