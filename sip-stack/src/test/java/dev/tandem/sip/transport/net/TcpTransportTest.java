package dev.tandem.sip.transport.net;

import static dev.tandem.sip.transport.net.FlowLog.PATIENCE;
import static dev.tandem.sip.transport.net.SipText.bytes;
import static dev.tandem.sip.transport.net.SipText.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowEnd.Cause;
import dev.tandem.sip.transport.SendBudget;
import dev.tandem.testkit.ManualClock;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TcpTransportTest {
  private static final StreamTimeouts TIMES = StreamTimeouts.defaults();

  private static IoThreads threads;

  private final ManualClock clock = new ManualClock();
  private final Timers timers = new Timers(clock, clock);
  private final FlowLog log = new FlowLog();
  private TcpTransport tcp;

  @BeforeAll
  static void startThreads() throws IOException {
    threads = new IoThreads();
  }

  @AfterAll
  static void stopThreads() {
    threads.close();
  }

  private void start(String host, StreamLimits limits) throws IOException {
    tcp =
        new TcpTransport(
            new InetSocketAddress(InetAddress.getByName(host), 0),
            threads.worker,
            timers,
            limits,
            TIMES);
    tcp.start(log);
  }

  private void start() throws IOException {
    start("127.0.0.1", StreamLimits.defaults());
  }

  @AfterEach
  void stop() {
    tcp.close();
    log.awaitAllEnded();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(TIMES.linger());
              return tcp.connectionCount() == 0;
            });
    assertThat(tcp.counters().get(NetEvent.FAILURE)).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  private StreamPeer peer() throws IOException {
    return StreamPeer.connectTo(tcp.localAddress());
  }

  /** Moves the clock when what was asked for before has set its timers. */
  private void passes(Duration time) {
    threads.settle();
    clock.advance(time);
  }

  /** Others can find a flow before the call that made it comes back, and end it. */
  @Test
  void flowThatEndsWhileItIsMadeIsNotCountedForEver() throws IOException {
    start();
    try (ServerSocket pbx = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      log.onOpened =
          flow -> {
            flow.close(FlowEnd.of(Cause.REFUSED, "at once"));
            threads.settle(); // it is done with before the maker goes on
          };
      tcp.flowTo((InetSocketAddress) pbx.getLocalSocketAddress());
      threads.settle();
      assertThat(tcp.connectionCount()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void messagesGoBothWaysOnAnAcceptedConnection(String host) throws IOException {
    start(host, StreamLimits.defaults());
    log.onMessage = (flow, message) -> flow.send(message);
    try (StreamPeer peer = peer()) {
      String pipelined = message("1", "one") + "\r\n" + message("2", "") + message("3", "three");
      peer.sends(pipelined);
      log.awaitMessages(message("1", "one"), message("2", ""), message("3", "three"));
      String echoed = message("1", "one") + message("2", "") + message("3", "three");
      assertThat(peer.receives(echoed.length())).isEqualTo(echoed);
      Flow flow = log.awaitFlow();
      assertThat(flow.remote()).isEqualTo(peer.address());
      assertThat(flow.local()).isEqualTo(tcp.localAddress());
      assertThat(tcp.flowTo(peer.address())).isSameAs(flow);
      assertThat(tcp.find(peer.address())).isSameAs(flow);
    }
    assertThat(log.awaitEnd(log.awaitFlow()).cause()).isEqualTo(Cause.PEER_CLOSED);
  }

  @Test
  void doubleLineEndIsAnsweredBySingleOne() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      peer.sends("\r\n\r\n");
      assertThat(peer.receives(2)).isEqualTo("\r\n");
      peer.sends(message("1", "") + "\r\n\r\n");
      assertThat(peer.receives(2)).isEqualTo("\r\n");
      log.awaitMessages(message("1", ""));
    }
  }

  @Test
  void brokenFramingIsAnsweredByTheListenerBeforeTheConnectionCloses() throws IOException {
    start();
    log.onUnframed = (flow, head) -> flow.send(bytes("SIP/2.0 400 Bad Request\r\n\r\n"));
    try (StreamPeer peer = peer()) {
      String head = "OPTIONS sip:x SIP/2.0\r\nCall-ID: 1\r\n\r\n";
      // More than the kernel would take along: unread bytes must not turn the answer into a reset.
      peer.sends(head + "x".repeat(100_000));
      assertThat(peer.receivesUntilEnd()).isEqualTo("SIP/2.0 400 Bad Request\r\n\r\n");
      assertThat(log.unframed).containsExactly("PROTOCOL_ERROR " + head);
      assertThat(log.awaitEnd(log.awaitFlow()).cause()).isEqualTo(Cause.PROTOCOL_ERROR);
    }
    assertThat(log.messages).isEmpty();
  }

  @Test
  void oversizeMessageIsRefusedByItsHeader() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      peer.sends("OPTIONS sip:x SIP/2.0\r\nContent-Length: 70000\r\n\r\n");
      assertThat(log.awaitEnd(log.awaitFlow()).cause()).isEqualTo(Cause.TOO_BIG);
      assertThat(log.unframed).hasSize(1);
      assertThat(peer.receivesUntilEnd()).isEmpty();
    }
  }

  @Test
  void connectionWithoutAMessageStalls() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      Flow flow = log.awaitFlow();
      peer.sends("\r\n\r\n"); // pings are no message
      assertThat(peer.receives(2)).isEqualTo("\r\n");
      passes(TIMES.firstMessage().minusMillis(1));
      assertThat(flow.isOpen()).isTrue();
      clock.advance(Duration.ofMillis(1));
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.STALLED);
      peer.receivesUntilEnd();
    }
  }

  @Test
  void messageThatTricklesStallsHoweverBusyItIs() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      int waiting = clock.pendingTasks();
      Flow flow = log.awaitFlow();
      String slow = message("2", "x".repeat(100));
      peer.sends(slow.substring(0, 1));
      // The idle timer gives way to that of the message.
      await()
          .until(
              () -> {
                Duration next = clock.untilNext(); // none in the moment between the two
                return next != null && next.compareTo(TIMES.restOfMessage()) <= 0;
              });
      assertThat(clock.pendingTasks()).isEqualTo(waiting);
      for (int second = 1; second < TIMES.restOfMessage().toSeconds(); second++) {
        peer.sends(slow.substring(second, second + 1));
        clock.advance(Duration.ofSeconds(1));
      }
      assertThat(flow.isOpen()).isTrue();
      clock.advance(Duration.ofSeconds(1));
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.STALLED);
      assertThat(tcp.counters().get(NetEvent.STALLED)).isEqualTo(1);
    }
  }

  @Test
  void messageThatComesInPiecesInTimeIsWhole() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      String first = message("1", "body");
      peer.sends(first.substring(0, 20));
      passes(TIMES.firstMessage().minusSeconds(1));
      peer.sends(first.substring(20));
      log.awaitMessages(first);
      String second = message("2", "body");
      peer.sends(second.substring(0, 20));
      await()
          .until(
              () -> {
                Duration next = clock.untilNext(); // none in the moment between the two
                return next != null && next.compareTo(TIMES.restOfMessage()) <= 0;
              });
      clock.advance(TIMES.restOfMessage().minusSeconds(1));
      peer.sends(second.substring(20));
      log.awaitMessages(first, second);
      await().until(() -> clock.untilNext().compareTo(TIMES.restOfMessage()) > 0);
      clock.advance(TIMES.restOfMessage().multipliedBy(2));
      assertThat(log.awaitFlow().isOpen()).isTrue();
    }
  }

  @Test
  void silentConnectionEndsAfterTheIdleTimeAndABusyOneDoesNot() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      Flow flow = log.awaitFlow();
      await().until(() -> clock.untilNext().compareTo(TIMES.firstMessage()) > 0);
      clock.advance(TIMES.idle().minusMinutes(1));
      peer.sends("\r\n\r\n");
      assertThat(peer.receives(2)).isEqualTo("\r\n");
      clock.advance(Duration.ofMinutes(2));
      passes(TIMES.idle().minusMinutes(3));
      assertThat(flow.isOpen()).isTrue();
      passes(Duration.ofMinutes(3));
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.DEAD);
    }
  }

  @Test
  void readerThatStallsIsClosedAtTheBoundOfItsQueue() throws IOException {
    StreamLimits limits =
        new StreamLimits(FramingLimits.defaults(), 100_000, SendBudget.unbounded(), 10, 10);
    start("127.0.0.1", limits);
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      Flow flow = log.awaitFlow();
      byte[] block = new byte[10_000];
      int accepted = 0;
      while (flow.send(block)) {
        accepted++;
        // Kernel buffers on loopback hold some megabytes, never this many.
        assertThat(accepted).isLessThan(10_000);
      }
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.TOO_SLOW);
      assertThat(tcp.counters().get(NetEvent.TOO_SLOW)).isEqualTo(1);
      await().atMost(PATIENCE).until(() -> tcp.connectionCount() == 0);
    }
  }

  @Test
  void readerThatTakesNothingForLongIsClosedThoughLittleWaits() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      Flow flow = log.awaitFlow();
      int before = clock.pendingTasks();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                flow.send(new byte[60_000]);
                return clock.pendingTasks() > before; // it waits for the socket now
              });
      assertThat(flow.isOpen()).isTrue();
      clock.advance(TIMES.stalledWrite());
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.TOO_SLOW);
    }
  }

  @Test
  void connectsOnceForAnAddressAndSendsWhatWaitedInOrder() throws IOException {
    start();
    try (ServerSocket pbx = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) pbx.getLocalSocketAddress();
      Flow flow = tcp.flowTo(address);
      assertThat(log.opened).containsExactly(flow);
      StringBuilder sent = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        assertThat(tcp.flowTo(address)).isSameAs(flow);
        assertThat(flow.send(bytes(message("m" + i, "")))).isTrue();
        sent.append(message("m" + i, ""));
      }
      try (StreamPeer accepted = new StreamPeer(pbx.accept())) {
        assertThat(accepted.receives(sent.length())).isEqualTo(sent.toString());
        assertThat(accepted.socket.getInetAddress()).isEqualTo(tcp.localAddress().getAddress());
        assertThat(flow.local()).isEqualTo(accepted.socket.getRemoteSocketAddress());
        accepted.sends(message("reply", ""));
        log.awaitMessages(message("reply", ""));
        clock.advance(TIMES.connect().plus(TIMES.firstMessage()));
        assertThat(flow.isOpen()).isTrue(); // only callers owe us a first message
      }
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.PEER_CLOSED);
      assertThat(tcp.counters().get(NetEvent.CONNECTED)).isEqualTo(1);
      assertThat(tcp.flowTo(address)).isNotSameAs(flow);
    }
  }

  @Test
  void refusedConnectionIsUnreachable() throws IOException {
    start();
    int port;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = gone.getLocalPort();
    }
    Flow flow = tcp.flowTo(new InetSocketAddress("127.0.0.1", port));
    assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.UNREACHABLE);
    assertThat(flow.send(bytes("late"))).isFalse();
    assertThat(tcp.counters().get(NetEvent.CONNECT_FAILED)).isEqualTo(1);
  }

  /** A listening socket whose queue is full lets nobody in and answers nothing. */
  @Test
  void connectionThatNobodyAnswersIsUnreachableInTime() throws Exception {
    start();
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) busy.getLocalSocketAddress();
      List<StreamPeer> crowd = new ArrayList<>();
      while (crowd.size() < 2) { // Linux lets one more in than the backlog says
        crowd.add(StreamPeer.connectTo(address));
      }
      Flow waiting = tcp.flowTo(address);
      assertThat(waiting.send(bytes("waits"))).isTrue();
      passes(TIMES.connect().minusMillis(1));
      threads.settle();
      assertThat(waiting.isOpen()).isTrue();
      clock.advance(Duration.ofMillis(1));
      assertThat(log.awaitEnd(waiting).cause()).isEqualTo(Cause.UNREACHABLE);
      assertThat(log.awaitEnd(waiting).detail()).contains("PT3S");
      for (StreamPeer peer : crowd) {
        peer.close();
      }
    }
  }

  @Test
  void whatWaitsForTheConnectionIsBounded() throws Exception {
    start(
        "127.0.0.1",
        new StreamLimits(FramingLimits.defaults(), 10_000, SendBudget.unbounded(), 10, 10));
    // Nothing listens there, but the flow learns that on its own thread, which is held up.
    CountDownLatch release = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      threads.worker.getIoThread(i).execute(() -> awaitQuietly(go, release));
    }
    Flow flow = tcp.flowTo(new InetSocketAddress("127.0.0.1", 1));
    int accepted = 0;
    while (flow.send(new byte[1_000])) {
      accepted++;
    }
    go.countDown();
    assertThat(accepted).isEqualTo(9);
    assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.TOO_SLOW);
  }

  private static void awaitQuietly(CountDownLatch go, CountDownLatch release) {
    try {
      go.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    release.countDown();
  }

  @Test
  void connectionsAreBoundedInAllAndPerAddress() throws IOException {
    start(
        "127.0.0.1",
        new StreamLimits(FramingLimits.defaults(), 10_000, SendBudget.unbounded(), 100, 2));
    try (StreamPeer first = peer();
        StreamPeer second = peer()) {
      first.sends(message("1", ""));
      second.sends(message("2", ""));
      await().until(() -> log.messages.size() == 2);
      try (StreamPeer third = peer()) {
        third.receivesUntilEnd();
      }
      assertThat(tcp.counters().get(NetEvent.REFUSED)).isEqualTo(1);
      Flow outbound = tcp.flowTo(new InetSocketAddress("127.0.0.1", 5));
      assertThat(log.awaitEnd(outbound).cause()).isEqualTo(Cause.REFUSED);
    }
    await().until(() -> tcp.connectionCount() == 0);
    try (StreamPeer again = peer()) {
      again.sends(message("3", ""));
      await().until(() -> log.messages.size() == 3);
    }
  }

  @Test
  void answersToAPeerThatHalfClosedStillReachIt() throws IOException {
    start();
    log.onMessage = (flow, message) -> flow.send(message);
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", "x"));
      peer.socket.shutdownOutput();
      assertThat(peer.receivesUntilEnd()).isEqualTo(message("1", "x"));
      assertThat(log.awaitEnd(log.awaitFlow()).cause()).isEqualTo(Cause.PEER_CLOSED);
    }
  }

  @Test
  void whatWasQueuedBeforeCloseIsSent() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      Flow flow = log.awaitFlow();
      byte[] big = new byte[900_000];
      assertThat(flow.send(big)).isTrue();
      flow.close(FlowEnd.of(Cause.REFUSED, "enough"));
      assertThat(flow.send(bytes("late"))).isFalse();
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.REFUSED);
      assertThat(peer.receivesUntilEnd()).hasSize(big.length);
    }
  }

  @Test
  void peerThatNeverClosesIsGivenUpAfterLinger() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      log.awaitFlow().close(FlowEnd.of(Cause.REFUSED, "enough"));
      assertThat(peer.receivesUntilEnd()).isEmpty();
      assertThat(tcp.connectionCount()).isEqualTo(1);
      passes(TIMES.linger());
      await().until(() -> tcp.connectionCount() == 0);
    }
  }

  @Test
  void resetIsBroken() throws IOException {
    start();
    StreamPeer peer = peer();
    peer.sends(message("1", ""));
    log.awaitMessages(message("1", ""));
    peer.resets();
    assertThat(log.awaitEnd(log.awaitFlow()).cause()).isEqualTo(Cause.BROKEN);
  }

  @Test
  void stormOfResetsAndGarbageLeavesTheTransportWorking() throws IOException {
    start();
    try (QuietLog quiet = new QuietLog()) {
      storm();
    }
    try (StreamPeer peer = peer()) {
      peer.sends(message("alive", ""));
      log.awaitMessages(message("alive", ""));
    }
  }

  private void storm() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      StreamPeer peer = peer();
      byte[] garbage = new byte[random.nextInt(300)];
      random.nextBytes(garbage);
      if (random.nextInt(3) > 0 && garbage.length > 0) {
        garbage[0] = 'I'; // past the first look
      }
      try {
        peer.sends(garbage);
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
      }
      if (random.nextBoolean()) {
        peer.resets();
      } else {
        peer.close();
      }
      // Not faster than the queue of the listening socket can bear: the kernel's own patience with
      // connections that did not fit into it is longer than ours.
      long sent = 1L + i;
      if (sent % 100 == 0) {
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .atMost(PATIENCE)
            .until(() -> tcp.counters().get(NetEvent.ACCEPTED) == sent);
      }
    }
  }

  @Test
  void listenerThatThrowsCostsOneMessage() throws IOException {
    start();
    log.onMessage =
        (flow, message) -> {
          if (message.length > 200) {
            throw new StackOverflowError();
          }
        };
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", "x".repeat(300)) + message("2", ""));
      log.awaitMessages(message("1", "x".repeat(300)), message("2", ""));
    }
    TcpTransport failing = tcp;
    assertThat(failing.counters().get(NetEvent.FAILURE)).isEqualTo(1);
    failing.close();
    start(); // what stop() looks at
  }

  @Test
  void shutdownEndsEveryFlow() throws IOException {
    start();
    try (StreamPeer peer = peer()) {
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      tcp.close();
      assertThat(log.awaitEnd(log.awaitFlow()).cause()).isEqualTo(Cause.SHUTDOWN);
      assertThat(peer.receivesUntilEnd()).isEmpty();
      Flow late = tcp.flowTo(new InetSocketAddress("127.0.0.1", 5));
      assertThat(log.awaitEnd(late).cause()).isEqualTo(Cause.SHUTDOWN);
    }
  }

  @Test
  void endsAreToldThoughTheThreadsStopAtOnce() throws IOException {
    TcpTransport other;
    Flow accepted;
    try (IoThreads own = new IoThreads()) {
      other =
          new TcpTransport(
              new InetSocketAddress("127.0.0.1", 0),
              own.worker,
              timers,
              StreamLimits.defaults(),
              TIMES);
      other.start(log);
      try (StreamPeer peer = StreamPeer.connectTo(other.localAddress())) {
        accepted = log.awaitFlow();
        other.close();
        own.close();
        assertThat(log.awaitEnd(accepted).cause()).isEqualTo(Cause.SHUTDOWN);
        peer.receivesUntilEnd();
      }
    }
    start(); // what stop() looks at
  }

  @Test
  void addressInUseIsReportedByStart() throws IOException {
    start();
    TcpTransport second =
        new TcpTransport(
            tcp.localAddress(), threads.worker, timers, StreamLimits.defaults(), TIMES);
    assertThatThrownBy(() -> second.start(log)).isInstanceOf(BindException.class);
    assertThatThrownBy(() -> tcp.flowTo(InetSocketAddress.createUnresolved("pbx.example", 5060)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyFlowEndsOnceWhateverRaces() throws Exception {
    start();
    try (ServerSocket pbx = new ServerSocket(0, 500, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) pbx.getLocalSocketAddress();
      ExecutorService pool = Executors.newFixedThreadPool(5);
      CountDownLatch done = new CountDownLatch(4);
      pool.execute(() -> acceptAndClose(pbx));
      for (int i = 0; i < 4; i++) {
        Random random = new Random(i);
        pool.execute(
            () -> {
              for (int n = 0; n < 500; n++) {
                Flow flow = tcp.flowTo(address);
                flow.send(bytes(message("m", "")));
                if (random.nextBoolean()) {
                  flow.close(FlowEnd.of(Cause.REFUSED, "race"));
                }
                if (random.nextInt(10) == 0) {
                  clock.advance(TIMES.connect());
                }
              }
              done.countDown();
            });
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      pool.shutdown();
    }
    tcp.close();
    log.awaitAllEnded();
    assertThat(log.opened).hasSizeGreaterThan(10);
  }

  private static void acceptAndClose(ServerSocket pbx) {
    Random random = new Random(9);
    try {
      while (true) {
        StreamPeer peer = new StreamPeer(pbx.accept());
        if (random.nextBoolean()) {
          peer.resets();
        } else {
          peer.close();
        }
      }
    } catch (IOException e) {
      assertThat(pbx.isClosed()).isTrue();
    }
  }
}
