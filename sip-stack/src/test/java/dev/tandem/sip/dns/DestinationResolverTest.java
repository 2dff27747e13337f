package dev.tandem.sip.dns;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.sip.dns.ResolutionException.Reason;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Transport;
import dev.tandem.testkit.FakeDns;
import dev.tandem.testkit.FakeDns.Trouble;
import dev.tandem.testkit.ManualClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationResolverTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final FakeDns dns = FakeDns.start();
  private final ManualClock clock = new ManualClock();
  @TempDir Path directory;
  private Reach reach = (transport, ipv6) -> !transport.isWebSocket();
  private @Nullable DestinationResolver resolver;
  private final List<InetSocketAddress> servers = new ArrayList<>(List.of(dns.address()));

  @AfterEach
  void close() {
    dns.close();
  }

  // What the URI decides (RFC 3263 §4.1, §4.2).

  @Test
  void aLiteralIsADestinationAtOnce() {
    assertThat(atOnce(target("192.0.2.7"))).containsExactly("UDP 192.0.2.7:5060");
    assertThat(atOnce(target("192.0.2.7", 5080, Transport.TCP)))
        .containsExactly("TCP 192.0.2.7:5080");
    assertThat(atOnce(target("[2001:db8::1]"))).containsExactly("UDP [2001:db8:0:0:0:0:0:1]:5060");
    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void aSecureLiteralGoesByTlsAndProvesItself() {
    assertThat(atOnce(new SipTarget("192.0.2.7", 0, null, true)))
        .containsExactly("TLS 192.0.2.7:5061 as 192.0.2.7");
  }

  @Test
  void aPortIsExplicitSoOnlyTheAddressIsAskedFor() {
    dns.knows("pbx.example 60 A 127.0.0.9", "_sip._udp.pbx.example 60 SRV 1 1 9 other.example.");

    assertThat(resolved(target("pbx.example", 5070, null))).containsExactly("UDP 127.0.0.9:5070");
    assertThat(dns.questions()).allMatch(q -> q.contains(" A ") || q.contains(" AAAA "));
  }

  @Test
  void aTransportIsExplicitSoItsSrvIsAskedForAndNoNaptr() {
    dns.knows("_sip._tcp.pbx.example 60 SRV 1 1 5090 a.example.", "a.example 60 A 127.0.0.9");

    assertThat(resolved(target("PBX.example.", 0, Transport.TCP)))
        .containsExactly("TCP 127.0.0.9:5090");
    assertThat(dns.timesAsked("pbx.example", "NAPTR")).isZero();
  }

  @Test
  void withoutServicesTheHostItselfIsUsed() {
    dns.knows("pbx.example 60 A 127.0.0.9");

    assertThat(resolved(target("pbx.example"))).containsExactly("UDP 127.0.0.9:5060");
    assertThat(resolved(target("pbx.example", 0, Transport.TCP)))
        .containsExactly("TCP 127.0.0.9:5060");
    assertThat(resolved(new SipTarget("pbx.example", 0, null, true)))
        .containsExactly("TLS 127.0.0.9:5061 as pbx.example");
  }

  @Test
  void sipsByUdpOrToAWebSocketIsRefused() {
    assertThat(refused(new SipTarget("pbx.example", 0, Transport.UDP, true)))
        .isEqualTo(Reason.NO_TRANSPORT);
    assertThat(refused(target("pbx.example", 0, Transport.WSS))).isEqualTo(Reason.NO_TRANSPORT);
  }

  // NAPTR, SRV, addresses.

  @Test
  void naptrChoosesTheTransportAndSrvTheHost() {
    dns.knows(
        "carrier.example 60 NAPTR 20 10 \"s\" \"SIP+D2U\" \"\" _sip._udp.carrier.example.",
        "carrier.example 60 NAPTR 10 10 \"s\" \"SIP+D2T\" \"\" lb.carrier.example.",
        "lb.carrier.example 60 SRV 20 0 5060 b.example.",
        "lb.carrier.example 60 SRV 10 0 5062 a.example.",
        "a.example 60 A 127.0.0.2",
        "a.example 60 AAAA ::2",
        "b.example 60 A 127.0.0.3");

    assertThat(resolved(target("carrier.example")))
        .containsExactly("TCP 127.0.0.2:5062", "TCP [0:0:0:0:0:0:0:2]:5062", "TCP 127.0.0.3:5060");
  }

  @Test
  void withoutNaptrEveryTransportIsAskedForAndUdpGoesFirst() {
    dns.knows(
        "_sips._tcp.x.example 60 SRV 1 1 5061 a.example.",
        "_sip._tcp.x.example 60 SRV 1 1 5060 a.example.",
        "_sip._udp.x.example 60 SRV 1 1 5060 a.example.",
        "a.example 60 A 127.0.0.2");

    assertThat(resolved(target("x.example")))
        .containsExactly(
            "UDP 127.0.0.2:5060", "TCP 127.0.0.2:5060", "TLS 127.0.0.2:5061 as x.example");
    assertThat(resolved(new SipTarget("x.example", 0, null, true)))
        .containsExactly("TLS 127.0.0.2:5061 as x.example");
  }

  @Test
  void theCertificateMustNameTheDomainAndNotTheSrvTarget() {
    dns.knows(
        "_sips._tcp.x.example 60 SRV 1 1 5061 sbc7.hoster.example.",
        "sbc7.hoster.example 60 A 127.0.0.2");

    assertThat(resolved(target("x.example", 0, Transport.TLS)))
        .containsExactly("TLS 127.0.0.2:5061 as x.example");
  }

  @Test
  void aTransportWithoutASocketIsNotUsed() {
    reach = (transport, ipv6) -> transport == Transport.TCP && !ipv6;
    dns.knows(
        "x.example 60 NAPTR 1 1 \"s\" \"SIP+D2U\" \"\" _sip._udp.x.example.",
        "x.example 60 NAPTR 2 1 \"s\" \"SIP+D2T\" \"\" _sip._tcp.x.example.",
        "_sip._tcp.x.example 60 SRV 1 1 5060 a.example.",
        "a.example 60 A 127.0.0.2",
        "a.example 60 AAAA ::2");

    assertThat(resolved(target("x.example"))).containsExactly("TCP 127.0.0.2:5060");
    assertThat(dns.timesAsked("a.example", "AAAA")).isZero();
    assertThat(refused(target("x.example", 5060, Transport.UDP))).isEqualTo(Reason.NO_TRANSPORT);
  }

  @Test
  void aDomainCanSayThatItHasNoSip() {
    dns.knows("_sip._udp.x.example 60 SRV 0 0 0 .", "x.example 60 A 127.0.0.2");

    assertThat(refused(target("x.example", 0, Transport.UDP))).isEqualTo(Reason.NO_SERVICE);
  }

  @Test
  void aliasesAreFollowedAlsoWhereTheServerDoesNot() {
    dns.knows(
        "pbx.example 60 CNAME real.example.",
        "real.example 60 CNAME host.example.",
        "host.example 60 A 127.0.0.2");

    assertThat(resolved(target("pbx.example", 5060, null))).containsExactly("UDP 127.0.0.2:5060");
  }

  @Test
  void aliasesThatRunInACircleEnd() {
    dns.knows("a.example 60 CNAME b.example.", "b.example 60 CNAME a.example.");

    assertThat(refused(target("a.example", 5060, null))).isEqualTo(Reason.DNS_FAILED);
    assertThat(dns.questions()).hasSizeLessThan(25);
  }

  @Test
  void noMoreDestinationsThanAreToBeTried() {
    for (int i = 1; i <= 30; i++) {
      dns.knows("x.example 60 A 127.0.1." + i);
    }

    assertThat(resolved(target("x.example", 5060, null))).hasSize(8);
  }

  @Test
  void recordsThatNobodyAskedForAreNotBelieved() {
    dns.knows("x.example 60 A 127.0.0.2");
    dns.has(Trouble.SMUGGLES, "x.example", "A");

    assertThat(resolved(target("x.example", 5060, null))).containsExactly("UDP 127.0.0.2:5060");
    assertThat(refused(target("victim.example", 5060, null))).isEqualTo(Reason.NO_SUCH_NAME);
  }

  // What goes wrong.

  @Test
  void aNameThatDoesNotExistIsToldFromOneWithoutAddresses() {
    dns.knows("x.example 60 TXT hello");

    assertThat(refused(target("nobody.example", 5060, null))).isEqualTo(Reason.NO_SUCH_NAME);
    assertThat(refused(target("x.example", 5060, null))).isEqualTo(Reason.NO_ADDRESS);
    assertThat(refused(target("not..a.host", 5060, null))).isEqualTo(Reason.NO_SUCH_NAME);
  }

  @Test
  void aTruncatedAnswerIsAskedForAgainByTcp() {
    dns.knows("x.example 60 A 127.0.0.2");
    dns.has(Trouble.TRUNCATED, "x.example", "A");

    assertThat(resolved(target("x.example", 5060, null))).containsExactly("UDP 127.0.0.2:5060");
    assertThat(dns.questions()).contains("x.example A tcp");
  }

  @Test
  void theNextServerIsAskedWhenOneRefuses() {
    try (FakeDns second = FakeDns.start()) {
      servers.add(second.address());
      second.knows("x.example 60 A 127.0.0.2");
      dns.has(Trouble.SERVFAIL);

      assertThat(resolved(target("x.example", 5060, null))).containsExactly("UDP 127.0.0.2:5060");
    }
  }

  @Test
  void theNextServerIsAskedWhenOneIsSilent() {
    try (FakeDns second = FakeDns.start()) {
      servers.add(second.address());
      second.knows("x.example 60 A 127.0.0.2");
      dns.has(Trouble.SILENT);

      CompletableFuture<List<Destination>> result =
          resolver().resolve(target("x.example", 5060, null));
      assertThat(result).isNotDone();
      clock.advance(TIMEOUT);

      assertThat(texts(got(result))).containsExactly("UDP 127.0.0.2:5060");
    }
  }

  @Test
  void silentServersEndInAFailureThatIsRememberedForAMoment() {
    dns.knows("x.example 60 A 127.0.0.2");
    dns.has(Trouble.SILENT);
    CompletableFuture<List<Destination>> first =
        resolver().resolve(target("x.example", 5060, null));
    clock.advance(TIMEOUT);
    assertThat(refused(first)).isEqualTo(Reason.DNS_FAILED);

    dns.recover();
    assertThat(refused(target("x.example", 5060, null))).isEqualTo(Reason.DNS_FAILED);
    clock.advance(Duration.ofSeconds(4));
    assertThat(resolved(target("x.example", 5060, null))).hasSize(1);
  }

  @Test
  void aServerThatKnowsNoNaptrDoesNotHideTheRest() {
    dns.knows("x.example 60 A 127.0.0.2");
    dns.has(Trouble.SERVFAIL, "x.example", "NAPTR");

    assertThat(resolved(target("x.example"))).containsExactly("UDP 127.0.0.2:5060");
  }

  @Test
  void whileServicesCannotBeAskedForTheHostIsNotTakenForItsServer() {
    dns.knows("x.example 60 A 127.0.0.2");
    dns.has(Trouble.REFUSED, "_sip._tcp.x.example", "SRV");

    assertThat(refused(target("x.example", 0, Transport.TCP))).isEqualTo(Reason.DNS_FAILED);
  }

  @Test
  void aFamilyWhoseQuestionFailsDoesNotHideTheOther() {
    dns.knows("x.example 60 A 127.0.0.2");
    dns.has(Trouble.SERVFAIL, "x.example", "AAAA");

    assertThat(resolved(target("x.example", 5060, null))).containsExactly("UDP 127.0.0.2:5060");
  }

  @Test
  void allOfItTogetherHasALimit() {
    dns.has(Trouble.SILENT);
    for (int i = 0; i < 4; i++) {
      servers.add(dns.address());
    }
    CompletableFuture<List<Destination>> result = resolver().resolve(target("x.example"));

    clock.advance(Duration.ofMillis(5_999));
    assertThat(result).isNotDone();
    clock.advance(Duration.ofMillis(1));

    assertThat(refused(result)).isEqualTo(Reason.DNS_FAILED);
  }

  // What is remembered.

  @Test
  void answersAreKeptForTheirTtl() {
    dns.knows("x.example 30 A 127.0.0.2");
    assertThat(resolved(target("x.example", 5060, null))).hasSize(1);

    clock.advance(Duration.ofSeconds(29));
    assertThat(atOnce(target("x.example", 5060, null))).hasSize(1);
    assertThat(dns.timesAsked("x.example", "A")).isEqualTo(1);

    clock.advance(Duration.ofSeconds(2));
    assertThat(resolved(target("x.example", 5060, null))).hasSize(1);
    assertThat(dns.timesAsked("x.example", "A")).isEqualTo(2);
  }

  @Test
  void anAliasIsBelievedNoLongerThanItsOwnTtl() {
    dns.knows("x.example 5 CNAME y.example.", "y.example 3600 A 127.0.0.2");
    assertThat(resolved(target("x.example", 5060, null))).hasSize(1);

    clock.advance(Duration.ofSeconds(6));
    assertThat(resolved(target("x.example", 5060, null))).hasSize(1);

    assertThat(dns.timesAsked("x.example", "A")).isEqualTo(2);
    assertThat(dns.timesAsked("y.example", "A")).isEqualTo(1);
  }

  @Test
  void whatDoesNotExistIsNotAskedForAgainUntilTheSoaSays() {
    dns.setNegativeTtl(20);
    assertThat(refused(target("x.example", 5060, null))).isEqualTo(Reason.NO_SUCH_NAME);
    dns.knows("x.example 60 A 127.0.0.2");

    clock.advance(Duration.ofSeconds(19));
    assertThat(refused(target("x.example", 5060, null))).isEqualTo(Reason.NO_SUCH_NAME);
    clock.advance(Duration.ofSeconds(2));

    assertThat(resolved(target("x.example", 5060, null))).hasSize(1);
  }

  @Test
  void aLongNegativeAnswerIsKeptForFiveMinutesOnly() {
    dns.setNegativeTtl(86_400);
    assertThat(refused(target("x.example", 5060, null))).isEqualTo(Reason.NO_SUCH_NAME);
    dns.knows("x.example 60 A 127.0.0.2");

    clock.advance(Duration.ofSeconds(301));

    assertThat(resolved(target("x.example", 5060, null))).hasSize(1);
  }

  @Test
  void whoeverAsksTheSameAtTheSameTimeWaitsForOneAnswer() {
    dns.knows("x.example 60 A 127.0.0.2");
    dns.has(Trouble.SILENT, "x.example", "A");
    List<CompletableFuture<List<Destination>>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(resolver().resolve(target("x.example", 5060, null)));
    }
    await().until(() -> dns.timesAsked("x.example", "A") == 1);

    clock.advance(TIMEOUT);

    assertThat(all).allSatisfy(each -> assertThat(refused(each)).isEqualTo(Reason.DNS_FAILED));
    assertThat(dns.timesAsked("x.example", "A")).isEqualTo(1);
  }

  // Failures of destinations (RFC 3263 §4.3).

  @Test
  void aDestinationThatFailedIsTriedLastForAWhile() {
    dns.knows(
        "_sip._udp.x.example 600 SRV 1 0 5060 a.example.",
        "_sip._udp.x.example 600 SRV 2 0 5060 b.example.",
        "a.example 600 A 127.0.0.2",
        "b.example 600 A 127.0.0.3");
    SipTarget target = target("x.example", 0, Transport.UDP);
    Destination first = got(resolver().resolve(target)).get(0);

    resolver().failed(first);
    assertThat(atOnce(target)).containsExactly("UDP 127.0.0.3:5060", "UDP 127.0.0.2:5060");

    clock.advance(Duration.ofSeconds(31));
    assertThat(atOnce(target)).containsExactly("UDP 127.0.0.2:5060", "UDP 127.0.0.3:5060");

    resolver().failed(first);
    resolver().worked(first);
    assertThat(atOnce(target)).containsExactly("UDP 127.0.0.2:5060", "UDP 127.0.0.3:5060");
  }

  // The hosts file.

  @Test
  void theHostsFileIsEnoughAndItsNamesHaveNoServices() throws IOException {
    Files.writeString(
        directory.resolve("hosts"), "# names\n127.0.0.4 pbx.local pbx # ours\n::4 PBX\nrubbish\n");

    assertThat(atOnce(target("pbx")))
        .containsExactly("UDP 127.0.0.4:5060", "UDP [0:0:0:0:0:0:0:4]:5060");
    assertThat(atOnce(target("localhost"))).first().isEqualTo("UDP 127.0.0.1:5060");
    assertThat(dns.questions()).isEmpty();
  }

  @Test
  void aChangedHostsFileIsRead() throws IOException {
    Files.writeString(directory.resolve("hosts"), "127.0.0.4 pbx\n");
    assertThat(atOnce(target("pbx"))).containsExactly("UDP 127.0.0.4:5060");
    Files.writeString(directory.resolve("hosts"), "127.0.0.5 pbx\n");

    await()
        .until(
            () -> {
              clock.advance(Duration.ofSeconds(11));
              return atOnce(target("pbx")).equals(List.of("UDP 127.0.0.5:5060"));
            });
  }

  private DestinationResolver resolver() {
    DestinationResolver made = resolver;
    if (made == null) {
      made =
          new DestinationResolver(
              DnsSettings.defaults()
                  .withServers(servers)
                  .withHostsFile(directory.resolve("hosts"))
                  .withTimes(TIMEOUT, Duration.ofSeconds(6), Duration.ofSeconds(30)),
              new Timers(clock, clock),
              (transport, ipv6) -> reach.has(transport, ipv6),
              new Random(1));
      resolver = made;
    }
    return made;
  }

  private static SipTarget target(String host) {
    return target(host, 0, null);
  }

  private static SipTarget target(String host, int port, @Nullable Transport transport) {
    return new SipTarget(host, port, transport, false);
  }

  private List<String> atOnce(SipTarget target) {
    CompletableFuture<List<Destination>> result = resolver().resolve(target);
    assertThat(result).isDone();
    return texts(result.join());
  }

  private List<String> resolved(SipTarget target) {
    return texts(got(resolver().resolve(target)));
  }

  private static List<Destination> got(CompletableFuture<List<Destination>> result) {
    try {
      return result.get(10, SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private Reason refused(SipTarget target) {
    return refused(resolver().resolve(target));
  }

  private static Reason refused(CompletableFuture<List<Destination>> result) {
    assertThatThrownBy(() -> result.get(10, SECONDS)).isInstanceOf(ExecutionException.class);
    ResolutionException[] why = new ResolutionException[1];
    result.whenComplete((found, failure) -> why[0] = ResolutionException.of(failure));
    return why[0].reason();
  }

  private static List<String> texts(List<Destination> destinations) {
    return destinations.stream()
        .map(
            d ->
                d.transport()
                    + " "
                    + (d.address().getAddress() instanceof java.net.Inet6Address
                        ? "[" + d.address().getAddress().getHostAddress() + "]"
                        : d.address().getAddress().getHostAddress())
                    + ":"
                    + d.address().getPort()
                    + (d.tlsName() == null ? "" : " as " + d.tlsName()))
        .toList();
  }
}
