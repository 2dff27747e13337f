package dev.tandem.sip.transport.http;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** A thread that reads and writes connections, as what runs a task on it. Thread-safe. */
public interface IoThread extends Executor {
  /**
   * Runs a task on it after so many milliseconds, when it has looked at its connections once more.
   *
   * @throws RejectedExecutionException when it ends
   */
  void executeAfter(Runnable task, long millis);
}
