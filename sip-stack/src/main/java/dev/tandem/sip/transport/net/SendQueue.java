package dev.tandem.sip.transport.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * What a stream flow has yet to write, bounded in bytes. Any thread offers, one thread writes.
 *
 * <p>It also knows whether somebody is going to write: the one who offers to a queue that nobody
 * attends must see to it ({@link Offer#ATTEND}), and {@link #peek} that finds nothing hands this
 * duty back.
 */
final class SendQueue {
  /** What became of a message. */
  enum Offer {
    QUEUED,
    /** Queued, and the caller must arrange that it is written. */
    ATTEND,
    FULL
  }

  /** What an entry costs beside its bytes, so that a flood of tiny ones is bounded too. */
  private static final int ENTRY_BYTES = 64;

  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>(2);
  private final int maxBytes;
  private long bytes;
  private boolean attended;

  /** Of a flow that is not connected yet, whoever connects it will attend to it. */
  SendQueue(int maxBytes, boolean attended) {
    this.maxBytes = maxBytes;
    this.attended = attended;
  }

  synchronized Offer offer(byte[] message) {
    int cost = message.length + ENTRY_BYTES;
    if (bytes + cost > maxBytes && !waiting.isEmpty()) {
      return Offer.FULL;
    }
    bytes += cost;
    waiting.add(ByteBuffer.wrap(message));
    if (attended) {
      return Offer.QUEUED;
    }
    attended = true;
    return Offer.ATTEND;
  }

  /** Fills {@code into} from the front and says how many; at 0 the queue is unattended. */
  synchronized int peek(ByteBuffer[] into) {
    int count = 0;
    for (ByteBuffer next : waiting) {
      if (count == into.length) {
        break;
      }
      into[count++] = next;
    }
    if (count == 0) {
      attended = false;
    }
    return count;
  }

  /** Forgets what was written entirely. */
  synchronized void dropWritten() {
    for (ByteBuffer first = waiting.peek();
        first != null && !first.hasRemaining();
        first = waiting.peek()) {
      bytes -= first.limit() + ENTRY_BYTES;
      waiting.remove();
    }
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  synchronized void clear() {
    waiting.clear();
    bytes = 0;
  }

  synchronized long bytes() {
    return bytes;
  }
}
