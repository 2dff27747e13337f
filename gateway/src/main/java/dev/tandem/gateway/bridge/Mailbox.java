package dev.tandem.gateway.bridge;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread at a time, without a thread of its own: a task runs at once on the thread that brings
 * it, or, when another thread (or an outer task) is at work, after that on the other's. Nobody
 * waits. What peers can send at will is bounded before it gets here (64 requests a dialog); the
 * rest answers something of ours. The capacity is there to show a fault in that reasoning.
 */
public final class Mailbox implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
  private static final int CAPACITY = 4096;

  private final Queue<Runnable> waiting = new ArrayDeque<>(4); // guarded by itself
  private boolean busy; // guarded by waiting

  @Override
  public void execute(Runnable task) {
    synchronized (waiting) {
      if (busy) {
        if (waiting.size() >= CAPACITY) {
          throw new RejectedExecutionException("the call has too much to do");
        }
        waiting.add(task);
        return;
      }
      busy = true;
    }
    Runnable next = task;
    while (next != null) {
      try {
        next.run();
      } catch (RuntimeException e) {
        log.error("a step of a call failed", e);
      }
      synchronized (waiting) {
        next = waiting.poll();
        busy = next != null;
      }
    }
  }
}
