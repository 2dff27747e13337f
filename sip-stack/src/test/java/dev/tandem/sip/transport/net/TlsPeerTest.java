package dev.tandem.sip.transport.net;

import static dev.tandem.sip.transport.net.SipText.bytes;
import static dev.tandem.sip.transport.net.SipText.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd.Cause;
import dev.tandem.sip.transport.http.PeerTls;
import dev.tandem.sip.transport.http.PemException;
import dev.tandem.sip.transport.net.TlsSettings.ClientCertificate;
import dev.tandem.testkit.ManualClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trunks by TLS with an authority of their own, and a certificate of ours for them. */
final class TlsPeerTest {
  private static final TestAuthority ours = new TestAuthority();
  private static final TestAuthority theirs = new TestAuthority();
  private static IoThreads threads;

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private final FlowLog atCaller = new FlowLog();
  private final FlowLog atTrunk = new FlowLog();
  private QuietLog quiet;
  private TlsTransport caller;
  private TlsTransport trunk;

  @BeforeAll
  static void startThreads() throws IOException {
    threads = new IoThreads();
  }

  @AfterAll
  static void stopThreads() {
    threads.close();
  }

  @BeforeEach
  void startCaller() throws IOException {
    quiet = new QuietLog();
    SSLContext we = ours.identity("127.0.0.1");
    caller = start(new TlsSettings(we, we, ClientCertificate.NOT_ASKED), atCaller);
  }

  @AfterEach
  void stop() {
    caller.close();
    trunk.close();
    atCaller.awaitAllEnded();
    atTrunk.awaitAllEnded();
    quiet.close();
  }

  private TlsTransport start(TlsSettings settings, FlowLog log) throws IOException {
    TlsTransport made =
        new TlsTransport(
            new InetSocketAddress("127.0.0.1", 0),
            settings,
            threads.worker,
            new Timers(clock, clock),
            StreamLimits.defaults(),
            StreamTimeouts.defaults());
    made.start(log);
    return made;
  }

  /** A trunk whose certificate has these names; it wants one of ours where that is said. */
  private void startTrunk(ClientCertificate wanted, String... names) throws Exception {
    SSLContext accepting = PeerTls.accepting(theirs.file(directory), theirs.certified(names));
    trunk = start(new TlsSettings(accepting, accepting, wanted), atTrunk);
  }

  private SSLContext trusting(String... ourNames) throws PemException {
    return PeerTls.connecting(
        theirs.file(directory), ourNames.length == 0 ? null : theirs.certified(ourNames));
  }

  private void reaches(Flow flow) {
    assertThat(flow.send(bytes(message("1", "hello")))).isTrue();
    atTrunk.awaitFlow();
  }

  private void fails(Flow flow) {
    flow.send(bytes(message("1", "hello")));
    assertThat(atCaller.awaitEnd(flow).cause())
        .isIn(Cause.UNREACHABLE, Cause.PEER_CLOSED, Cause.BROKEN);
    assertThat(trunk.counters().get(NetEvent.MESSAGE_IN)).isZero();
  }

  @Test
  void anAuthorityOfItsOwnVouchesForATrunk() throws Exception {
    startTrunk(ClientCertificate.NOT_ASKED, "pbx.example");

    fails(caller.flowTo(trunk.localAddress(), "pbx.example"));
    reaches(caller.flowTo(trunk.localAddress(), "pbx.example", new TlsPeer(trusting(), null)));
  }

  @Test
  void bothShowCertificates() throws Exception {
    startTrunk(ClientCertificate.REQUIRED, "pbx.example");
    TlsPeer asUs = new TlsPeer(trusting("gw.example"), null);

    reaches(caller.flowTo(trunk.localAddress(), "pbx.example", asUs));
  }

  @Test
  void whoShowsNoneWhereOneIsRequiredIsRefused() throws Exception {
    startTrunk(ClientCertificate.REQUIRED, "pbx.example");

    fails(caller.flowTo(trunk.localAddress(), "pbx.example", new TlsPeer(trusting(), null)));
  }

  @Test
  void anotherNameIsRefusedUnlessItIsTheOneToCheck() throws Exception {
    startTrunk(ClientCertificate.NOT_ASKED, "node7.hoster.example");
    SSLContext context = trusting();

    fails(caller.flowTo(trunk.localAddress(), "pbx.example", new TlsPeer(context, null)));
    reaches(
        caller.flowTo(
            trunk.localAddress(), "pbx.example", new TlsPeer(context, "node7.hoster.example")));
  }

  @Test
  void aSipUriNamesADomain() throws Exception {
    startTrunk(ClientCertificate.NOT_ASKED, "sip:pbx.example");

    reaches(caller.flowTo(trunk.localAddress(), "pbx.example", new TlsPeer(trusting(), null)));
  }

  @Test
  void aSipUriOfAUserOrOfAnotherDomainDoesNot() throws Exception {
    startTrunk(ClientCertificate.NOT_ASKED, "sip:alice@pbx.example", "sip:other.example");

    fails(caller.flowTo(trunk.localAddress(), "pbx.example", new TlsPeer(trusting(), null)));
  }

  @Test
  void oneConnectionIsUsedForOnePeerAndFoundAgainByItsAddress() throws Exception {
    startTrunk(ClientCertificate.NOT_ASKED, "pbx.example");
    TlsPeer peer = new TlsPeer(trusting(), null);
    Flow flow = caller.flowTo(trunk.localAddress(), "pbx.example", peer);
    reaches(flow);

    assertThat(caller.flowTo(trunk.localAddress(), "pbx.example", peer)).isSameAs(flow);
    assertThat(caller.flowTo(trunk.localAddress())).isSameAs(flow);
    assertThat(caller.flowTo(trunk.localAddress(), "other.example", peer)).isNotSameAs(flow);
  }
}
