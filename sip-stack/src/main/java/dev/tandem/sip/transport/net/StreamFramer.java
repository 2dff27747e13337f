package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.FlowEnd;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3), however the stream was
 * split on its way. Line ends between messages are skipped (§7.5), and a double CRLF there is a
 * ping (RFC 5626 §4.4.1). Header lines may end in a bare LF, as most stacks accept.
 *
 * <p>Limits are checked before bytes are kept, and memory follows the bytes that came, not the
 * length that was promised. After a failure the rest of the stream has no meaning and is ignored.
 *
 * <p>Pure: no clock, no sockets. Not thread-safe: each flow owns one, on its I/O thread.
 */
final class StreamFramer {

  /** Takes what the framer finds, in the order of the stream. */
  interface Sink {
    void message(byte[] message);

    void ping();

    /**
     * The stream cannot be cut any further; comes last, and once.
     *
     * @param headerSection of the message that broke it, if that much is known
     */
    void failed(byte @Nullable [] headerSection, FlowEnd why);
  }

  private enum State {
    BETWEEN,
    HEAD,
    BODY,
    FAILED
  }

  private static final byte[] NONE = {};
  private static final byte[] PING = {'\r', '\n', '\r', '\n'};
  private static final int FIRST_BUFFER = 1024;

  private final FramingLimits limits;
  private State state = State.BETWEEN;

  /** Bytes of {@link #PING} seen last. */
  private int pingBytes;

  /** The message so far; its first {@link #size} bytes. */
  private byte[] buffer = NONE;

  private int size;

  /** In HEAD: how many lines, and whether the current one is empty up to here. */
  private int lines;

  private boolean lineIsEmpty;

  /** In BODY: the size that the whole message will have. */
  private int messageSize;

  StreamFramer(FramingLimits limits) {
    this.limits = limits;
  }

  /** Whether a message has begun and is not complete. */
  boolean isInsideMessage() {
    return state == State.HEAD || state == State.BODY;
  }

  /** Takes {@code data[from, to)}; keeps no reference to the array. */
  void feed(byte[] data, int from, int to, Sink sink) {
    int at = from;
    while (at < to && state != State.FAILED) {
      at =
          switch (state) {
            case BETWEEN -> between(data, at, to, sink);
            case HEAD -> head(data, at, to, sink);
            case BODY -> body(data, at, to, sink);
            case FAILED -> to;
          };
    }
  }

  private int between(byte[] data, int from, int to, Sink sink) {
    int at = from;
    while (at < to && (data[at] == '\r' || data[at] == '\n')) {
      if (data[at] == PING[pingBytes]) {
        pingBytes++;
      } else {
        pingBytes = data[at] == '\r' ? 1 : 0;
      }
      if (pingBytes == PING.length) {
        pingBytes = 0;
        sink.ping();
      }
      at++;
    }
    if (at < to) {
      pingBytes = 0;
      if (!canBegin(data[at])) {
        // A TLS ClientHello on the plain port, say: there is no need to wait for an empty line.
        fail(null, FlowEnd.Cause.PROTOCOL_ERROR, "not SIP", sink);
        return to;
      }
      state = State.HEAD;
      lines = 0;
      lineIsEmpty = true;
    }
    return at;
  }

  /** A method is a token and a status line begins with "SIP" (RFC 3261 §25.1). */
  private static boolean canBegin(byte b) {
    return (b >= 'A' && b <= 'Z')
        || (b >= 'a' && b <= 'z')
        || (b >= '0' && b <= '9')
        || "-.!%*_+`'~".indexOf(b) >= 0;
  }

  private int head(byte[] data, int from, int to, Sink sink) {
    int end = endOfHead(data, from, to);
    int upTo = end < 0 ? to : end;
    if (size + (upTo - from) > limits.maxHeadBytes() || lines > limits.maxHeaderLines()) {
      fail(null, FlowEnd.Cause.TOO_BIG, "header section", sink);
      return to;
    }
    if (end < 0) {
      keep(data, from, to, limits.maxHeadBytes());
    } else if (size == 0) {
      headComplete(data, from, end, to - end, sink);
    } else {
      keep(data, from, end, limits.maxHeadBytes());
      headComplete(buffer, 0, size, to - end, sink);
    }
    return upTo;
  }

  /** Behind the empty line, or -1 if it is not in {@code data[from, to)}; counts lines. */
  private int endOfHead(byte[] data, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = data[i];
      if (b == '\n') {
        if (lineIsEmpty) {
          return i + 1;
        }
        lineIsEmpty = true;
        lines++;
      } else if (b != '\r') {
        lineIsEmpty = false;
      }
    }
    return -1;
  }

  private void headComplete(byte[] head, int from, int to, int bytesAtHand, Sink sink) {
    int headSize = to - from;
    int length = ContentLength.find(head, from, to);
    if (length < 0) {
      String problem =
          switch (length) {
            case ContentLength.MISSING -> "no Content-Length";
            case ContentLength.CONTRADICTORY -> "contradictory Content-Length";
            default -> "malformed Content-Length";
          };
      byte[] headerSection = Arrays.copyOfRange(head, from, to);
      fail(headerSection, FlowEnd.Cause.PROTOCOL_ERROR, problem, sink);
    } else if (length > limits.maxMessageBytes() - headSize) {
      byte[] headerSection = Arrays.copyOfRange(head, from, to);
      fail(headerSection, FlowEnd.Cause.TOO_BIG, "message", sink);
    } else {
      messageSize = headSize + length;
      int room = Math.min(messageSize, headSize + Math.max(bytesAtHand, FIRST_BUFFER));
      byte[] message = new byte[room];
      System.arraycopy(head, from, message, 0, headSize);
      buffer = message;
      size = headSize;
      state = State.BODY;
      completeIfWhole(sink);
    }
  }

  private int body(byte[] data, int from, int to, Sink sink) {
    int upTo = from + Math.min(to - from, messageSize - size);
    keep(data, from, upTo, messageSize);
    completeIfWhole(sink);
    return upTo;
  }

  private void completeIfWhole(Sink sink) {
    if (size == messageSize) {
      byte[] whole = buffer.length == size ? buffer : Arrays.copyOf(buffer, size);
      state = State.BETWEEN;
      forget();
      sink.message(whole);
    }
  }

  private void keep(byte[] data, int from, int to, int most) {
    int needed = size + (to - from);
    if (needed > buffer.length) {
      int room = Math.max(needed, Math.max(buffer.length * 2, FIRST_BUFFER));
      buffer = Arrays.copyOf(buffer, Math.min(room, most));
    }
    System.arraycopy(data, from, buffer, size, to - from);
    size = needed;
  }

  private void fail(
      byte @Nullable [] headerSection, FlowEnd.Cause cause, String detail, Sink sink) {
    state = State.FAILED;
    forget();
    sink.failed(headerSection, FlowEnd.of(cause, detail));
  }

  private void forget() {
    buffer = NONE;
    size = 0;
  }
}
