package dev.tandem.sip.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.WebSocketHandshake;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An endpoint that speaks SIP on a port of its own, with a clock that stands still. */
final class WsServer implements AutoCloseable {
  final ManualClock clock = new ManualClock();
  final RecordedFlows flows = new RecordedFlows();
  final WebSocketEndpoint endpoint;
  private final Undertow undertow;

  WsServer(WebSocketLimits limits) {
    this(limits, OriginPolicy.allowing(List.of()));
  }

  WsServer(WebSocketLimits limits, OriginPolicy origins) {
    endpoint =
        new WebSocketEndpoint(
            new Timers(clock, clock), limits, origins, List.of(new SipOverWebSocket(flows)));
    undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(2)
            .setWorkerThreads(1)
            .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
            .setHandler(endpoint)
            .build();
    undertow.start();
  }

  URI uri() {
    InetSocketAddress address = (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
    return URI.create("ws://127.0.0.1:" + address.getPort() + "/ws");
  }

  WebSocketHandshake client() {
    return RawWebSocket.to(uri()).subprotocol("sip");
  }

  /** Comes back when the server has begun with it, too: it answers first, and then looks at it. */
  RawWebSocket connect() {
    long before = endpoint.counters().opened();
    RawWebSocket client = client().connect();
    assertThat(client.status()).isEqualTo(101);
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> endpoint.counters().opened() > before);
    return client;
  }

  /** Moves the clock second by second, each time until the I/O threads have seen it. */
  void advance(Duration duration) {
    for (long second = 0; second < duration.toSeconds(); second++) {
      clock.advance(Duration.ofSeconds(1));
      awaitIoThreads();
    }
  }

  /** Until what was given to the I/O threads before is done. */
  void awaitIoThreads() {
    for (int i = 0; i < undertow.getWorker().getIoThreadCount(); i++) {
      CountDownLatch done = new CountDownLatch(1);
      undertow.getWorker().getIoThread(i).execute(done::countDown);
      await(done);
    }
  }

  /** Does something while the I/O threads stand still; what came meanwhile they find at once. */
  void whileNothingIsRead(Runnable action) {
    CountDownLatch standing = new CountDownLatch(undertow.getWorker().getIoThreadCount());
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < undertow.getWorker().getIoThreadCount(); i++) {
      undertow
          .getWorker()
          .getIoThread(i)
          .execute(
              () -> {
                standing.countDown();
                await(done);
              });
    }
    await(standing);
    try {
      action.run();
    } finally {
      done.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    endpoint.close();
    awaitIoThreads();
    undertow.stop();
    assertThat(flows.complaints).isEmpty();
    assertThat(flows.stillOpen()).as("opened but never ended").isEmpty();
  }
}
