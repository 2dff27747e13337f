package dev.tandem.gateway.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.LimitsConfig;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import dev.tandem.testkit.ManualClock;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much strangers may send, and who is not listened to. */
class GuardTest {
  private static final String STRANGER = "203.0.113.7";
  private static final String TRUNK = "198.51.100.2";

  private final ManualClock clock = new ManualClock();
  private final List<Turned> turned = new ArrayList<>();
  private final List<String> passed = new ArrayList<>();
  private Guard guard;
  private FlowListener door;

  @BeforeEach
  void makeGuard() throws Exception {
    LimitsConfig limits =
        new ConfigLoader()
            .parse(
                "test.yaml",
                """
                domain: example.test
                users: [{user: alice, password: secret}]
                limits:
                  rates: {perConnection: 5, perAddress: 10, registers: 3, invites: 2, connects: 4}
                  ban: {after: 6, within: 60s, for: 10m}
                  allow: [10.0.0.0/8]
                """,
                Path.of(""))
            .limits();
    guard =
        new Guard(
            limits,
            address -> address.getHostAddress().equals(TRUNK),
            new Timers(clock, clock),
            turned::add);
    door =
        guard.before(
            new FlowListener() {
              @Override
              public void opened(Flow flow) {}

              @Override
              public void received(Flow flow, byte[] message) {
                passed.add(new String(message, ISO_8859_1));
              }

              @Override
              public void ended(Flow flow, FlowEnd end) {}
            });
  }

  private StrangersFlow connects(Transport transport, String address) {
    StrangersFlow flow = new StrangersFlow(transport, address);
    door.opened(flow);
    return flow;
  }

  private static String request(String method, String... headers) {
    return method
        + " sip:a@example.test SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
        + "From: <sip:a@example.test>;tag=1\r\nTo: <sip:a@example.test>\r\nCall-ID: 1\r\nCSeq: 1 "
        + method
        + "\r\n"
        + String.join("\r\n", headers)
        + (headers.length > 0 ? "\r\n" : "")
        + "Content-Length: 0\r\n\r\n";
  }

  private int sends(Flow flow, int count, String message) {
    int before = passed.size();
    for (int i = 0; i < count; i++) {
      door.received(flow, message.getBytes(ISO_8859_1));
    }
    return passed.size() - before;
  }

  @Test
  void aConnectionMaySendSoMuchAndIsToldWhenToComeAgain() {
    StrangersFlow flow = connects(Transport.WS, STRANGER);
    assertThat(sends(flow, 12, request("OPTIONS"))).isEqualTo(10);
    assertThat(turned).containsExactly(Turned.CONNECTION_RATE, Turned.CONNECTION_RATE);
    assertThat(flow.sent)
        .hasSize(2)
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .startsWith("SIP/2.0 503 Service Unavailable\r\n")
                    .contains("\r\nRetry-After: 1\r\n"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(sends(flow, 12, request("OPTIONS"))).isEqualTo(5);
  }

  @Test
  void anAddressMaySendSoMuchOverAllItsConnections() {
    int all = 0;
    for (int i = 0; i < 5; i++) {
      all += sends(connects(Transport.WS, STRANGER), 5, request("OPTIONS"));
    }
    assertThat(all).isEqualTo(20);
    assertThat(turned).containsOnly(Turned.ADDRESS_RATE);
    assertThat(sends(connects(Transport.WS, "203.0.113.8"), 5, request("OPTIONS"))).isEqualTo(5);
  }

  @Test
  void registersAndInvitesAreCountedApart() {
    Flow flow = connects(Transport.UDP, STRANGER);
    assertThat(sends(flow, 8, "\r\n" + request("REGISTER"))).isEqualTo(6);
    assertThat(sends(flow, 6, request("INVITE"))).isEqualTo(4);
    assertThat(turned)
        .containsExactly(
            Turned.REGISTER_RATE, Turned.REGISTER_RATE, Turned.INVITE_RATE, Turned.INVITE_RATE);
    assertThat(sends(flow, 2, request("BYE"))).isEqualTo(2);
  }

  @Test
  void aDatagramTooManyIsDroppedInSilenceAndBansNobody() {
    StrangersFlow flow = connects(Transport.UDP, STRANGER);
    assertThat(sends(flow, 1000, request("OPTIONS"))).isEqualTo(20);
    assertThat(flow.sent).isEmpty();
    assertThat(guard.banned()).isZero(); // whoever is written on it may never have sent it
  }

  @Test
  void aFloodOnAConnectionIsBannedForAWhile() {
    StrangersFlow flow = connects(Transport.TCP, STRANGER);
    sends(flow, 40, request("OPTIONS"));
    assertThat(turned).contains(Turned.BAN);
    assertThat(flow.end).isNotNull();
    assertThat(guard.banned()).isEqualTo(1);
    assertThat(guard.mayConnect(flow.remote().getAddress())).isFalse();
    assertThat(connects(Transport.TCP, STRANGER).end).isNotNull();
    assertThat(sends(connects(Transport.UDP, STRANGER), 3, request("OPTIONS"))).isZero();
    clock.advance(Duration.ofMinutes(10));
    assertThat(guard.banned()).isZero();
    assertThat(sends(connects(Transport.TCP, STRANGER), 3, request("OPTIONS"))).isEqualTo(3);
  }

  @Test
  void wrongPasswordsAreBanned() throws Exception {
    InetAddress address = InetAddress.getByName(STRANGER);
    for (int i = 0; i < 6; i++) {
      guard.wrongCredentials(address);
    }
    assertThat(guard.banned()).isZero();
    guard.wrongCredentials(address);
    assertThat(guard.banned()).isEqualTo(1);
  }

  @Test
  void wrongPasswordsNowAndThenAreNot() throws Exception {
    InetAddress address = InetAddress.getByName(STRANGER);
    for (int i = 0; i < 100; i++) {
      guard.wrongCredentials(address);
      clock.advance(Duration.ofSeconds(11));
    }
    assertThat(turned).isEmpty();
  }

  @Test
  void scannersGetNoAnswer() {
    StrangersFlow flow = connects(Transport.UDP, STRANGER);
    assertThat(sends(flow, 1, request("OPTIONS", "user-agent : Friendly-Scanner 1.0"))).isZero();
    assertThat(sends(flow, 1, request("OPTIONS", "User-Agent: SIP.js/0.21"))).isEqualTo(1);
    assertThat(flow.sent).isEmpty();
    assertThat(turned).containsExactly(Turned.SCANNER);
  }

  @Test
  void trunksAndTheAllowListAreNeverAsked() throws Exception {
    for (String address : List.of(TRUNK, "10.1.2.3")) {
      StrangersFlow flow = connects(Transport.TCP, address);
      assertThat(sends(flow, 500, request("INVITE", "User-Agent: sipvicious"))).isEqualTo(500);
      for (int i = 0; i < 100; i++) {
        guard.wrongCredentials(InetAddress.getByName(address));
        assertThat(guard.mayConnect(InetAddress.getByName(address))).isTrue();
      }
    }
    assertThat(turned).isEmpty();
    assertThat(guard.addresses()).isZero();
  }

  @Test
  void connectionsAreCountedByTime() throws Exception {
    InetAddress address = InetAddress.getByName(STRANGER);
    int taken = 0;
    for (int i = 0; i < 20; i++) {
      taken += guard.mayConnect(address) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(8);
    assertThat(turned).containsOnly(Turned.CONNECT_RATE);
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() {
    int all = 0;
    for (int i = 1; i < 20; i++) {
      all += sends(connects(Transport.UDP, "2001:db8:1:2::" + i), 5, request("OPTIONS"));
    }
    assertThat(all).isEqualTo(20);
    assertThat(guard.addresses()).isEqualTo(1);
    assertThat(sends(connects(Transport.UDP, "2001:db8:1:3::1"), 5, request("OPTIONS")))
        .isEqualTo(5);
  }

  @Test
  void strangersAreForgotten() {
    for (int i = 0; i < 200; i++) {
      sends(connects(Transport.UDP, "203.0.113." + i), 1, request("OPTIONS"));
    }
    assertThat(guard.addresses()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(12));
    sends(connects(Transport.UDP, STRANGER), 1, request("OPTIONS"));
    assertThat(guard.banned()).isZero();
    assertThat(guard.addresses()).isLessThan(200);
  }
}
