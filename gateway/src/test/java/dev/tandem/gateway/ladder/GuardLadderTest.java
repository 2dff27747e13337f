package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The guard before the whole gateway, and calls that are put off. */
class GuardLadderTest extends LadderTest {
  @Override
  String yaml() {
    return super.yaml()
        + """
        emergency: {numbers: ["9110"]}
        limits:
          rates: {perConnection: 10}
          connections: {perAddress: 3}
          ban: {after: 3, within: 1m, for: 5m}
          overload: {setups: 1}
          allow: []
        """;
  }

  @Test
  void whoGuessesPasswordsIsNotListenedTo() {
    PhoneIdentity guessed = new PhoneIdentity("alice", DOMAIN, "wrong");
    Phone mallory = Phone.jsSip(ladder, "mallory", guessed, webSocket());
    for (int guess = 0; guess < 3; guess++) {
      mallory.sendsRegister(600, register -> {});
      mallory.receives(401);
    }
    assertThat(upgradeStatus()).isEqualTo(101);
    mallory.sendsRegister(600, register -> {});
    mallory.receives(401);
    mallory.sendsRegister(600, register -> {});
    mallory.isDisconnected();
    assertThat(upgradeStatus()).isEqualTo(503);
    clock.advance(Duration.ofMinutes(6)); // settling would take a datagram from that address
    assertThat(upgradeStatus()).isEqualTo(101);
  }

  private int upgradeStatus() {
    RawWebSocket socket = RawWebSocket.to(webSocket()).subprotocol("sip").connect();
    try {
      return socket.status();
    } finally {
      socket.close();
    }
  }

  @Test
  void anAddressHasSoManyConnections() {
    Phone[] phones = {sipJs("alice"), sipJs("bob"), sipJs("carol")};
    for (Phone phone : phones) {
      phone.registers();
    }
    RawWebSocket fourth = RawWebSocket.to(webSocket()).subprotocol("sip").connect();
    assertThat(fourth.receive().closeCode()).isEqualTo(1008);
    phones[0].close();
    passes(Duration.ofSeconds(5));
    phone("sipJs", "another", "alice").registers();
  }

  @Test
  void newCallsArePutOffWhileOnesUnderWayGoOn() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    Phone carol = jsSip("carol");
    carol.invites(sip("bob"));
    SipText refusal = carol.receives(503);
    assertThat(Integer.parseInt(refusal.header("Retry-After"))).isBetween(5, 15);
    carol.invites("sip:9110@" + DOMAIN); // whoever calls for help is not put off
    carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    carol.receives(486);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    settle();
    carol.invites("sip:95550100@" + DOMAIN);
    carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    carol.receives(486);
    alice.sends(BYE);
    bob.receives(BYE);
    bob.answers(200);
    alice.receives(200);
    ladder.nothingMore();
  }
}
