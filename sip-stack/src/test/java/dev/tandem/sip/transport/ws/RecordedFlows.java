package dev.tandem.sip.transport.ws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Keeps what a transport tells, and checks that it is told in order: opened, received, ended. */
final class RecordedFlows implements FlowListener {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  final BlockingQueue<Flow> opened = new LinkedBlockingQueue<>();
  final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
  final BlockingQueue<FlowEnd> ended = new LinkedBlockingQueue<>();
  final List<String> complaints = new CopyOnWriteArrayList<>();

  /** Runs on each message, on the I/O thread. */
  volatile BiConsumer<Flow, byte[]> onMessage = (flow, message) -> {};

  private final Map<Flow, Thread> open = new ConcurrentHashMap<>();
  private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);

  @Override
  public void opened(Flow flow) {
    enter();
    if (open.put(flow, Thread.currentThread()) != null) {
      complaints.add(flow + " opened twice");
    }
    opened.add(flow);
    inside.set(false);
  }

  @Override
  public void received(Flow flow, byte[] message) {
    enter();
    if (open.get(flow) != Thread.currentThread()) {
      complaints.add(flow + " received before opened, after ended, or on another thread");
    }
    received.add(message);
    try {
      onMessage.accept(flow, message);
    } finally {
      inside.set(false);
    }
  }

  @Override
  public void ended(Flow flow, FlowEnd end) {
    enter();
    if (open.remove(flow) == null) {
      complaints.add(flow + " ended twice, or before opened");
    }
    if (flow.isOpen()) {
      complaints.add(flow + " ended and says that it is open");
    }
    ended.add(end);
    inside.set(false);
  }

  private void enter() {
    if (inside.get()) {
      complaints.add("a call inside another");
    }
    inside.set(true);
  }

  Set<Flow> stillOpen() {
    return open.keySet();
  }

  Flow nextOpened() {
    return next(opened, "opened");
  }

  String nextText() {
    return new String(next(received, "received"), UTF_8);
  }

  byte[] nextBytes() {
    return next(received, "received");
  }

  FlowEnd nextEnd() {
    return next(ended, "ended");
  }

  private static <T> T next(BlockingQueue<T> queue, String what) {
    try {
      T value = queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (value == null) {
        throw new AssertionError("nothing " + what + " within " + PATIENCE);
      }
      return value;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
