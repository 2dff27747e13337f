package dev.tandem.sip.transport.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowEnd.Cause;
import dev.tandem.testkit.RawWebSocket;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads on one connection, and ends that race. */
class ConcurrencyTest {
  private final WsServer server =
      new WsServer(WebSocketLimits.DEFAULTS.withQueue(16 * 1024 * 1024, 100_000));
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
    server.close();
  }

  @Test
  void sendersKeepTheirOrderAndFramesStayWhole() throws Exception {
    RawWebSocket client = server.connect();
    Flow flow = server.flows.nextOpened();
    int senders = 4;
    int messages = 2000;
    List<Future<?>> all = new ArrayList<>();
    for (int sender = 0; sender < senders; sender++) {
      int name = sender;
      all.add(
          threads.submit(
              () -> {
                for (int i = 0; i < messages; i++) {
                  String text = name + " " + i + " " + "x".repeat(i % 300);
                  assertThat(flow.send(text.getBytes(UTF_8))).isTrue();
                }
              }));
    }
    int[] next = new int[senders];
    for (int i = 0; i < senders * messages; i++) {
      String[] parts = client.receive().text().split(" ", -1);
      int name = Integer.parseInt(parts[0]);
      assertThat(Integer.parseInt(parts[1])).isEqualTo(next[name]++);
      assertThat(parts[2]).hasSize(Integer.parseInt(parts[1]) % 300);
    }
    for (Future<?> future : all) {
      future.get();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void connectionEndsOnceHoweverManyEndIt(long seed) throws Exception {
    Random random = new Random(seed);
    int connections = 40;
    for (int i = 0; i < connections; i++) {
      RawWebSocket client = server.connect();
      Flow flow = server.flows.nextOpened();
      List<Runnable> ends =
          List.of(
              client::reset,
              client::close,
              () -> flow.close(FlowEnd.of(Cause.REFUSED, "one")),
              () -> flow.close(FlowEnd.of(Cause.DEAD, "another")),
              () -> client.sendClose(1000),
              () -> client.sendRaw(new byte[] {(byte) 0xFF, 0}),
              () -> client.sendRaw(new byte[] {(byte) 0x81, (byte) 0xFE, -1, -1}),
              () -> client.sendText("message"),
              () -> flow.send(new byte[5000]),
              () -> server.clock.advance(Duration.ofSeconds(11)));
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> racing = new ArrayList<>();
      // The first ends it for sure. The others may: a close frame after half a frame is no end.
      racing.add(race(start, ends.get(random.nextInt(4))));
      for (int other = 0; other < 3; other++) {
        racing.add(race(start, ends.get(random.nextInt(ends.size()))));
      }
      start.countDown();
      for (Future<?> future : racing) {
        future.get();
      }
      server.flows.nextEnd();
      assertThat(flow.isOpen()).isFalse();
    }
    server.awaitIoThreads();
    assertThat(server.flows.ended).isEmpty();
    assertThat(server.endpoint.counters().ended()).isEqualTo(connections);
    assertThat(server.endpoint.counters().opened()).isEqualTo(connections);
  }

  @Test
  void nothingIsKeptOfConnectionsThatEnded() {
    for (int i = 0; i < 50; i++) {
      RawWebSocket client = server.connect();
      server.flows.nextOpened();
      if (i % 2 == 0) {
        client.reset();
      } else {
        client.sendClose(1000);
      }
      server.flows.nextEnd();
    }
    // Completes only when no connection is left.
    var closed = server.endpoint.close();
    Awaitility.await().atMost(RawWebSocket.PATIENCE).until(closed::isDone);
  }

  private Future<?> race(CountDownLatch start, Runnable task) {
    return threads.submit(
        () -> {
          start.await();
          try {
            task.run();
          } catch (UncheckedIOException e) {
            // Somebody else was first.
          }
          return null;
        });
  }
}
