package dev.tandem.sip.transport.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.FlowListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A listener that remembers, and that notes every breach of what a listener is promised: opened
 * first, ended last and once, one call at a time.
 */
final class FlowLog implements FlowListener {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  final List<Flow> opened = new CopyOnWriteArrayList<>();
  final List<String> messages = new CopyOnWriteArrayList<>();
  final List<String> unframed = new CopyOnWriteArrayList<>();
  final Map<FlowId, FlowEnd> ends = new ConcurrentHashMap<>();
  final List<String> breaches = new CopyOnWriteArrayList<>();
  private final Map<FlowId, AtomicBoolean> busy = new ConcurrentHashMap<>();

  /** What to do with a message besides remembering it. */
  volatile BiConsumer<Flow, byte[]> onMessage = (flow, message) -> {};

  volatile Consumer<Flow> onOpened = flow -> {};

  volatile BiConsumer<Flow, byte[]> onUnframed = (flow, head) -> {};
  volatile boolean remembersMessages = true;

  @Override
  public void opened(Flow flow) {
    if (busy.put(flow.id(), new AtomicBoolean()) != null) {
      breaches.add("opened twice: " + flow);
    }
    opened.add(flow);
    onOpened.accept(flow);
  }

  @Override
  public void received(Flow flow, byte[] message) {
    during(
        flow,
        "received",
        () -> {
          if (remembersMessages) {
            messages.add(new String(message, ISO_8859_1));
          }
          onMessage.accept(flow, message);
        });
  }

  @Override
  public void unframed(Flow flow, byte[] headerSection, FlowEnd why) {
    during(
        flow,
        "unframed",
        () -> {
          unframed.add(why.cause() + " " + new String(headerSection, ISO_8859_1));
          onUnframed.accept(flow, headerSection);
        });
  }

  @Override
  public void ended(Flow flow, FlowEnd end) {
    during(
        flow,
        "ended",
        () -> {
          if (flow.isOpen()) {
            breaches.add("ended while open: " + flow);
          }
          ends.put(flow.id(), end);
        });
  }

  private void during(Flow flow, String call, Runnable body) {
    AtomicBoolean inside = busy.get(flow.id());
    if (inside == null || ends.containsKey(flow.id())) {
      breaches.add(call + " before opened or after ended: " + flow);
      return;
    }
    if (!inside.compareAndSet(false, true)) {
      breaches.add(call + " inside another call: " + flow);
    }
    try {
      body.run();
    } finally {
      inside.set(false);
    }
  }

  Flow awaitFlow() {
    await().atMost(PATIENCE).until(() -> !opened.isEmpty());
    return opened.get(opened.size() - 1);
  }

  FlowEnd awaitEnd(Flow flow) {
    await().atMost(PATIENCE).until(() -> ends.containsKey(flow.id()));
    return ends.get(flow.id());
  }

  void awaitMessages(String... expected) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(messages).containsExactly(expected));
  }

  void awaitAllEnded() {
    await().atMost(PATIENCE).until(() -> ends.size() == opened.size());
    assertThat(breaches).isEmpty();
  }
}
