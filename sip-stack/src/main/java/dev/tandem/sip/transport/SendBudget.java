package dev.tandem.sip.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What may wait for all peers together that do not read. Each of their queues may hold as much as
 * all of them leave free: the more of them there are, the less for each, so that together they
 * never reach the bound, and one alone has what it needs (the dynamic threshold by which switches
 * share the memory of their ports). A little is everybody's, so that whoever does read is not cut
 * off for those who do not. Thread-safe.
 */
public final class SendBudget {
  /** Some messages, which come at once now and then. */
  private static final int EVERYBODYS = 16 * 1024;

  private final long most;
  private final AtomicLong waiting = new AtomicLong();

  /** A budget of so many bytes. */
  public SendBudget(long bytes) {
    this.most = bytes;
  }

  /** One that is never reached, for those who have one queue or trust their peers. */
  public static SendBudget unbounded() {
    return new SendBudget(Long.MAX_VALUE);
  }

  /**
   * How many bytes a queue may hold now.
   *
   * @param atMost what it may hold when all others are empty
   */
  public long share(int atMost) {
    return Math.min(atMost, Math.max(EVERYBODYS, most - waiting.get()));
  }

  /** So many bytes more wait in one of the queues, or, below zero, fewer. */
  public void changes(long by) {
    waiting.addAndGet(by);
  }

  /** How many bytes wait. */
  public long waiting() {
    return waiting.get();
  }
}
