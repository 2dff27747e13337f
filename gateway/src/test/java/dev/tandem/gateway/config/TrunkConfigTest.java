package dev.tandem.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.gateway.config.file.InvalidConfigException;
import dev.tandem.gateway.config.trunk.TrunkAuth;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkFrom;
import dev.tandem.gateway.config.trunk.TrunkPeer;
import dev.tandem.gateway.config.trunk.TrunkRegister;
import dev.tandem.gateway.config.trunk.TrunkTls;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.gateway.config.value.Secret;
import dev.tandem.gateway.config.value.StatusRanges;
import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.sip.transport.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrunkConfigTest {
  @TempDir Path directory;

  private TandemConfig parse(String trunks) throws InvalidConfigException {
    return new ConfigLoader(name -> null)
        .parse(
            "t.yaml",
            "domain: tandem.example\nusers: [{user: a, password: b}]\ntrunks:\n" + trunks,
            directory);
  }

  private TrunkConfig first(String trunks) throws InvalidConfigException {
    return parse(trunks).trunks().get(0);
  }

  @Test
  void shortFormIsKnownByItsAddressAlone() throws Exception {
    TrunkConfig pbx = first("  - {name: pbx, address: PBX.example, transport: tcp}\n");
    assertThat(pbx).isEqualTo(new TrunkConfig("pbx", "PBX.example", 0, Transport.TCP));
    assertThat(pbx.port()).isEqualTo(5060);
    assertThat(pbx.domain()).isEqualTo("PBX.example");
    assertThat(pbx.nextHop()).isEqualTo(pbx.address());
    assertThat(pbx.peer()).isEqualTo(TrunkPeer.PLAIN);
  }

  @Test
  void everythingCanBeSet() throws Exception {
    Files.writeString(directory.resolve("ca.pem"), "-");
    Files.writeString(directory.resolve("cert.pem"), "-");
    Files.writeString(directory.resolve("key.pem"), "-");
    TrunkConfig carrier =
        first(
            """
              - name: carrier
                address: sip.carrier.example:5071
                transport: tls
                domain: carrier.example
                outboundProxy: "[2001:db8::1]"
                auth: {user: acc1, password: pw, realm: voice}
                from: {user: "+4930123", domain: carrier.example, displayName: Firm}
                contactUser: line1
                sources: [192.0.2.0/24, "2001:db8::/32"]
                register:
                  registrars: [reg1.carrier.example, "reg2.carrier.example:5081"]
                  user: 4930123
                  domain: reg.carrier.example
                  expires: 5m
                  retry: 10s
                  maxRetry: 5m
                  required: true
                health: {interval: 30s, timeout: 2s, up: 2, down: 4, codes: [2xx, 404]}
                largeRequests: refuse
                tls: {ca: ca.pem, certificate: cert.pem, privateKey: key.pem, verifyName: x.example}
            """);
    TrunkPeer peer = carrier.peer();
    assertThat(carrier.domain()).isEqualTo("carrier.example");
    assertThat(carrier.nextHop()).isEqualTo(new PeerAddress("[2001:db8::1]", 0, Transport.TLS));
    assertThat(carrier.nextHop().portOrDefault()).isEqualTo(5061);
    assertThat(peer.auth()).isEqualTo(new TrunkAuth("acc1", new Secret("pw"), null, null, "voice"));
    assertThat(peer.from()).isEqualTo(new TrunkFrom("+4930123", "carrier.example", "Firm"));
    assertThat(peer.registeredUser()).isEqualTo("line1");
    assertThat(peer.sources()).hasSize(2);
    assertThat(peer.register())
        .isEqualTo(
            new TrunkRegister(
                List.of(
                    new PeerAddress("reg1.carrier.example", 0, Transport.TLS),
                    new PeerAddress("reg2.carrier.example", 5081, Transport.TLS)),
                "4930123",
                "reg.carrier.example",
                Duration.ofMinutes(5),
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                true));
    assertThat(peer.health().interval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(peer.health().codes().contains(299)).isTrue();
    assertThat(peer.health().codes().contains(404)).isTrue();
    assertThat(peer.health().codes().contains(403)).isFalse();
    assertThat(peer.largeRequests()).isEqualTo(TrunkPeer.LargeRequests.REFUSE);
    assertThat(peer.tls())
        .isEqualTo(
            new TrunkTls(
                directory.resolve("ca.pem"),
                new TlsFiles(directory.resolve("cert.pem"), directory.resolve("key.pem")),
                "x.example"));
  }

  @Test
  void defaultsOfPartsAreSmall() throws Exception {
    TrunkConfig trunk =
        first(
            "  - {name: t, address: a, transport: auto, auth: {user: u, password: p}, register: {}}\n");
    assertThat(trunk.address().transport()).isNull();
    assertThat(trunk.transport()).isEqualTo(Transport.UDP);
    TrunkRegister register = trunk.peer().register();
    assertThat(register).isNotNull();
    assertThat(register.user()).isEqualTo("u");
    assertThat(register.expires()).isEqualTo(Duration.ofMinutes(10));
    assertThat(trunk.peer().registeredUser()).isEqualTo("u");
    StatusRanges codes = trunk.peer().health().codes();
    assertThat(codes.contains(404)).isTrue();
    assertThat(codes.contains(408)).isFalse();
    assertThat(codes.contains(503)).isFalse();
  }

  @Test
  void whatIsWrongIsSaidInWords() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                      - {name: a, address: ":5060", transport: sctp}
                      - {name: b, address: b, auth: {password: p}}
                      - {name: c, address: c, auth: {user: u}}
                      - {name: d, address: d, auth: {user: u, ha1: 0123456789abcdef0123456789abcdef}}
                      - {name: e, address: e, register: {expires: 1s}}
                      - {name: f, address: f, health: {interval: 30s, codes: [1xx]}}
                      - {name: g, address: g, media: rtpengine, largeRequests: split}
                      - {name: h, address: h, sources: [pbx.example]}
                    """))
        .hasMessageContainingAll(
            "trunks[0].transport: was \"sctp\", expected one of udp, tcp, tls, auto",
            "trunks[0].address: was \":5060\", expected host or host:port such as pbx.example:5060",
            "trunks[1].auth.user: is missing, expected the account's user",
            "trunks[2].auth.password: is missing, expected password or ha1",
            "trunks[3].auth.realm: is missing, but ha1 is only good for one realm",
            "trunks[4].register.user: is missing, expected the account's user (or auth.user)",
            "trunks[5].health.codes[0]: was \"1xx\", expected a status, 2xx, or a range such as",
            "trunks[6].media: was \"rtpengine\", expected none",
            "trunks[6].largeRequests: was \"split\", expected one of tcp, udp, refuse",
            "trunks[7].sources[0]: was \"pbx.example\", expected an IP address or a network");
  }

  @Test
  void whatIsProbablyNotMeantIsAWarning() throws Exception {
    TandemConfig config =
        parse(
            """
              - {name: a, address: 192.0.2.1, domain: tandem.example}
              - {name: b, address: 192.0.2.1, domain: tandem.example}
              - {name: c, address: c.example, register: {user: u}}
              - {name: d, address: c.example, contactUser: u, auth: {user: x, password: p}, tls: {}}
              - {name: e, address: "e.example:5060", transport: tls}
            """);
    assertThat(TrunkLint.warnings(config))
        .containsExactly(
            "trunks[0].domain: is a domain of ours: calls to it would come back",
            "trunks[1].domain: is a domain of ours: calls to it would come back",
            "trunks[1].sources: overlap with those of \"a\", and nothing else tells the two apart:"
                + " calls from there count as \"a\"",
            "trunks[2].register: goes without auth; few registrars let anybody in",
            "trunks[3].auth.realm: is not given: the first realm that asks is believed to be the"
                + " trunk's",
            "trunks[3].tls: has no effect unless transport is tls",
            "trunks[3].contactUser: is \"u\" for \"c\" too, which calls from the same addresses:"
                + " they cannot be told apart",
            "trunks[4].transport: is tls, but sip.listen.tls is empty",
            "trunks[4].address: has port 5060, where TLS is hardly spoken; expected 5061");
  }

  @Test
  void sourcesThatHoldEverybodyAreAWarning() throws Exception {
    TandemConfig config =
        parse(
            """
              - {name: a, address: a.example, sources: [0.0.0.0/0, 10.0.0.0/8]}
              - {name: b, address: b.example, sources: ["2000::/3", "2001:db8::/32"]}
            """);
    String words =
        ": who sends from there is trusted without a password, and so wide a network holds"
            + " strangers too (limits hold for it all the same)";
    assertThat(TrunkLint.warnings(config))
        .containsExactly(
            "trunks[0].sources: has 0.0.0.0/0" + words,
            "trunks[1].sources: has 2000:0:0:0:0:0:0:0/3" + words);
  }

  @Test
  void networksOfDifferentSizeAreToldApart() throws Exception {
    TandemConfig config =
        parse(
            """
              - {name: a, address: a.example, sources: [192.0.2.0/24]}
              - {name: b, address: b.example, sources: [192.0.2.7]}
            """);
    assertThat(TrunkLint.warnings(config)).isEmpty();
  }
}
