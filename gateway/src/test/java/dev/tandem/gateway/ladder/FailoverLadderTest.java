package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.TIMER_B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.FakeDns;
import dev.tandem.testkit.FakeDns.Trouble;
import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A trunk that DNS names several servers of: where calls go when one of them fails (RFC 3263). */
class FailoverLadderTest extends LadderTest {
  private static final Duration NEXT_SERVER_AFTER = Duration.ofSeconds(4);
  private static final Duration SET_BACK = Duration.ofSeconds(31);

  private final FakeDns dns = FakeDns.start();
  private Phone second;

  @AfterEach
  void stopDns() {
    dns.close();
  }

  @Override
  String yaml() {
    second = carrier("second", "127.0.0.3");
    dns.knows(
        "_sip._udp.carrier.example 600 SRV 1 0 " + port(carrier) + " a.carrier.example.",
        "_sip._udp.carrier.example 600 SRV 2 0 " + port(second) + " b.carrier.example.",
        "a.carrier.example 600 A 127.0.0.2",
        "b.carrier.example 600 A 127.0.0.3",
        "_sip._tcp.half.example 600 SRV 1 0 " + closedPort() + " a.carrier.example.",
        "_sip._udp.half.example 600 SRV 1 0 " + port(second) + " b.carrier.example.",
        "half.example 600 NAPTR 1 1 \"s\" \"SIP+D2T\" \"\" _sip._tcp.half.example.",
        "half.example 600 NAPTR 1 2 \"s\" \"SIP+D2U\" \"\" _sip._udp.half.example.");
    dns.has(Trouble.SILENT, "_sip._udp.slow.example", "SRV");
    return super.yaml()
            .replace(
                "trunks:\n",
                """
                trunks:
                  - {name: named, address: carrier.example, transport: udp, largeRequests: udp}
                  - {name: half, address: half.example, transport: auto, largeRequests: udp}
                  - {name: nowhere, address: nowhere.example, transport: udp}
                  - {name: slow, address: slow.example, transport: udp}
                  - {name: hasty, address: carrier.example, transport: udp, largeRequests: udp,
                     nextServerAfter: 1s}
                """)
            .replace(
                "routes:\n",
                """
                routes:
                  - {number: "91*", trunk: named}
                  - {number: "92*", trunk: half}
                  - {number: "93*", trunk: nowhere}
                  - {number: "94*", trunk: slow}
                  - {number: "95*", trunk: hasty}
                """)
            .replace(
                "  listen:\n    udp:",
                "  dns: {servers: [\"127.0.0.1:%d\"]}\n  listen:\n    udp:"
                    .formatted(dns.address().getPort()))
        + "messages: {maxUdp: 60KiB}\n";
  }

  private static int port(Phone phone) {
    return Integer.parseInt(phone.address().substring(phone.address().indexOf(':') + 1));
  }

  private static int closedPort() {
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      return closed.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void dnsSaysWhereAndTheRequestUriStaysAsItWas() {
    Phone alice = sipJs("alice");
    alice.invites(sip("9155"));
    SipText invite = carrier.receives(INVITE);
    assertThat(invite.requestUri()).startsWith("sip:9155@carrier.example");
    talkAndHangUp(alice, carrier);
  }

  @Test
  void aServerThatSays503IsFollowedByTheNext() {
    Phone alice = sipJs("alice");
    alice.invites(sip("9155"));
    SipText first = carrier.receives(INVITE);
    carrier.answers(503);
    carrier.receives(ACK);
    SipText again = second.receives(INVITE);
    assertThat(again.header("Call-ID")).isEqualTo(first.header("Call-ID"));
    assertThat(again.header("CSeq")).isEqualTo(first.header("CSeq"));
    assertThat(again.header("From")).isEqualTo(first.header("From"));
    assertThat(again.requestUri()).isEqualTo(first.requestUri());
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("Via")).isNotEqualTo(first.header("Via"));
    talkAndHangUp(alice, second);
  }

  @Test
  void theLastServersRefusalIsTheCallers() {
    Phone alice = sipJs("alice");
    alice.invites(sip("9155"));
    carrier.receives(INVITE);
    carrier.answers(503);
    carrier.receives(ACK);
    second.receives(INVITE);
    second.answers(503);
    second.receives(ACK);
    alice.receives(503);
    ladder.nothingMore();
  }

  @Test
  void aRefusalThatIsNotForThisServerAloneIsFinal() {
    Phone alice = sipJs("alice");
    alice.invites(sip("9155"));
    carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
  }

  @Test
  void aSilentServerIsFollowedByTheNextAndCancelledIfItWakesUp() {
    Phone alice = sipJs("alice");
    carrier.with(Habit.NEVER_RESPONDS);
    alice.invites(sip("9155"));
    carrier.receives(INVITE);
    passes(NEXT_SERVER_AFTER.minusMillis(200));
    assertThat(second.isIdle()).isTrue();
    passes(Duration.ofMillis(200));
    second.receives(INVITE);
    while (!carrier.isIdle()) {
      carrier.receives(INVITE); // its transaction goes on
    }

    carrier.answers(180);
    carrier.answers(carrier.receives(CANCEL), 200);
    carrier.answers(487, INVITE);
    carrier.receives(ACK);

    talkAndHangUp(alice, second);
  }

  @Test
  void aSilentServerThatAnswersLateIsHungUp() {
    Phone alice = sipJs("alice");
    carrier.with(Habit.NEVER_RESPONDS);
    alice.invites(sip("9155"));
    carrier.receives(INVITE);
    passes(NEXT_SERVER_AFTER);
    second.receives(INVITE);
    while (!carrier.isIdle()) {
      carrier.receives(INVITE);
    }

    carrier.answers(200);
    carrier.receives(ACK);
    carrier.receives(BYE);
    carrier.answers(200);

    talkAndHangUp(alice, second);
  }

  @Test
  void aServerThatSaysTryingIsWaitedFor() {
    Phone alice = sipJs("alice");
    alice.invites(sip("9155"));
    carrier.receives(INVITE); // says 100 by itself
    passes(Duration.ofSeconds(20));
    talkAndHangUp(alice, carrier);
    assertThat(second.isIdle()).isTrue();
  }

  @Test
  void whoFailedIsTriedLastForAWhile() {
    Phone alice = sipJs("alice");
    alice.invites(sip("9155"));
    carrier.receives(INVITE);
    carrier.answers(503);
    carrier.receives(ACK);
    second.receives(INVITE);
    talkAndHangUp(alice, second);

    Phone bob = jsSip("bob");
    bob.invites(sip("9156"));
    second.receives(INVITE);
    talkAndHangUp(bob, second);

    passes(SET_BACK);
    Phone carol = jsSip("carol");
    carol.invites(sip("9157"));
    carrier.receives(INVITE);
    talkAndHangUp(carol, carrier);
  }

  @Test
  void aRefusedConnectionIsFollowedByTheNextServer() {
    Phone alice = jsSip("alice");
    alice.invites(sip("9255"));
    SipText invite = second.receives(INVITE);
    assertThat(invite.header("Via")).contains("SIP/2.0/UDP");
    assertThat(invite.header("Contact")).doesNotContain("transport=tcp");
    talkAndHangUp(alice, second);
  }

  @Test
  void aTrunkMayHaveAPatienceOfItsOwn() {
    Phone alice = sipJs("alice");
    carrier.with(Habit.NEVER_RESPONDS);
    alice.invites(sip("9555"));
    carrier.receives(INVITE);
    Duration waited = passesUntilReceived(second, NEXT_SERVER_AFTER);
    assertThat(waited).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_200));
    second.receives(INVITE);
    while (!carrier.isIdle()) {
      carrier.receives(INVITE);
    }
    talkAndHangUp(alice, second);
  }

  @Test
  void silenceOfAllIsATimeout() {
    Phone alice = sipJs("alice");
    carrier.with(Habit.NEVER_RESPONDS);
    second.with(Habit.NEVER_RESPONDS);
    alice.invites(sip("9155"));
    carrier.receives(INVITE);
    passes(NEXT_SERVER_AFTER);
    second.receives(INVITE);
    passes(TIMER_B);
    alice.receives(408);
    while (!carrier.isIdle()) {
      carrier.receives(INVITE);
    }
    while (!second.isIdle()) {
      second.receives(INVITE);
    }
    ladder.nothingMore();
  }

  @Test
  void aNameThatIsNowhereIsRefused() {
    Phone alice = sipJs("alice");
    alice.invites(sip("9355"));
    alice.receives(503);
    ladder.nothingMore();
  }

  @Test
  void aCancelWhileDnsIsAskedEndsTheCall() {
    Phone alice = jsSip("alice");
    alice.invites(sip("9455"));
    settle();
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    dns.recover();
    passes(Duration.ofSeconds(10)); // what was asked is answered, or given up
    ladder.nothingMore();
  }

  @Test
  void aCancelWhileTheNextServerIsRingingGoesThere() {
    Phone alice = jsSip("alice");
    alice.invites(sip("9155"));
    carrier.receives(INVITE);
    carrier.answers(503);
    carrier.receives(ACK);
    second.receives(INVITE);
    second.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    second.receives(CANCEL);
    second.answers(487, INVITE);
    second.receives(ACK);
    ladder.nothingMore();
  }

  @Test
  void aContactThatIsANameIsResolvedForTheAckAndForWhatFollows() throws IOException {
    dns.knows("media.carrier.example 600 A 127.0.0.4");
    try (DatagramSocket media = new DatagramSocket(0, InetAddress.getByName("127.0.0.4"))) {
      media.setSoTimeout(5_000);
      Phone alice = sipJs("alice");
      alice.invites(sip("9155"));
      carrier.receives(INVITE);
      String contact = "<sip:media@media.carrier.example:" + media.getLocalPort() + ">";
      carrier.answers(200, ok -> ok.set("Contact", contact));
      alice.receives(200);
      alice.sends(ACK);
      alice.sends(BYE);
      alice.receives(200);

      assertThat(next(media)).startsWith("ACK sip:media@media.carrier.example:");
      assertThat(next(media)).startsWith("BYE sip:media@media.carrier.example:");
      ladder.nothingMore();
    }
  }

  private static String next(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Test
  void whereAContactsNameLeadsNowhereRequestsGoBackTheWayTheAnswerCame() {
    Phone alice = sipJs("alice");
    alice.invites(sip("9155"));
    carrier.receives(INVITE);
    carrier.answers(200, ok -> ok.set("Contact", "<sip:pbx@inside.nowhere.example>"));
    alice.receives(200);
    alice.sends(ACK);
    carrier.receives(ACK);
    alice.sends(BYE);
    alice.receives(200);
    carrier.receives(BYE);
    carrier.answers(200);
    ladder.nothingMore();
  }

  private void talkAndHangUp(Phone caller, Phone callee) {
    callee.answers(200);
    caller.receives(200);
    caller.sends(ACK);
    callee.receives(ACK);
    caller.sends(BYE);
    caller.receives(200);
    callee.receives(BYE);
    callee.answers(200);
    ladder.nothingMore();
  }
}
