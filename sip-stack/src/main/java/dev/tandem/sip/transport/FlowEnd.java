package dev.tandem.sip.transport;

/** Why a flow ended: a small fixed cause for counters, and a detail for the log line. */
public record FlowEnd(Cause cause, String detail) {

  /** Who or what ended a flow. */
  public enum Cause {
    /** The peer closed in the proper way (WebSocket close frame, TCP FIN). */
    PEER_CLOSED,
    /** The peer says that it goes away: a browser whose page was left (RFC 6455 §7.4.1, 1001). */
    PEER_LEFT,
    /** The peer has another connection instead. */
    REPLACED,
    /** The connection broke: reset, I/O error. */
    BROKEN,
    /** No pong or other sign of life for too long. */
    DEAD,
    /** Handshake, first message, or the rest of a message did not come in time. */
    STALLED,
    /** The peer does not read: the bounded send queue is full. */
    TOO_SLOW,
    /** A message was over the limit. */
    TOO_BIG,
    /** Framing that breaks RFC 6455, RFC 7118 or RFC 3261 §18.3. */
    PROTOCOL_ERROR,
    /** The stack above asked for it. */
    REFUSED,
    /** No connection could be made. */
    UNREACHABLE,
    /** We stop. */
    SHUTDOWN
  }

  public static FlowEnd of(Cause cause, String detail) {
    return new FlowEnd(cause, detail);
  }

  @Override
  public String toString() {
    return cause + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
