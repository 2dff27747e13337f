package dev.tandem.gateway.pbx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.gateway.probe.Finding;
import dev.tandem.gateway.probe.PeerFinder;
import dev.tandem.gateway.probe.ProbeReport;
import dev.tandem.gateway.probe.ProbeSettings;
import dev.tandem.gateway.probe.ProbeText;
import dev.tandem.gateway.probe.TrunkProbe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of real peers, by the settings of config/peers. */
@Tag("foreign")
class ProbedPeersTest {
  private static final AtomicLong tokens = new AtomicLong(System.nanoTime());

  private static ProbeReport check(
      String profile, String address, String transport, String password, String number, String wait)
      throws Exception {
    String yaml = Files.readString(Path.of("../config/peers/" + profile + ".yaml"));
    TandemConfig config =
        new ConfigLoader()
            .parse(
                profile,
                yaml.replaceAll("(?m)^    address: .*$", "    address: \"" + address + "\"")
                    .replaceAll("(?m)^    transport: .*$", "    transport: " + transport)
                    .replaceAll("\\$\\{[^}]*}", password)
                    .replace("\":5060\"", "\"127.0.0.1:0\""),
                Path.of("."));
    ProbeSettings settings =
        new ProbeSettings(
            config,
            config.trunks().get(0),
            number,
            null,
            Duration.ofSeconds(20),
            Duration.parse(wait));
    return new TrunkProbe(settings, ProbedPeersTest::find, () -> "t" + tokens.incrementAndGet())
        .run();
  }

  private static List<PeerFinder.Found> find(PeerAddress peer, Duration limit)
      throws PeerFinder.NotFoundException {
    try {
      InetAddress address = InetAddress.getByName(peer.host());
      return List.of(
          new PeerFinder.Found(
              peer.transportOrDefault(), new InetSocketAddress(address, peer.portOrDefault())));
    } catch (UnknownHostException e) {
      throw new PeerFinder.NotFoundException(peer.host());
    }
  }

  private static List<String> words(ProbeReport report, String step) {
    return report.steps().stream()
        .filter(each -> each.name().equals(step))
        .flatMap(each -> each.findings().stream())
        .map(Finding::words)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void aKamailioIsGood(String transport) throws Exception {
    int port = Asterisk.freePort("127.0.0.6");
    try (Kamailio carrier = new Kamailio("127.0.0.6", port, "MD5")) {
      ProbeReport report = check("kamailio", carrier.address(), transport, "s3cret", "912", "PT0S");

      assertThat(report.grade()).as(ProbeText.of(report)).isEqualTo(Finding.Grade.SKIPPED);
      assertThat(words(report, "REGISTER"))
          .containsExactly("200 OK: registered for 600 s", "taken back at the end");
      assertThat(words(report, "INVITE").get(0)).startsWith("486 Busy Here");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void anAsteriskIsGoodAndQualifiesUs(String transport) throws Exception {
    try (Asterisk pbx = Asterisk.at("127.0.0.7")) {
      pbx.pjsip(
              Asterisk.phone("tandem", "")
                  .replace("max_contacts = 5", "max_contacts = 5\nqualify_frequency = 2"))
          .extensions(Asterisk.NUMBERS)
          .start();
      ProbeReport report = check("asterisk", pbx.address(), transport, "secret", "604", "PT20S");

      assertThat(report.grade()).as(ProbeText.of(report)).isEqualTo(Finding.Grade.OK);
      assertThat(words(report, "REGISTER").get(0)).matches("200 OK: registered for \\d+ s");
      assertThat(words(report, "REGISTER").get(1)).isEqualTo("taken back at the end");
      assertThat(words(report, "INVITE").get(0)).startsWith("180 Ringing");
      assertThat(words(report, "Call back")).last().asString().startsWith("it can: OPTIONS for");
    }
  }

  @Test
  void aWrongPasswordAtAnAsteriskIsSaid() throws Exception {
    try (Asterisk pbx = Asterisk.at("127.0.0.7")) {
      pbx.pjsip(Asterisk.phone("tandem", "")).extensions(Asterisk.NUMBERS).start();
      ProbeReport report = check("asterisk", pbx.address(), "udp", "wrong", "600", "PT0S");

      assertThat(words(report, "REGISTER").get(0))
          .isEqualTo(
              "the peer does not accept user \"tandem\" with this password in realm \"asterisk\"");
      assertThat(words(report, "INVITE").get(0)).startsWith("the peer does not accept");
    }
  }
}
