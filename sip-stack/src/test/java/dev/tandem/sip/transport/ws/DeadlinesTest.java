package dev.tandem.sip.transport.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.FlowEnd.Cause;
import dev.tandem.testkit.RawWebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens when time passes, on a clock that only the test moves. */
class DeadlinesTest {
  private final WsServer server = new WsServer(WebSocketLimits.DEFAULTS);

  @AfterEach
  void stop() {
    server.close();
  }

  // ---- the first message, and a message begun

  @Test
  void silentConnectionIsClosedAfterEightSeconds() {
    RawWebSocket client = server.connect();
    server.advance(Duration.ofSeconds(7));
    assertThat(server.flows.ended).isEmpty();
    server.advance(Duration.ofSeconds(1));
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.STALLED);
    assertThat(client.receive().closeCode()).isEqualTo(1008);
    client.awaitEnd(RawWebSocket.PATIENCE); // on a clock that stands still
  }

  @Test
  void pingsAndHalvesDoNotReplaceTheFirstMessage() {
    RawWebSocket client = server.connect();
    server.advance(Duration.ofSeconds(5));
    client.sendPing("alive");
    client.receive();
    client.sendFrame(RawWebSocket.TEXT, false, bytes("half"));
    server.advance(Duration.ofSeconds(5));
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.STALLED);
  }

  @Test
  void messageThatIsNotCompletedIsClosedAfterEightSeconds() {
    RawWebSocket client = connectAndSayHello();
    server.advance(Duration.ofSeconds(20));
    client.sendRaw(new byte[] {(byte) 0x81});
    awaitBytesIn(1);
    server.advance(Duration.ofSeconds(7));
    assertThat(server.flows.ended).isEmpty();
    server.advance(Duration.ofSeconds(1));
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.STALLED);
  }

  @Test
  void fragmentsThatDripDoNotExtendTheTimeOfAMessage() {
    RawWebSocket client = connectAndSayHello();
    client.sendFrame(RawWebSocket.TEXT, false, bytes("drip"));
    for (int second = 0; second < 7; second++) {
      awaitBytesIn(1);
      server.advance(Duration.ofSeconds(1));
      client.sendFrame(RawWebSocket.CONTINUATION, false, bytes("drip"));
    }
    assertThat(server.flows.ended).isEmpty();
    server.advance(Duration.ofSeconds(1));
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.STALLED);
  }

  @Test
  void messageCompletedInTimeIsNoReasonToClose() {
    RawWebSocket client = connectAndSayHello();
    client.sendFrame(RawWebSocket.TEXT, false, bytes("one "));
    awaitBytesIn(1);
    server.advance(Duration.ofSeconds(7));
    client.sendFrame(RawWebSocket.CONTINUATION, true, bytes("message"));
    assertThat(server.flows.nextText()).isEqualTo("one message");
    server.advance(Duration.ofSeconds(10));
    assertThat(server.flows.ended).isEmpty();
  }

  // ---- pings

  @Test
  void pingGoesOutEvery25SecondsAndTheFirstALittleBefore() {
    RawWebSocket client = server.client().answersPings(false).connect();
    client.sendText("hello");
    server.flows.nextText();
    server.advance(Duration.ofSeconds(19));
    assertThat(server.endpoint.counters().pings()).isZero();
    assertThat(secondsUntilPing(client)).isBetween(1, 6);
    assertThat(secondsUntilPing(client)).isEqualTo(25);
    client.sendText("alive");
    server.flows.nextText();
    assertThat(secondsUntilPing(client)).isEqualTo(25);
  }

  private int secondsUntilPing(RawWebSocket client) {
    long before = server.endpoint.counters().pings();
    int seconds = 0;
    while (server.endpoint.counters().pings() == before && seconds < 60) {
      server.advance(Duration.ofSeconds(1));
      seconds++;
    }
    assertThat(client.receive().opcode()).isEqualTo(RawWebSocket.PING);
    return seconds;
  }

  @Test
  void connectionIsDeadAfterTwoPingsWithoutAnswer() {
    RawWebSocket client = server.client().answersPings(false).connect();
    client.sendText("hello");
    server.flows.nextText();
    server.advance(Duration.ofSeconds(19));
    secondsUntilPing(client);
    server.advance(Duration.ofSeconds(49));
    assertThat(server.flows.ended).isEmpty();
    server.advance(Duration.ofSeconds(1));
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.DEAD);
    client.awaitEnd(RawWebSocket.PATIENCE);
  }

  @Test
  void burstsOfPingsAreSpread() {
    for (int i = 0; i < 40; i++) {
      server.connect().sendText("hello");
      server.flows.nextText();
    }
    server.advance(Duration.ofSeconds(22));
    assertThat(server.endpoint.counters().pings()).isBetween(1L, 39L);
    server.advance(Duration.ofSeconds(3));
    assertThat(server.endpoint.counters().pings()).isEqualTo(40);
  }

  @Test
  void anyFrameIsASignOfLife() {
    RawWebSocket client = server.client().answersPings(false).connect();
    client.sendText("hello");
    server.flows.nextText();
    for (int i = 0; i < 5; i++) {
      server.advance(Duration.ofSeconds(25));
      client.receive();
      client.sendText("not a pong " + i);
      server.flows.nextText();
    }
    assertThat(server.flows.ended).isEmpty();
  }

  @Test
  void answeredPingsKeepAnIdleConnection() {
    connectAndSayHello();
    WebSocketCounters counters = server.endpoint.counters();
    for (int i = 0; i < 8; i++) {
      server.advance(Duration.ofSeconds(25));
      await(() -> counters.pongs() == counters.pings());
    }
    assertThat(counters.pings()).isGreaterThanOrEqualTo(8);
    assertThat(server.flows.ended).isEmpty();
  }

  // ---- closing

  @Test
  void peerThatDoesNotAnswerTheCloseIsCutOff() {
    RawWebSocket client = connectAndSayHello();
    var closed = server.endpoint.close();
    assertThat(client.receive().closeCode()).isEqualTo(1001);
    assertThat(server.flows.nextEnd().cause()).isEqualTo(Cause.SHUTDOWN);
    server.advance(Duration.ofSeconds(2));
    assertThat(client.hasEnded()).isFalse();
    assertThat(closed).isNotDone();
    server.advance(Duration.ofSeconds(1));
    client.awaitEnd(RawWebSocket.PATIENCE);
    await(closed::isDone);
  }

  @Test
  void closeIsCompleteWhenTheLastPeerAnsweredIt() {
    RawWebSocket one = connectAndSayHello();
    RawWebSocket other = connectAndSayHello();
    var closed = server.endpoint.close();
    one.receive();
    one.sendClose(1001);
    one.awaitEnd(RawWebSocket.PATIENCE);
    assertThat(closed).isNotDone();
    other.receive();
    other.sendClose(1001);
    await(closed::isDone);
  }

  private RawWebSocket connectAndSayHello() {
    RawWebSocket client = server.connect();
    client.sendText("hello");
    assertThat(server.flows.nextText()).isEqualTo("hello");
    awaitBytesIn(0);
    return client;
  }

  private long seen;

  /** Until more bytes than at the last call are read, and what they mean is done. */
  /** The end of input is read after the close was decided, and before it is carried out. */
  @Test
  void peerThatHasGoneWhenWeCloseIsNotWaitedFor() throws Exception {
    CountDownLatch sentAll = new CountDownLatch(1);
    CompletableFuture<CompletableFuture<Void>> closing = new CompletableFuture<>();
    server.flows.onMessage =
        (flow, message) -> {
          if (message.length > 100) {
            closing.complete(server.endpoint.close());
          } else {
            awaitUnchecked(sentAll);
          }
        };
    RawWebSocket client = server.connect();
    client.sendText("first");
    assertThat(server.flows.received.poll(5, TimeUnit.SECONDS)).isNotNull();
    int header = 8; // with a length of 16 bits and a mask
    client.sendText("x".repeat(ThreadBuffers.BYTES - header)); // fills one read: another follows
    client.close();
    sentAll.countDown();
    closing.get(5, TimeUnit.SECONDS).get(5, TimeUnit.SECONDS); // on a clock that stands still
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private void awaitBytesIn(int more) {
    await(() -> server.endpoint.counters().bytesIn() >= seen + more);
    seen = server.endpoint.counters().bytesIn();
    server.awaitIoThreads();
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(RawWebSocket.PATIENCE).until(condition);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
