package dev.tandem.sip.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowEnd.Cause;
import dev.tandem.sip.transport.SendBudget;
import dev.tandem.testkit.RawWebSocket;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that does not read costs a bounded queue, then its connection. */
class SlowReaderTest {
  private static final int QUEUE_BYTES = 200_000;
  private static final int QUEUE_MESSAGES = 500;
  private static final int PIECE = 10_000;
  private final WsServer server =
      new WsServer(
          WebSocketLimits.DEFAULTS
              .withQueue(QUEUE_BYTES, QUEUE_MESSAGES)
              .withMaxPiecesPerSecond(Integer.MAX_VALUE));

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void fullQueueInBytesEndsTheConnection() {
    Flow flow = connectDeaf();
    int sent = sendUntilRefused(flow, new byte[PIECE]);
    assertThat(flow.isOpen()).isFalse();
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.TOO_SLOW);
    long taken = server.endpoint.counters().bytesOut();
    long waiting = (long) sent * PIECE - taken;
    assertThat(waiting).isBetween(QUEUE_BYTES - 2L * PIECE, (long) QUEUE_BYTES);
    assertThat(flow.send(new byte[1])).isFalse();
  }

  @Test
  void fullQueueInMessagesEndsTheConnection() {
    Flow flow = connectDeaf();
    while (server.flows.ended.isEmpty() && flow.send(new byte[PIECE]) && !isStuck()) {
      // Until the kernel takes no more.
    }
    sendUntilRefused(flow, new byte[1]);
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.TOO_SLOW);
  }

  @Test
  void pingsOfAPeerThatDoesNotReadPongsAreBoundedToo() {
    RawWebSocket client =
        server.client().receiveBuffer(65536).answersPings(false).readsNothing().connect();
    server.flows.nextOpened();
    byte[] ping = RawWebSocket.frame(0x89, true, new byte[125]);
    // A thread of its own: with neither side reading, the kernel may stop the writer for minutes.
    Thread writer =
        new Thread(
            () -> {
              try {
                while (server.flows.ended.isEmpty()) {
                  client.sendRaw(ping);
                }
              } catch (java.io.UncheckedIOException e) {
                // Closed under us, as it should be.
              }
            },
            "ping-flood");
    writer.setDaemon(true);
    writer.start();
    try {
      await().atMost(Duration.ofSeconds(10)).until(() -> !server.flows.ended.isEmpty());
    } catch (ConditionTimeoutException e) {
      server.advance(Duration.ofSeconds(90)); // the queue is not full, but nothing moves any more
    }
    assertThat(server.flows.nextEnd().cause()).isIn(Cause.TOO_SLOW, Cause.DEAD, Cause.STALLED);
    client.close();
  }

  @Test
  void peerThatTakesNothingFor20SecondsIsCutOff() {
    Flow flow = connectDeaf();
    while (!isStuck()) {
      assertThat(flow.send(new byte[PIECE])).isTrue();
    }
    server.advance(Duration.ofSeconds(19));
    assertThat(server.flows.ended).isEmpty();
    server.advance(Duration.ofSeconds(1));
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.TOO_SLOW);
  }

  @Test
  void peerThatReadsAgainInTimeGetsAllOfIt() {
    RawWebSocket client = server.client().receiveBuffer(4096).readsNothing().connect();
    client.sendText("hello");
    server.flows.nextText();
    Flow flow = server.flows.nextOpened();
    int sent = 0;
    while (!isStuck()) {
      assertThat(flow.send(numbered(sent++))).isTrue();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(flow.send(numbered(sent++))).isTrue();
    }
    client.resumeReading();
    for (int i = 0; i < sent; i++) {
      assertThat(client.receive().payload()).isEqualTo(numbered(i));
    }
    server.advance(Duration.ofSeconds(24));
    assertThat(server.flows.ended).isEmpty();
  }

  @Test
  void endOfOneFlowIsNotToldInsideAMessageOfAnother() {
    Flow deaf = connectDeaf();
    RawWebSocket client = server.connect();
    // RecordedFlows complains of a call inside another.
    server.flows.onMessage = (flow, message) -> sendUntilRefused(deaf, new byte[PIECE]);
    client.sendText("flood the other");
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.TOO_SLOW);
  }

  @Test
  void peersThatDoNotReadHaveOneBudgetTogether() {
    SendBudget budget = new SendBudget(4 * QUEUE_BYTES);
    try (WsServer shared = new WsServer(WebSocketLimits.DEFAULTS.withBudget(budget))) {
      Flow first = connectDeaf(shared);
      while (budget.waiting() < QUEUE_BYTES) {
        assertThat(first.send(new byte[PIECE])).isTrue();
      }
      Flow second = connectDeaf(shared);
      long most = 0;
      while (second.send(new byte[PIECE])) {
        most = Math.max(most, budget.waiting());
      }
      // Half of what the first has left; alone it could have had five times as much.
      assertThat(most).isBetween(2L * QUEUE_BYTES, 3L * QUEUE_BYTES);
      assertThat(shared.flows.nextEnd().cause()).isEqualTo(Cause.TOO_SLOW);
      assertThat(first.isOpen()).isTrue();
      await().until(() -> budget.waiting() < 2 * QUEUE_BYTES);
      first.close(FlowEnd.of(Cause.DEAD, "enough"));
      await().until(() -> budget.waiting() == 0);
    }
  }

  private static byte[] numbered(int i) {
    byte[] piece = new byte[PIECE];
    piece[0] = (byte) (i >> 8);
    piece[1] = (byte) i;
    piece[PIECE - 1] = (byte) 0xFF;
    return piece;
  }

  private Flow connectDeaf() {
    return connectDeaf(server);
  }

  private static Flow connectDeaf(WsServer to) {
    RawWebSocket client = to.client().receiveBuffer(4096).readsNothing().connect();
    client.sendText("hello");
    to.flows.nextText();
    return to.flows.nextOpened();
  }

  private int sendUntilRefused(Flow flow, byte[] piece) {
    int sent = 0;
    while (flow.send(piece)) {
      sent++;
      assertThat((long) sent * piece.length).isLessThan(50_000_000);
    }
    return sent;
  }

  /** Whether the kernel has not taken all that was sent. */
  private boolean isStuck() {
    WebSocketCounters counters = server.endpoint.counters();
    return counters.bytesOut() < counters.messagesOut() * PIECE;
  }
}
