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
import dev.tandem.sip.transport.net.TlsSettings.ClientCertificate;
import dev.tandem.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsTransportTest {
  private static final int HALF_HANDSHAKES = Integer.getInteger("tandem.tls.halfHandshakes", 100);

  private static final StreamTimeouts TIMES = StreamTimeouts.defaults();
  private static final TestAuthority authority = new TestAuthority();
  private static IoThreads threads;

  private final ManualClock clock = new ManualClock();
  private final Timers timers = new Timers(clock, clock);
  private final FlowLog log = new FlowLog();
  private QuietLog quiet;
  private TlsTransport tls;

  @BeforeAll
  static void startThreads() throws IOException {
    threads = new IoThreads();
  }

  @AfterAll
  static void stopThreads() {
    threads.close();
  }

  @BeforeEach
  void listenToTheLog() {
    quiet = new QuietLog();
  }

  private void start(ClientCertificate clientCertificate) throws IOException {
    SSLContext us = authority.identity("gw.example", "127.0.0.1");
    tls =
        new TlsTransport(
            new InetSocketAddress("127.0.0.1", 0),
            new TlsSettings(us, us, clientCertificate),
            threads.worker,
            timers,
            StreamLimits.defaults(),
            TIMES);
    tls.start(log);
  }

  private void start() throws IOException {
    start(ClientCertificate.NOT_ASKED);
  }

  @AfterEach
  void stop() {
    tls.close();
    log.awaitAllEnded();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.advance(TIMES.linger());
              return tls.connectionCount() == 0;
            });
    assertThat(tls.counters().get(NetEvent.FAILURE)).isZero();
    quiet.close();
    assertThat(clock.pendingTasks()).isZero();
  }

  private StreamPeer peer(SSLContext identity) throws IOException {
    InetSocketAddress to = tls.localAddress();
    return new StreamPeer(identity.getSocketFactory().createSocket(to.getAddress(), to.getPort()));
  }

  /** Someone to connect to; takes one connection. */
  private static final class Pbx implements AutoCloseable {
    final SSLServerSocket socket;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    final CompletableFuture<StreamPeer> connection = new CompletableFuture<>();

    Pbx(SSLContext identity) throws IOException {
      socket =
          (SSLServerSocket)
              identity
                  .getServerSocketFactory()
                  .createServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
      thread.execute(this::accept);
    }

    private void accept() {
      try {
        SSLSocket accepted = (SSLSocket) socket.accept();
        accepted.setSoTimeout((int) PATIENCE.toMillis());
        accepted.startHandshake();
        connection.complete(new StreamPeer(accepted));
      } catch (IOException e) {
        connection.completeExceptionally(e);
      }
    }

    InetSocketAddress address() {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    StreamPeer accepted() throws Exception {
      return connection.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
      socket.close();
      thread.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void messagesGoBothWaysOnAnAcceptedConnection(String protocol) throws IOException {
    start();
    log.onMessage = (flow, message) -> flow.send(message);
    try (StreamPeer peer = peer(authority.nobody())) {
      ((SSLSocket) peer.socket).setEnabledProtocols(new String[] {protocol});
      String big = message("2", "x".repeat(60_000)); // several TLS records
      peer.sends(message("1", "one") + big);
      String echoed = message("1", "one") + big;
      assertThat(peer.receives(echoed.length())).isEqualTo(echoed);
      peer.sends("\r\n\r\n");
      assertThat(peer.receives(2)).isEqualTo("\r\n");
      assertThat(((SSLSocket) peer.socket).getSession().getProtocol()).isEqualTo(protocol);
      Flow flow = log.awaitFlow();
      assertThat(flow.remote()).isEqualTo(peer.address());
      assertThat(tls.flowTo(peer.address())).isSameAs(flow);
    }
    assertThat(log.awaitEnd(log.awaitFlow()).cause()).isEqualTo(Cause.PEER_CLOSED);
  }

  @Test
  void manyMessagesAtOnceAllArriveInOrder() throws Exception {
    start();
    log.onMessage = (flow, message) -> flow.send(message);
    try (StreamPeer peer = peer(authority.nobody())) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 2_000; i++) {
        all.append(message("m" + i, "y".repeat(i % 700)));
      }
      CompletableFuture<String> echo = new CompletableFuture<>();
      Thread reader =
          new Thread(
              () -> {
                try {
                  echo.complete(peer.receives(all.length()));
                } catch (IOException e) {
                  echo.completeExceptionally(e);
                }
              });
      reader.start();
      peer.sends(all.toString());
      assertThat(echo.get(20, TimeUnit.SECONDS)).isEqualTo(all.toString());
    }
  }

  @Test
  void connectsByNameAndReusesOnlyForThatName() throws Exception {
    start();
    try (Pbx pbx = new Pbx(authority.identity("pbx.example"))) {
      Flow flow = tls.flowTo(pbx.address(), "PBX.example");
      assertThat(flow.send(bytes(message("1", "")))).isTrue();
      assertThat(tls.flowTo(pbx.address(), "pbx.example")).isSameAs(flow);
      StreamPeer accepted = pbx.accepted();
      assertThat(accepted.receives(message("1", "").length())).isEqualTo(message("1", ""));
      var session = (ExtendedSSLSession) ((SSLSocket) accepted.socket).getSession();
      assertThat(session.getRequestedServerNames().toString()).contains("pbx.example");
      accepted.sends(message("2", ""));
      log.awaitMessages(message("2", ""));
      Flow other = tls.flowTo(pbx.address(), "other.example");
      assertThat(other).isNotSameAs(flow);
      other.close(FlowEnd.of(Cause.REFUSED, "enough"));
      accepted.close();
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.PEER_CLOSED);
      assertThat(tls.counters().get(NetEvent.CONNECTED)).isEqualTo(1);
    }
  }

  @Test
  void connectsByAddressWhenTheCertificateHasIt() throws Exception {
    start();
    try (Pbx pbx = new Pbx(authority.identity("127.0.0.1"))) {
      Flow flow = tls.flowTo(pbx.address());
      flow.send(bytes(message("1", "")));
      assertThat(pbx.accepted().receives(10)).isEqualTo(message("1", "").substring(0, 10));
      pbx.accepted().close();
      log.awaitEnd(flow);
    }
  }

  private void assertUnreachable(SSLContext peerIdentity, String name, String reason)
      throws Exception {
    start();
    try (Pbx pbx = new Pbx(peerIdentity)) {
      Flow flow = tls.flowTo(pbx.address(), name);
      flow.send(bytes(message("secret", "")));
      FlowEnd end = log.awaitEnd(flow);
      assertThat(end.cause()).isEqualTo(Cause.UNREACHABLE);
      assertThat(end.detail()).containsIgnoringCase(reason);
      assertThat(tls.counters().get(NetEvent.CONNECT_FAILED)).isEqualTo(1);
      assertThat(whatArrivedAt(pbx)).isEmpty();
    }
  }

  /** In TLS 1.3 the peer's part of the handshake may be over before we refuse it. */
  private static String whatArrivedAt(Pbx pbx) throws Exception {
    try {
      return pbx.accepted().receivesUntilEnd().replace("<RESET>", "");
    } catch (ExecutionException | SSLException e) {
      return ""; // the handshake failed for the peer too
    }
  }

  @Test
  void peerWithAnotherNameIsUnreachable() throws Exception {
    assertUnreachable(authority.identity("evil.example"), "pbx.example", "pbx.example");
  }

  @Test
  void peerNamedOnlyByASipUriIsUnreachable() throws Exception {
    assertUnreachable(authority.identity("sip:pbx.example"), "pbx.example", "pbx.example");
  }

  @Test
  void peerWithAnExpiredCertificateIsUnreachable() throws Exception {
    assertUnreachable(authority.expiredIdentity("pbx.example"), "pbx.example", "validity");
  }

  @Test
  void peerOfAnUnknownAuthorityIsUnreachable() throws Exception {
    assertUnreachable(new TestAuthority().identity("pbx.example"), "pbx.example", "PKIX");
  }

  @Test
  void nameThatCannotBeOneIsRefusedAtOnce() throws IOException {
    start();
    assertThatThrownBy(() -> tls.flowTo(tls.localAddress(), "no such name"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void plaintextAtTheTlsPortNeverBecomesAFlow() throws IOException {
    start();
    try (StreamPeer peer = StreamPeer.connectTo(tls.localAddress())) {
      peer.sends(message("1", ""));
      peer.receivesUntilEnd();
    }
    await().until(() -> tls.counters().get(NetEvent.HANDSHAKE_FAILED) == 1);
    assertThat(log.opened).isEmpty();
  }

  @Test
  void handshakeThatIsNeverMadeStalls() throws IOException {
    start();
    try (StreamPeer peer = StreamPeer.connectTo(tls.localAddress())) {
      await().until(() -> tls.counters().get(NetEvent.ACCEPTED) == 1);
      threads.settle();
      clock.advance(TIMES.handshake());
      peer.receivesUntilEnd();
      await().until(() -> tls.counters().get(NetEvent.HANDSHAKE_FAILED) == 1);
    }
    assertThat(log.opened).isEmpty();
  }

  @Test
  void handshakeThatThePeerNeverAnswersIsUnreachable() throws IOException {
    start();
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      Flow flow = tls.flowTo((InetSocketAddress) silent.getLocalSocketAddress(), "pbx.example");
      try (StreamPeer accepted = new StreamPeer(silent.accept())) {
        assertThat(accepted.receives(1)).isEqualTo("\u0016"); // the ClientHello begins
        threads.settle();
        clock.advance(TIMES.handshake());
        assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.UNREACHABLE);
      }
    }
  }

  @Test
  void connectionWithoutAMessageStallsAfterTheHandshakeToo() throws IOException {
    start();
    try (StreamPeer peer = peer(authority.nobody())) {
      ((SSLSocket) peer.socket).startHandshake();
      Flow flow = log.awaitFlow();
      threads.settle();
      clock.advance(TIMES.firstMessage());
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.STALLED);
    }
  }

  @Test
  void clientCertificateIsRequiredWhereConfigured() throws IOException {
    start(ClientCertificate.REQUIRED);
    try (StreamPeer known = peer(authority.identity("phone.example"))) {
      known.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
    }
    try (StreamPeer unknown = peer(authority.nobody())) {
      unknown.sends(message("2", ""));
      unknown.receivesUntilEnd();
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("(?i).*(certificate|broken pipe|reset).*");
    }
    await().until(() -> tls.counters().get(NetEvent.HANDSHAKE_FAILED) == 1);
    assertThat(log.opened).hasSize(1);
  }

  @Test
  void brokenFramingIsAnsweredBeforeTheConnectionCloses() throws IOException {
    start();
    log.onUnframed = (flow, head) -> flow.send(bytes("SIP/2.0 400 Bad Request\r\n\r\n"));
    try (StreamPeer peer = peer(authority.nobody())) {
      peer.sends("OPTIONS sip:x SIP/2.0\r\nCall-ID: 1\r\n\r\n" + "x".repeat(50_000));
      assertThat(peer.receives(27)).isEqualTo("SIP/2.0 400 Bad Request\r\n\r\n");
      assertThat(peer.receivesUntilEnd()).isEmpty();
    }
  }

  @Test
  void peerCannotNegotiateAgainInTheMiddle() throws IOException {
    start();
    try (StreamPeer peer = peer(authority.nobody())) {
      SSLSocket socket = (SSLSocket) peer.socket;
      socket.setEnabledProtocols(new String[] {"TLSv1.2"}); // 1.3 has no such thing
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      Flow flow = log.awaitFlow();
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                peer.receives(1); // the refusal may come behind what was under way
              })
          .isInstanceOf(IOException.class);
      log.awaitEnd(flow);
    }
    try (StreamPeer another = peer(authority.nobody())) {
      another.sends(message("2", ""));
      log.awaitMessages(message("1", ""), message("2", ""));
    }
  }

  @Test
  void readerThatStallsIsClosed() throws IOException {
    start();
    try (StreamPeer peer = peer(authority.nobody())) {
      peer.sends(message("1", ""));
      log.awaitMessages(message("1", ""));
      Flow flow = log.awaitFlow();
      int accepted = 0;
      while (flow.send(new byte[50_000])) {
        accepted++;
        assertThat(accepted).isLessThan(5_000);
      }
      assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.TOO_SLOW);
    }
  }

  @Test
  void halfHandshakesAndGarbageLeaveTheTransportWorking() throws Exception {
    start();
    Random random = new Random(11);
    byte[] hello = clientHello();
    for (int i = 0; i < HALF_HANDSHAKES; i++) {
      StreamPeer peer = StreamPeer.connectTo(tls.localAddress());
      byte[] bytes = hello.clone();
      int at = random.nextInt(bytes.length);
      try {
        switch (random.nextInt(3)) {
          case 0 -> random.nextBytes(bytes);
          case 1 -> bytes[at] ^= (byte) (1 + random.nextInt(255));
          default -> bytes = Arrays.copyOf(bytes, at);
        }
        peer.sends(bytes);
      } finally {
        if (random.nextBoolean()) {
          peer.resets();
        } else {
          peer.close();
        }
      }
    }
    // A cold JVM needs a while for so many handshakes, and they are taken in turn.
    await().atMost(Duration.ofMinutes(1)).until(() -> tls.connectionCount() == 0);
    assertThat(log.opened).isEmpty();
    assertThat(tls.counters().get(NetEvent.HANDSHAKE_FAILED)).isEqualTo(HALF_HANDSHAKES);
    try (StreamPeer peer = peer(authority.nobody())) {
      peer.sends(message("alive", ""));
      log.awaitMessages(message("alive", ""));
    }
  }

  private byte[] clientHello() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      Flow flow = tls.flowTo((InetSocketAddress) silent.getLocalSocketAddress(), "pbx.example");
      log.opened.clear();
      try (StreamPeer accepted = new StreamPeer(silent.accept())) {
        byte[] start = bytes(accepted.receives(5));
        int length = (start[3] & 0xff) << 8 | (start[4] & 0xff);
        byte[] hello = Arrays.copyOf(start, 5 + length);
        System.arraycopy(bytes(accepted.receives(length)), 0, hello, 5, length);
        flow.close(FlowEnd.of(Cause.REFUSED, "enough"));
        log.awaitEnd(flow);
        log.ends.clear();
        return hello;
      }
    }
  }

  @Test
  void everyFlowEndsOnceWhateverRaces() throws Exception {
    start();
    try (SSLServerSocket pbx =
        (SSLServerSocket)
            authority
                .identity("pbx.example")
                .getServerSocketFactory()
                .createServerSocket(0, 100, InetAddress.getByName("127.0.0.1"))) {
      InetSocketAddress address = (InetSocketAddress) pbx.getLocalSocketAddress();
      ExecutorService pool = Executors.newFixedThreadPool(4);
      CountDownLatch done = new CountDownLatch(3);
      pool.execute(() -> acceptAndClose(pbx));
      for (int i = 0; i < 3; i++) {
        Random random = new Random(i);
        pool.execute(
            () -> {
              for (int n = 0; n < 100; n++) {
                Flow flow = tls.flowTo(address, "pbx.example");
                flow.send(bytes(message("m", "")));
                if (random.nextInt(4) == 0) {
                  flow.close(FlowEnd.of(Cause.REFUSED, "race"));
                } else {
                  threads.settle();
                }
                if (random.nextInt(20) == 0) {
                  clock.advance(TIMES.handshake());
                }
              }
              done.countDown();
            });
      }
      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      pool.shutdown();
    }
    tls.close();
    log.awaitAllEnded();
    assertThat(log.opened).hasSizeGreaterThan(10);
  }

  private static void acceptAndClose(SSLServerSocket pbx) {
    Random random = new Random(9);
    while (!pbx.isClosed()) {
      try (SSLSocket accepted = (SSLSocket) pbx.accept()) {
        accepted.setSoTimeout(1_000);
        if (random.nextBoolean()) {
          accepted.getInputStream().read();
        }
      } catch (IOException e) {
        assertThat(e).isNotNull(); // either the other side was faster, or the test is over
      }
    }
  }
}
