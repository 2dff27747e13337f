package dev.tandem.gateway.probe;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.probe.Finding.Grade;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks of peers that behave, and of those that do not. */
class TrunkProbeTest {
  private static final String AUTH =
      ", domain: carrier.example, auth: {user: acc1, password: s3cret, realm: carrier.example}";
  private static final String REGISTERING = AUTH + ", register: {user: \"4930123\"}";

  private final Ladder ladder = new Ladder(Duration.ofSeconds(20));
  private final AtomicInteger count = new AtomicInteger();
  private int port;
  private Phone carrier;
  private String address;
  private Duration timeout = Duration.ofSeconds(20);

  @BeforeEach
  void begin() throws Exception {
    try (DatagramSocket free =
        new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))) {
      port = free.getLocalPort();
    }
    carrier =
        Phone.pbxUdp(
            ladder,
            "carrier",
            new PhoneIdentity("carrier", "carrier.test", null),
            "127.0.0.2",
            () -> new InetSocketAddress("127.0.0.1", port));
    address = carrier.address();
  }

  @AfterEach
  void end() {
    ladder.close();
  }

  private CompletableFuture<ProbeReport> check(
      String settings, @Nullable String number, Duration wait) throws Exception {
    TandemConfig config =
        new ConfigLoader()
            .parse(
                "test",
                """
                domain: gw.example
                sip: {listen: {udp: ["127.0.0.1:%d"]}}
                trunks: [{name: carrier, address: "%s", transport: udp%s}]
                """
                    .formatted(port, address, settings),
                Path.of(""));
    TrunkProbe probe =
        new TrunkProbe(
            new ProbeSettings(config, config.trunks().get(0), number, null, timeout, wait),
            Literals.FINDER,
            () -> "t" + count.incrementAndGet());
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return probe.run();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static ProbeReport report(CompletableFuture<ProbeReport> running) throws Exception {
    return running.get(30, TimeUnit.SECONDS);
  }

  private static ProbeReport.Step step(ProbeReport report, String name) {
    return report.steps().stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void challenges(int status, String realm) {
    carrier.answers(
        status,
        response ->
            response.add(
                status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate",
                "Digest realm=\"" + realm + "\", nonce=\"n1\", qop=\"auth\""));
  }

  private void isThere() {
    carrier.receives(OPTIONS);
    carrier.answers(200);
  }

  private SipText grants() {
    SipText register = carrier.receives(REGISTER);
    carrier.answers(
        200, response -> response.set("Contact", register.header("Contact") + ";expires=600"));
    return register;
  }

  @Test
  void aGoodCarrierIsTold() throws Exception {
    CompletableFuture<ProbeReport> running = check(REGISTERING, "+4930555", Duration.ZERO);
    isThere();
    carrier.receives(REGISTER);
    challenges(401, "carrier.example");
    SipText signed = grants();
    carrier.receives(INVITE);
    challenges(407, "carrier.example");
    carrier.receives(ACK);
    SipText invite = carrier.receives(INVITE);
    carrier.answers(180);
    carrier.receives(CANCEL);
    carrier.answers(487, INVITE);
    carrier.receives(ACK);
    assertThat(grants().header("Expires")).isEqualTo("0");

    ProbeReport report = report(running);
    assertThat(report.grade()).isEqualTo(Grade.SKIPPED);
    assertThat(signed.contactUri()).isEqualTo("sip:4930123@127.0.0.1:" + port);
    assertThat(invite.requestUri()).isEqualTo("sip:+4930555@carrier.example");
    assertThat(verdicts(report))
        .isEqualTo(
            """
            Trunk carrier, UDP CARRIER

            DNS       ok      127.0.0.2 is an address: there is nothing to look up
            Connect   ok      sent from US, as the gateway does
                      ok      UDP has no connections: whether somebody is there, OPTIONS will show
            OPTIONS   ok      200 OK in N ms
                      ok      the peer calls itself Testkit PBX
                      ok      it sees us as US, which is what we say
            REGISTER  ok      200 OK: registered for 600 s
                      ok      taken back at the end
            INVITE    ok      180 Ringing after N ms: the number is called; the call was cancelled at once
                      ok      the offer was plain RTP (PCMA, PCMU) to a port that nothing is sent from:\
             it shows the way of the call, not that there is sound. Browsers offer ICE and DTLS-SRTP,\
             which the peer must know itself while media is none
            Call back ok      we show Contact <sip:4930123@US>, Via US, From host gw.example
                      ok      127.0.0.1 is an address that the peer may reach, as far as can be seen from here
                      skipped nothing was waited for
                              -> With --wait 30s, call us from the other side meanwhile.
            """);
    assertThat(ProbeText.of(report))
        .contains("--- REGISTER: sent\n    REGISTER sip:carrier.example SIP/2.0\n")
        .contains("response=\"***\"", "cnonce=\"***\"")
        .doesNotContain("s3cret")
        .endsWith("\nGood: 0 failed, 0 warnings\n");
  }

  private String verdicts(ProbeReport report) {
    String text = ProbeText.of(report);
    return text.substring(0, text.indexOf("\n---"))
        .replace(address, "CARRIER")
        .replace("127.0.0.1:" + port, "US")
        .replaceAll("\\d+ ms", "N ms");
  }

  @Test
  void aSilentPeerFailsAndNothingElseIsTried() throws Exception {
    timeout = Duration.ofMillis(1200);
    CompletableFuture<ProbeReport> running = check(REGISTERING, "1", Duration.ZERO);
    carrier.receives(OPTIONS);

    ProbeReport report = report(running);
    assertThat(report.grade()).isEqualTo(Grade.FAILED);
    assertThat(step(report, "OPTIONS").findings().get(0).words()).startsWith("no answer within");
    assertThat(step(report, "OPTIONS").exchange()).hasSize(1);
    assertThat(step(report, "OPTIONS").exchange().get(0).times()).isGreaterThan(1);
    assertThat(step(report, "REGISTER").grade()).isEqualTo(Grade.SKIPPED);
  }

  @Test
  void nobodyOnThePortIsToldFromSilence() throws Exception {
    timeout = Duration.ofMillis(600);
    carrier.close();
    CompletableFuture<ProbeReport> running = check("", null, Duration.ZERO);

    assertThat(step(report(running), "OPTIONS").findings().get(0).words())
        .contains("nothing listens on that UDP port");
  }

  @Test
  void anotherRealmGetsNoAnswer() throws Exception {
    CompletableFuture<ProbeReport> running = check(REGISTERING, null, Duration.ZERO);
    isThere();
    carrier.receives(REGISTER);
    challenges(407, "elsewhere.example");

    Finding finding = step(report(running), "REGISTER").findings().get(0);
    assertThat(finding.grade()).isEqualTo(Grade.FAILED);
    assertThat(finding.words()).contains("\"elsewhere.example\"", "\"carrier.example\"");
  }

  @Test
  void aWrongPasswordIsTold() throws Exception {
    CompletableFuture<ProbeReport> running = check(REGISTERING, null, Duration.ZERO);
    isThere();
    carrier.receives(REGISTER);
    challenges(401, "carrier.example");
    carrier.receives(REGISTER);
    challenges(401, "carrier.example");

    assertThat(step(report(running), "REGISTER").findings().get(0).words())
        .contains("does not accept user \"acc1\" with this password");
  }

  @Test
  void anIntervalThatIsTooBriefIsFollowed() throws Exception {
    CompletableFuture<ProbeReport> running = check(REGISTERING, null, Duration.ZERO);
    isThere();
    carrier.receives(REGISTER);
    carrier.answers(423, response -> response.add("Min-Expires", "1800"));
    assertThat(grants().header("Expires")).isEqualTo("1800");
    grants();

    assertThat(step(report(running), "REGISTER").findings())
        .extracting(Finding::grade)
        .containsExactly(Grade.WARNING, Grade.OK, Grade.OK);
  }

  @Test
  void aCallThatIsForbiddenFails() throws Exception {
    CompletableFuture<ProbeReport> running = check("", "112", Duration.ZERO);
    isThere();
    carrier.receives(INVITE);
    carrier.answers(403);
    carrier.receives(ACK);

    ProbeReport report = report(running);
    assertThat(report.grade()).isEqualTo(Grade.FAILED);
    assertThat(step(report, "INVITE").findings().get(0).words()).contains("may not call");
  }

  @Test
  void aCallThatIsAnsweredIsEnded() throws Exception {
    CompletableFuture<ProbeReport> running = check("", "100", Duration.ZERO);
    isThere();
    carrier.receives(INVITE);
    carrier.answers(200);
    carrier.receives(ACK);
    carrier.receives(BYE);
    carrier.answers(200);

    assertThat(step(report(running), "INVITE").findings().get(0).words())
        .contains("somebody answered");
  }

  @Test
  void anAnswerThatCrossesOurCancelIsEnded() throws Exception {
    CompletableFuture<ProbeReport> running = check("", "100", Duration.ZERO);
    isThere();
    carrier.receives(INVITE);
    carrier.answers(180);
    carrier.receives(CANCEL);
    carrier.answers(200, INVITE);
    carrier.receives(ACK);
    carrier.receives(BYE);
    carrier.answers(200);

    assertThat(step(report(running), "INVITE").findings().get(0).words())
        .contains("somebody answered");
  }

  @Test
  void whatThePeerSendsOfItsOwnAccordIsSeen() throws Exception {
    CompletableFuture<ProbeReport> running = check("", null, Duration.ofSeconds(20));
    isThere();
    carrier.asks(OPTIONS, "sip:127.0.0.1:" + port, request -> {});
    carrier.receives(200);

    assertThat(step(report(running), "Call back").findings())
        .last()
        .extracting(Finding::words)
        .asString()
        .contains("it can: OPTIONS for sip:127.0.0.1:" + port);
  }

  @Test
  void theRunningGatewayKeepsItsPortAndItsRegistration() throws Exception {
    try (DatagramSocket gateway =
        new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port))) {
      CompletableFuture<ProbeReport> running = check(REGISTERING, null, Duration.ofSeconds(20));
      isThere();
      SipText asked = carrier.receives(REGISTER);
      assertThat(asked.has("Contact")).isFalse();
      carrier.answers(200, response -> response.add("Contact", "<sip:4930123@127.0.0.1>"));

      ProbeReport report = report(running);
      assertThat(gateway.getLocalPort()).isEqualTo(port);
      assertThat(step(report, "Connect").grade()).isEqualTo(Grade.WARNING);
      assertThat(step(report, "REGISTER").findings().get(0).words())
          .contains("one contact", "nothing was changed");
      assertThat(step(report, "Call back").findings())
          .last()
          .extracting(Finding::grade)
          .isEqualTo(Grade.SKIPPED);
    }
  }
}
