package dev.tandem.sip.transport.net;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** Two I/O threads for the connections of a test class. */
final class IoThreads implements AutoCloseable {
  private static final int COUNT = 2;

  final XnioWorker worker;

  IoThreads() throws IOException {
    worker =
        Xnio.getInstance()
            .createWorker(
                OptionMap.create(Options.WORKER_IO_THREADS, COUNT, Options.THREAD_DAEMON, true));
  }

  /** Returns when what was asked of these threads before is done, timers set included. */
  void settle() {
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < COUNT; i++) {
      worker.getIoThread(i).execute(done::incrementAndGet);
    }
    await().atMost(FlowLog.PATIENCE).until(() -> done.get() == COUNT);
  }

  @Override
  public void close() {
    worker.shutdown();
  }
}
