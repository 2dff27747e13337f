package dev.tandem.gateway.soak;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;

import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Two people who call each other in every way there is; one thread runs a pair. */
final class Pair {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** How many there are at most. */
  static final int PAIRS = 12;

  /** Of one set of phones; then others come, as pages are closed and opened. */
  private static final int CALLS = 25;

  private final URI webSocket;
  private final RandomGenerator random;
  private final int number;
  private int page;
  private String callee;

  private Ladder ladder;
  private Phone alice;
  private Phone bob;

  /**
   * A pair that has not called yet.
   *
   * @param number from 0 to {@link #PAIRS} - 1, no other pair has it
   */
  Pair(int number, URI webSocket, RandomGenerator random) {
    this.webSocket = webSocket;
    this.random = random;
    this.number = number;
  }

  private static PhoneIdentity identity(String user) {
    return new PhoneIdentity(user, "example.test", "secret");
  }

  /** Makes calls, one after the other; fails with the ladder of the one that went wrong. */
  void calls(int count) {
    List<Runnable> kinds =
        List.of(
            this::callerHangsUp,
            this::calleeHangsUp,
            this::refused,
            this::cancelled,
            this::held,
            this::asked,
            this::callerLosesItsConnectionInTheCall,
            this::calleeLosesItsConnectionInTheCall,
            this::calleeIsHungUpWhileAway,
            this::calleeNeverComesBack,
            this::callerVanishesWhileItRings,
            this::calleeVanishesWhileItRings);
    open();
    for (int i = 1; i <= count; i++) {
      kinds.get(random.nextInt(kinds.size())).run();
      if (i % CALLS == 0) {
        reopen();
      }
    }
    ladder.close();
  }

  /** Everybody closes the page, whatever goes on, and opens another. */
  private void reopen() {
    ladder.close();
    open();
  }

  private void open() {
    ladder = new Ladder(PATIENCE);
    // Others each time: a page that is gone rings for as long as its device may come back.
    page++;
    int first = 2 * (page * PAIRS + number);
    callee = "u" + (first + 1);
    alice = browser("u" + first);
    bob = browser(callee);
  }

  private Phone browser(String user) {
    Phone phone =
        random.nextBoolean()
            ? Phone.sipJs(ladder, user, identity(user), webSocket)
            : Phone.jsSip(ladder, user, identity(user), webSocket);
    phone.registers();
    return phone;
  }

  private void ring() {
    alice.invites("sip:" + callee + "@example.test");
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
  }

  private void talk() {
    ring();
    bob.answers(200);
    alice.receives(200, INVITE);
    alice.sends(ACK);
    bob.receives(ACK);
    ladder.settle();
  }

  private static void hangUp(Phone by, Phone other) {
    by.sends(BYE);
    awaits(by, text -> text.status() == 200);
    awaits(other, text -> text.isRequest() && text.method().equals(BYE));
    other.answers(200);
  }

  /** The next message but for ACKs, which are repeated to whoever comes back. */
  private static void awaits(Phone phone, Predicate<SipText> wanted) {
    SipText text = phone.receivesAny();
    while (text.isRequest() && text.method().equals(ACK)) {
      text = phone.receivesAny();
    }
    if (!wanted.test(text)) {
      throw new AssertionError(phone.name() + " did not expect\n" + text);
    }
  }

  private void callerHangsUp() {
    talk();
    hangUp(alice, bob);
  }

  private void calleeHangsUp() {
    talk();
    hangUp(bob, alice);
  }

  private void refused() {
    ring();
    bob.answers(486);
    bob.receives(ACK);
    alice.receives(486);
  }

  private void cancelled() {
    ring();
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    bob.receives(CANCEL);
    bob.answers(487);
    bob.receives(ACK);
  }

  private void held() {
    talk();
    Phone holder = random.nextBoolean() ? alice : bob;
    Phone other = holder == alice ? bob : alice;
    holder.holds();
    other.receives(INVITE);
    other.answers(200);
    other.receives(ACK);
    holder.receives(200, INVITE);
    holder.sends(ACK);
    hangUp(holder, other);
  }

  private void asked() {
    talk();
    alice.sends(INFO);
    bob.receives(INFO);
    bob.answers(200);
    alice.receives(200, INFO);
    hangUp(alice, bob);
  }

  private void comesBack(Phone phone) {
    phone.losesConnection();
    phone.connects();
    phone.sendsRegister(600, register -> {});
    awaits(phone, text -> text.status() == 200);
  }

  private void callerLosesItsConnectionInTheCall() {
    talk();
    comesBack(alice);
    hangUp(random.nextBoolean() ? alice : bob, alice, bob);
  }

  private void calleeLosesItsConnectionInTheCall() {
    talk();
    comesBack(bob);
    hangUp(random.nextBoolean() ? alice : bob, alice, bob);
  }

  private static void hangUp(Phone by, Phone one, Phone two) {
    hangUp(by, by == one ? two : one);
  }

  private void calleeIsHungUpWhileAway() {
    talk();
    bob.losesConnection();
    alice.sends(BYE);
    alice.receives(200, BYE);
    bob.connects();
    bob.sendsRegister(600, register -> {});
    // In either order: the gateway may see the REGISTER before the end of the old connection.
    awaits(bob, text -> text.status() == 200 || text.isRequest());
    awaits(bob, text -> text.status() == 200 || text.isRequest());
    bob.answers(200, BYE);
  }

  private void calleeNeverComesBack() {
    talk();
    bob.losesConnection();
    reopen();
  }

  private void callerVanishesWhileItRings() {
    ring();
    alice.losesConnection();
    reopen();
  }

  private void calleeVanishesWhileItRings() {
    ring();
    bob.losesConnection();
    reopen();
  }
}
