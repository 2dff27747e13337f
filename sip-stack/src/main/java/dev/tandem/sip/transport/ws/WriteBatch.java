package dev.tandem.sip.transport.ws;

import java.util.ArrayList;
import java.util.List;

/**
 * The connections that a thread has something to write to, while it handles what it has read: when
 * several messages came at once, what they cause for one connection leaves in one write, and not in
 * one for each. Lasts as long as one read is handled, so that nothing waits for anything else.
 *
 * <p>One for each thread.
 */
final class WriteBatch {
  /** More than one read causes in all but strange cases; then they are written at once. */
  private static final int MOST = 64;

  private static final ThreadLocal<WriteBatch> OF_THREAD = ThreadLocal.withInitial(WriteBatch::new);

  private final List<Runnable> writers = new ArrayList<>();
  private boolean open;

  private WriteBatch() {}

  static WriteBatch ofThread() {
    return OF_THREAD.get();
  }

  /** Collects from now on. */
  void begin() {
    open = true;
  }

  /**
   * Runs the writer at the {@link #end}, once however often it is given; at once when nothing is
   * collected.
   */
  void write(Runnable writer) {
    if (!open || writers.size() >= MOST) {
      writer.run();
    } else if (!writers.contains(writer)) {
      writers.add(writer);
    }
  }

  /** Runs all that were collected. */
  void end() {
    open = false;
    try {
      writers.forEach(Runnable::run);
    } finally {
      writers.clear();
    }
  }
}
