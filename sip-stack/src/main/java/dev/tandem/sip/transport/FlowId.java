package dev.tandem.sip.transport;

import java.util.concurrent.atomic.AtomicLong;

/** Names one flow for as long as the process lives; never used twice. */
public record FlowId(long value) {
  private static final AtomicLong last = new AtomicLong();

  public static FlowId next() {
    return new FlowId(last.incrementAndGet());
  }

  @Override
  public String toString() {
    return "f" + value;
  }
}
