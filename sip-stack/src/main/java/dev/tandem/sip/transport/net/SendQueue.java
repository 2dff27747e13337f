package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.SendBudget;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * What a stream flow has yet to write, bounded in bytes, alone and together with others. Any thread
 * offers, one thread writes.
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
    /** Not taken: too much waits, or the flow is over. */
    FULL
  }

  /** What an entry costs beside its bytes, so that a flood of tiny ones is bounded too. */
  private static final int ENTRY_BYTES = 64;

  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>(2);
  private final int maxBytes;
  private final SendBudget budget;
  private long bytes;
  private boolean attended;
  private boolean over;

  /**
   * Makes an empty one.
   *
   * @param budget what it shares with others
   * @param attended of a flow that is not connected yet: whoever connects it will attend to it
   */
  SendQueue(int maxBytes, SendBudget budget, boolean attended) {
    this.maxBytes = maxBytes;
    this.budget = budget;
    this.attended = attended;
  }

  synchronized Offer offer(byte[] message) {
    int cost = message.length + ENTRY_BYTES;
    if (over || (bytes + cost > budget.share(maxBytes) && !waiting.isEmpty())) {
      return Offer.FULL;
    }
    changes(cost);
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

  private void changes(long by) {
    bytes += by;
    budget.changes(by);
  }

  /** Forgets what was written entirely. */
  synchronized void dropWritten() {
    for (ByteBuffer first = waiting.peek();
        first != null && !first.hasRemaining();
        first = waiting.peek()) {
      changes(-(first.limit() + ENTRY_BYTES));
      waiting.remove();
    }
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Drops what waits; nothing is taken any more. */
  synchronized void clear() {
    over = true;
    waiting.clear();
    changes(-bytes);
  }

  synchronized long bytes() {
    return bytes;
  }
}
