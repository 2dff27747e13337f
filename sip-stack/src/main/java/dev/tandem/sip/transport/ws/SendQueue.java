package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.SendBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * The frames that wait to be written on one connection, oldest first. Mostly none: a frame is
 * written by the thread that brings it, and only what the socket does not take stays here. The lock
 * is held for one non-blocking write at most, and no code of others runs under it.
 *
 * <p>Thread-safe.
 */
final class SendQueue {

  /** What became of a frame, or of the frames that waited. */
  enum Outcome {
    /** All is with the kernel. */
    WRITTEN,
    /** Something waits until the socket takes more. */
    WAITING,
    /** The frame is not taken: too much waits already. */
    FULL,
    /** The frame is not taken: the last one was queued before. */
    CLOSED
  }

  /** One frame on its way, linked to the one behind it. */
  private static final class Frame {
    private final byte opcode;
    private final byte[] payload;
    private @Nullable Frame next;

    Frame(int opcode, byte[] payload) {
      this.opcode = (byte) opcode;
      this.payload = payload;
    }

    int size() {
      return headerSize() + payload.length;
    }

    private int headerSize() {
      return payload.length <= 125 ? 2 : payload.length <= 0xFFFF ? 4 : 10;
    }

    /** Puts what fits, from {@code offset} on, of the unfragmented and unmasked frame. */
    void encode(int offset, ByteBuffer to) {
      int header = headerSize();
      int i = offset;
      for (; i < header && to.hasRemaining(); i++) {
        to.put(headerByte(i, header));
      }
      int start = i - header;
      if (start >= 0) {
        to.put(payload, start, Math.min(payload.length - start, to.remaining()));
      }
    }

    private byte headerByte(int i, int header) {
      if (i == 0) {
        return (byte) (0x80 | opcode);
      }
      if (i == 1) {
        return (byte) (header == 2 ? payload.length : header == 4 ? 126 : 127);
      }
      int shift = (header - 1 - i) * 8;
      return (byte) (shift >= Integer.SIZE ? 0 : payload.length >>> shift);
    }
  }

  private @Nullable Frame head;
  private @Nullable Frame tail;
  private int headWritten;
  private int frames;
  private long bytes;
  private long told; // to the budget: only what a write has left
  private boolean closed;
  private boolean resumed;
  private long progressAt;

  /**
   * Adds a frame to be written by {@link #drain}, if there is room for it. The frame that finds an
   * empty queue always has room.
   *
   * @param last whether it is the close frame; it always has room, and nothing is taken after it
   */
  synchronized Outcome add(int opcode, byte[] payload, boolean last, WebSocketLimits limits) {
    if (closed) {
      return Outcome.CLOSED;
    }
    Frame frame = new Frame(opcode, payload);
    Frame before = tail;
    if (!last
        && before != null
        && (frames >= limits.maxQueuedMessages()
            || bytes + frame.size() > limits.budget().share(limits.maxQueuedBytes()))) {
      return Outcome.FULL;
    }
    if (before == null) {
      head = frame;
    } else {
      before.next = frame;
    }
    tail = frame;
    frames++;
    bytes += frame.size();
    closed = last;
    return Outcome.WAITING;
  }

  /**
   * Writes what the socket takes, and has the sink's write listener called when it takes more.
   *
   * @param budget hears of what stays
   * @param now the time, to know how long the peer has taken nothing
   */
  synchronized Outcome drain(
      ConduitStreamSinkChannel sink, LongAdder bytesOut, SendBudget budget, long now)
      throws IOException {
    // Resumed and suspended under the lock, so that no thread suspends what another resumed.
    boolean all = writeAll(sink, bytesOut, now);
    tell(budget);
    if (all) {
      progressAt = 0;
      if (resumed) {
        resumed = false;
        sink.suspendWrites();
      }
      return Outcome.WRITTEN;
    }
    if (progressAt == 0) {
      progressAt = now;
    }
    if (!resumed) {
      resumed = true;
      sink.resumeWrites();
    }
    return Outcome.WAITING;
  }

  private boolean writeAll(ConduitStreamSinkChannel sink, LongAdder bytesOut, long now)
      throws IOException {
    ByteBuffer buffer = ThreadBuffers.forWriting();
    while (head != null) {
      fill(buffer);
      int written = write(sink, buffer);
      if (written > 0) {
        bytesOut.add(written);
        progressAt = now;
        consume(written);
      }
      if (buffer.hasRemaining()) {
        return false;
      }
    }
    // TLS keeps a record that the socket did not take whole.
    return sink.flush();
  }

  private void tell(SendBudget budget) {
    if (bytes != told) {
      budget.changes(bytes - told);
      told = bytes;
    }
  }

  /** Drops what waits; nothing is taken any more. */
  synchronized void discard(SendBudget budget) {
    closed = true;
    head = null;
    tail = null;
    frames = 0;
    bytes = 0;
    tell(budget);
    progressAt = 0;
  }

  /** When the peer last took a byte, 0 while nothing waits. */
  synchronized long waitingSince() {
    return progressAt;
  }

  private void fill(ByteBuffer buffer) {
    buffer.clear();
    int offset = headWritten;
    for (Frame frame = head; frame != null && buffer.hasRemaining(); frame = frame.next) {
      frame.encode(offset, buffer);
      offset = 0;
    }
    buffer.flip();
  }

  private static int write(ConduitStreamSinkChannel sink, ByteBuffer buffer) throws IOException {
    int total = 0;
    int written;
    do {
      written = sink.write(buffer);
      total += written;
    } while (written > 0 && buffer.hasRemaining());
    return total;
  }

  private void consume(int written) {
    int left = headWritten + written;
    Frame frame = head;
    while (frame != null && left >= frame.size()) {
      left -= frame.size();
      frames--;
      bytes -= frame.size();
      frame = frame.next;
    }
    head = frame;
    if (frame == null) {
      tail = null;
    }
    headWritten = left;
  }
}
