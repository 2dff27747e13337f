package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose calls a connection gets: those of the device that registers on it, and of no other. */
class WhoReturnsLadderTest extends LadderTest {
  /** After which nothing that was said can still be on its way. */
  private static final Duration AGES = Duration.ofSeconds(33);

  private SipText talk(Phone caller, Phone callee) {
    caller.invites(callee.aor());
    callee.receives(INVITE);
    callee.answers(200);
    SipText ack = callee.receives(ACK);
    caller.receives(200, INVITE);
    caller.sends(ACK);
    passes(AGES);
    return ack;
  }

  private static void hangsUp(Phone who, Phone other) {
    who.sends(BYE);
    who.receives(200, BYE);
    other.receives(BYE);
    other.answers(200);
  }

  /** The Contact of a REGISTER of this phone, with another URI. */
  private static String contactOf(SipText register, String uri) {
    return "<" + uri + ">" + register.header("Contact").replaceFirst("<[^>]*>", "");
  }

  @Test
  void sameInstanceOfAnotherUserDoesNotGetTheCall() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    SipText register = bob.sendsRegister(600, it -> {});
    bob.receives(200, REGISTER);
    talk(alice, bob);
    bob.losesConnection();
    isDetached(1);
    Phone mallory = jsSip("carol");
    String stolen = contactOf(register, bob.contactUri());
    mallory.sendsRegister(600, it -> it.set("Contact", stolen));
    mallory.receives(200, REGISTER);
    settle();
    isDetached(1);
    bob.connects();
    bob.registers();
    isDetached(0);
    hangsUp(alice, bob);
    ladder.nothingMore();
  }

  @Test
  void sameInstanceOfAnotherUserDoesNotGetTheCallOfAHalfOpenConnection() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    SipText register = bob.sendsRegister(600, it -> {});
    bob.receives(200, REGISTER);
    talk(alice, bob);
    Phone mallory = jsSip("carol");
    String stolen = contactOf(register, bob.contactUri());
    mallory.sendsRegister(600, it -> it.set("Contact", stolen));
    mallory.receives(200, REGISTER);
    hangsUp(alice, bob);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void bothCallsOfADeviceComeBack(String kind) {
    Phone alice = sipJs("alice");
    Phone carol = jsSip("carol");
    Phone bob = phone(kind, "bob");
    carol.registers();
    bob.registers();
    SipText fromAlice = talk(alice, bob);
    SipText fromCarol = talk(carol, bob);
    bob.losesConnection();
    isDetached(2);
    bob.connects();
    bob.registers();
    isDetached(0);
    bob.turnsTo(fromAlice);
    hangsUp(bob, alice);
    bob.turnsTo(fromCarol);
    bob.sends(INFO);
    carol.receives(INFO);
    carol.answers(200);
    bob.receives(200, INFO);
    hangsUp(carol, bob);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void deviceComesBackFromAnotherAddress(String kind) {
    Phone alice = phone(kind, "alice");
    Phone bob = phone(kind, "bob");
    alice.registers();
    bob.registers();
    talk(alice, bob);
    bob.losesConnection();
    isDetached(1);
    bob.connectsFrom("127.0.0.77");
    bob.registers();
    isDetached(0);
    alice.losesConnection();
    isDetached(1);
    alice.connectsFrom("127.0.0.78");
    alice.registers();
    isDetached(0);
    bob.sends(INFO);
    alice.receives(INFO);
    alice.answers(200);
    bob.receives(200, INFO);
    hangsUp(alice, bob);
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip"})
  void pageThatIsLeftEndsItsCallsAtOnce(String kind) {
    Phone alice = sipJs("alice");
    Phone bob = phone(kind, "bob");
    bob.registers();
    talk(alice, bob);
    bob.leavesThePage();
    assertThat(alice.receives(BYE).header("Reason")).contains("cause=");
    alice.answers(200);
    isDetached(0);
    ladder.nothingMore();
  }

  @Test
  void pageThatIsLeftWhileItRingsIsNotWaitedFor() {
    Phone alice = sipJs("alice");
    Phone bob = sipJs("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
    bob.leavesThePage();
    alice.receives(480);
    isDetached(0);
    ladder.nothingMore();
  }

  @Test
  void pageThatIsLoadedAnewHasNoCalls() {
    Phone alice = sipJs("alice");
    Phone bob = jsSip("bob");
    SipText register = bob.sendsRegister(600, it -> {});
    bob.receives(200, REGISTER);
    talk(alice, bob);
    bob.losesConnection(); // its 1001 was lost
    isDetached(1);
    Phone anew = phone("jsSip", "bob, loaded anew", "bob");
    String contact = contactOf(register, anew.contactUri());
    anew.sendsRegister(600, it -> it.set("Contact", contact));
    anew.receives(200, REGISTER);
    alice.receives(BYE);
    alice.answers(200);
    isDetached(0);
    ladder.nothingMore();
  }
}
