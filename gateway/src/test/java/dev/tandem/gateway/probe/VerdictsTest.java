package dev.tandem.gateway.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.trunk.TrunkHealth;
import dev.tandem.gateway.probe.Finding.Grade;
import dev.tandem.gateway.probe.Login.Challenged;
import dev.tandem.sip.auth.DigestClient.Verdict;
import dev.tandem.sip.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What peers answer, and what is said of it. */
class VerdictsTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static Reply reply(String... startLines) {
    List<PlainMessage> responses =
        Arrays.stream(startLines)
            .map(line -> PlainMessage.parse("SIP/2.0 " + line + "\r\nMin-Expires: 1800\r\n\r\n"))
            .toList();
    return new Reply(responses, Duration.ofMillis(12), null, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 OK                  | true  | OK      | 200 OK in 12 ms",
        "401 Unauthorized        | true  | OK      | asks who we are, as it should",
        "401 Unauthorized        | false | WARNING | the trunk has no auth",
        "407 Proxy Authentication Required | false | WARNING | the trunk has no auth",
        "403 Forbidden           | true  | WARNING | does not know us",
        "404 Not Found           | true  | OK      | OPTIONS has no user",
        "405 Method Not Allowed  | true  | OK      | does not know OPTIONS",
        "483 Too Many Hops       | true  | FAILED  | round in circles",
        "503 Service Unavailable | true  | FAILED  | takes no calls now",
        "302 Moved Temporarily   | true  | WARNING | we should ask elsewhere",
        "500 Server Internal Error | true | WARNING | not to its liking",
      })
  void answersToOptions(String answer, boolean hasAuth, Grade grade, String words) {
    Finding finding =
        OptionsVerdicts.of(
                reply(answer),
                LIMIT,
                new OptionsVerdicts.Peer(Transport.UDP, hasAuth, TrunkHealth.UNWATCHED))
            .get(0);

    assertThat(finding.grade()).isEqualTo(grade);
    assertThat(finding.words()).contains(words);
    assertThat(finding.advice() == null).isEqualTo(grade == Grade.OK);
  }

  @Test
  void whatAHealthCheckWouldMakeOfItIsTold() {
    TrunkHealth watched = new TrunkHealth(LIMIT, LIMIT, 1, 3, TrunkHealth.UNWATCHED.codes());

    List<Finding> findings =
        OptionsVerdicts.of(
            reply("503 Service Unavailable"),
            LIMIT,
            new OptionsVerdicts.Peer(Transport.UDP, true, watched));

    assertThat(findings).last().extracting(Finding::words).asString().contains("health.codes");
  }

  @Test
  void silenceHasItsReasons() {
    OptionsVerdicts.Peer udp = new OptionsVerdicts.Peer(Transport.UDP, true, TrunkHealth.UNWATCHED);
    OptionsVerdicts.Peer tcp = new OptionsVerdicts.Peer(Transport.TCP, true, TrunkHealth.UNWATCHED);
    Reply silent = new Reply(List.of(), LIMIT, null, false);

    assertThat(OptionsVerdicts.of(silent, LIMIT, udp).get(0).advice()).contains("firewall");
    assertThat(OptionsVerdicts.of(silent, LIMIT, tcp).get(0).advice()).contains("TLS");
    assertThat(
            OptionsVerdicts.of(new Reply(List.of(), LIMIT, null, true), LIMIT, udp).get(0).words())
        .contains("nothing listens");
    assertThat(
            OptionsVerdicts.of(new Reply(List.of(), LIMIT, "reset", false), LIMIT, tcp)
                .get(0)
                .words())
        .contains("the connection broke: reset");
    assertThat(OptionsVerdicts.of(reply("100 Trying"), LIMIT, udp).get(0).words())
        .isEqualTo("nothing after 100 Trying within 10 s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 Forbidden               | FAILED | may not register",
        "404 Not Found               | FAILED | knows no such user",
        "423 Interval Too Brief      | FAILED | Min-Expires: 1800",
        "405 Method Not Allowed      | FAILED | no registrar",
        "503 Service Unavailable     | FAILED | trouble of its own",
        "301 Moved Permanently       | FAILED | sends us to",
      })
  void answersToRegister(String answer, Grade grade, String words) {
    Finding finding =
        RegisterVerdicts.of(reply(answer), null, "sip:a@192.0.2.1:5060", LIMIT, Transport.UDP);

    assertThat(finding.grade()).isEqualTo(grade);
    assertThat(finding.words()).contains(words);
    assertThat(finding.advice()).isNotBlank();
  }

  @Test
  void ourContactMustBeInTheAnswer() {
    Reply ours = registered("<sip:a@192.0.2.1:5060>;expires=120, <sip:a@192.0.2.9>");
    Reply others = registered("<sip:a@192.0.2.9:5060>;expires=120");

    assertThat(registerVerdict(ours)).isEqualTo(Finding.ok("200 OK: registered for 120 s"));
    assertThat(registerVerdict(others).grade()).isEqualTo(Grade.WARNING);
  }

  private static Reply registered(String contact) {
    return new Reply(
        List.of(PlainMessage.parse("SIP/2.0 200 OK\r\nm: " + contact + "\r\n\r\n")),
        LIMIT,
        null,
        false);
  }

  private static Finding registerVerdict(Reply reply) {
    return RegisterVerdicts.of(reply, null, "sip:a@192.0.2.1:5060", LIMIT, Transport.UDP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                    | FAILED | and none is configured",
        "OTHER_REALM         | FAILED | but auth.realm is \"ours\"",
        "WRONG_CREDENTIALS   | FAILED | does not accept user \"acc1\"",
        "NOT_UNDERSTOOD      | FAILED | that we cannot give",
      })
  void challenges(@Nullable Verdict verdict, Grade grade, String words) {
    Finding finding =
        ChallengeVerdicts.of(
            verdict == null
                ? new Challenged(null, "theirs", null, null)
                : new Challenged(verdict, "theirs", "ours", "acc1"));

    assertThat(finding.grade()).isEqualTo(grade);
    assertThat(finding.words()).contains(words).contains("\"theirs\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 OK                   | OK      | somebody answered",
        "403 Forbidden            | FAILED  | may not call that number",
        "404 Not Found            | FAILED  | knows no such number",
        "484 Address Incomplete   | FAILED  | not complete",
        "486 Busy Here            | OK      | the way is good",
        "480 Temporarily Unavailable | OK   | the way is good",
        "488 Not Acceptable Here  | FAILED  | does not take such a session",
        "503 Service Unavailable  | FAILED  | no way on",
        "302 Moved Temporarily    | WARNING | should go to",
        "482 Loop Detected        | FAILED  | in circles",
        "180 Ringing              | OK      | cancelled at once",
        "183 Session Progress     | OK      | cancelled at once",
        "100 Trying               | FAILED  | nothing after 100",
      })
  void answersToACall(String answer, Grade grade, String words) {
    Finding finding = InviteVerdicts.of(reply(answer), null, LIMIT, Transport.UDP);

    assertThat(finding.grade()).isEqualTo(grade);
    assertThat(finding.words()).contains(words);
  }

  @Test
  void connectionsThatFail() {
    InetSocketAddress peer = address("192.0.2.1", 5060);

    assertThat(connect(new ConnectException("Connection refused"), peer)).contains("refuses");
    assertThat(connect(new SocketTimeoutException("Connect timed out"), peer))
        .contains("does not answer");
    assertThat(connect(new IOException("Network is unreachable"), peer)).contains("no way");
    assertThat(connect(new IOException("Invalid argument"), peer)).contains("Invalid argument");
    assertThat(ConnectVerdicts.own(Transport.UDP, address("127.0.0.1", 5060), peer).words())
        .contains("nothing can leave this machine");
    assertThat(
            ConnectVerdicts.own(
                    Transport.UDP, address("127.0.0.1", 5060), address("127.0.0.2", 5060))
                .grade())
        .isEqualTo(Grade.OK);
  }

  private static String connect(IOException trouble, InetSocketAddress peer) {
    Finding finding = ConnectVerdicts.of(Transport.TCP, peer, LIMIT, trouble);
    assertThat(finding.grade()).isEqualTo(Grade.FAILED);
    assertThat(finding.advice()).isNotBlank();
    return finding.words();
  }

  private static InetSocketAddress address(String host, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static RequestWriter us(String host) throws Exception {
    TandemConfig config =
        new ConfigLoader()
            .parse(
                "test",
                "domain: gw.example\ntrunks: [{name: pbx, address: 198.51.100.7}]",
                Path.of(""));
    return new RequestWriter(
        config, config.trunks().get(0), Transport.UDP, address(host, 5060), null, () -> "t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.168.1.5 | ;received=203.0.113.9;rport=40001 | WARNING | sees us as 203.0.113.9:40001",
        "192.168.1.5 | ;rport=40001                      | WARNING | sees us as 192.168.1.5:40001",
        "192.168.1.5 | ;received=192.168.1.5;rport=5060  | OK      | which is what we say",
        "192.168.1.5 | ;rport                            | OK      | does not say",
      })
  void natIsSeen(String ours, String parameters, Grade grade, String words) throws Exception {
    PlainMessage answer =
        PlainMessage.parse(
            "SIP/2.0 200 OK\r\nv: SIP/2.0/UDP "
                + ours
                + ":5060;branch=z9hG4bK1"
                + parameters
                + "\r\n\r\n");

    Finding finding = OptionsVerdicts.seenAs(answer, us(ours)).get(0);

    assertThat(finding.grade()).isEqualTo(grade);
    assertThat(finding.words()).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1    | 192.0.2.1 | FAILED  | means the peer itself",
        "192.168.1.5  | 192.0.2.1 | WARNING | is private",
        "100.64.0.1   | 192.0.2.1 | WARNING | is private",
        "192.168.1.5  | 10.0.0.1  | OK      | may reach",
        "127.0.0.1    | 127.0.0.2 | OK      | may reach",
        "198.51.100.1 | 192.0.2.1 | OK      | may reach",
      })
  void whetherThePeerMayReachUs(String ours, String theirs, Grade grade, String words)
      throws Exception {
    List<Finding> findings =
        CallBackVerdicts.of(
            new CallBackVerdicts.Shown(
                us(ours),
                address(theirs, 5060),
                true,
                false,
                true,
                null,
                Duration.ZERO,
                List.of()));

    assertThat(findings.get(1).grade()).isEqualTo(grade);
    assertThat(findings.get(1).words()).contains(words);
  }

  @Test
  void secretsAreMasked() {
    String text =
        "REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username=\"a\", response=\"0123\","
            + " cnonce=\"4567\", nonce=\"n\"\r\nX: response=\"shown\"\r\n\r\n";

    assertThat(PlainMessage.masked(text))
        .contains("username=\"a\", response=\"***\", cnonce=\"***\", nonce=\"n\"")
        .contains("X: response=\"shown\"")
        .doesNotContain("0123", "4567");
  }

  @Test
  void namesOfCertificates() {
    assertThat(TlsVerdicts.fits("pbx.example", "PBX.example")).isTrue();
    assertThat(TlsVerdicts.fits("*.example", "pbx.example")).isTrue();
    assertThat(TlsVerdicts.fits("*.example", "a.pbx.example")).isFalse();
    assertThat(TlsVerdicts.fits("sip:pbx.example", "pbx.example")).isTrue();
    assertThat(TlsVerdicts.fits("192.0.2.1", "192.0.2.1")).isTrue();
    assertThat(TlsVerdicts.fits("other.example", "pbx.example")).isFalse();
  }
}
