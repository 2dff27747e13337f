package dev.tandem.gateway.soak;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.REFER;
import static dev.tandem.testkit.Sip.SUBSCRIBE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.SipText;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Two people who call each other in every way there is, and a third to whom they are transferred;
 * one thread runs a pair.
 */
final class Pair {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** How many there are at most. */
  static final int PAIRS = 12;

  /** Of one set of phones; then others come, as pages are closed and opened. */
  private static final int CALLS = 25;

  private final URI webSocket;
  private final InetSocketAddress udp;
  private final boolean peersTransfer;
  private final RandomGenerator random;
  private final int number;
  private int page;
  private String callee;

  private Ladder ladder;
  private Phone alice;
  private Phone bob;
  private Phone carol;
  private boolean bobHasUdp;

  /**
   * A pair that has not called yet.
   *
   * @param number from 0 to {@link #PAIRS} - 1, no other pair has it
   * @param peersTransfer whether a phone on UDP is asked to carry a transfer out
   */
  Pair(
      int number,
      URI webSocket,
      InetSocketAddress udp,
      boolean peersTransfer,
      RandomGenerator random) {
    this.webSocket = webSocket;
    this.udp = udp;
    this.peersTransfer = peersTransfer;
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
            this::calleeVanishesWhileItRings,
            this::transferredBlindly,
            this::transferRefused,
            this::transferredAfterAsking,
            this::transferorVanishes,
            this::message,
            this::watched,
            this::watcherVanishes);
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
    int first = 3 * (page * PAIRS + number);
    callee = "u" + (first + 1);
    alice = browser("u" + first);
    bobHasUdp = random.nextInt(3) == 0;
    bob = bobHasUdp ? udpPhone(first + 1) : browser(callee);
    carol = random.nextBoolean() ? udpPhone(first + 2) : browser("u" + (first + 2));
  }

  /**
   * A phone with an address that no other has, so that nobody hears what was meant for one that is
   * gone.
   */
  private Phone udpPhone(int user) {
    String name = "u" + user;
    String host = "127.%d.%d.%d".formatted(64 + (user >> 16), (user >> 8) & 255, user & 255);
    Phone phone = Phone.pbxUdp(ladder, name, identity(name), host, () -> udp);
    phone.registers();
    return phone;
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
      throw phone.failure(phone.name() + " did not expect\n" + text);
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
    if (bobHasUdp) {
      return;
    }
    talk();
    comesBack(bob);
    hangUp(random.nextBoolean() ? alice : bob, alice, bob);
  }

  private static void hangUp(Phone by, Phone one, Phone two) {
    hangUp(by, by == one ? two : one);
  }

  private void calleeIsHungUpWhileAway() {
    if (bobHasUdp) {
      return;
    }
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
    if (bobHasUdp) {
      return;
    }
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

  // Transfers.

  private SipText talkTo(Phone callee) {
    alice.invites(callee.aor());
    callee.receives(INVITE);
    callee.answers(200);
    SipText answer = alice.receives(200, INVITE);
    alice.sends(ACK);
    callee.receives(ACK);
    ladder.settle();
    return answer;
  }

  private void refers(String referTo) {
    alice.sends(
        REFER,
        refer -> refer.add("Contact", "<" + alice.contactUri() + ">").add("Refer-To", referTo));
  }

  /** Whether Bob is asked to carry the transfer out. */
  private boolean bobIsAsked() {
    return peersTransfer && bobHasUdp;
  }

  /** The next request with that method; NOTIFYs are answered, all else is passed over. */
  private static SipText hears(Phone phone, String method) {
    for (; ; ) {
      SipText text = phone.receivesAny();
      if (text.isRequest() && text.method().equals(NOTIFY)) {
        phone.answers(text, 200);
      }
      if (text.isRequest() && text.method().equals(method)) {
        return text;
      }
    }
  }

  private static void isHungUp(Phone phone) {
    phone.answers(hears(phone, BYE), 200);
  }

  private void bobTells(String statusLine) {
    bob.sends(
        NOTIFY,
        notify ->
            notify
                .add("Contact", "<" + bob.contactUri() + ">")
                .add("Event", "refer")
                .add("Subscription-State", "terminated;reason=noresource")
                .body("message/sipfrag", statusLine + "\r\n"));
    bob.receives(200, NOTIFY);
  }

  private void hearsOutcome() {
    while (hears(alice, NOTIFY).bodyText().startsWith("SIP/2.0 1")) {
      // it goes on
    }
  }

  private void transferredBlindly() {
    talkTo(bob);
    refers("<" + carol.aor() + ">");
    if (bobIsAsked()) {
      bob.receives(REFER);
      if (random.nextBoolean()) {
        bob.answers(202, REFER);
        bobTells("SIP/2.0 200 OK");
        isHungUp(alice);
        isHungUp(bob);
        return;
      }
      bob.answers(501, REFER);
    }
    carol.receives(INVITE);
    carol.answers(180);
    carol.answers(200, INVITE);
    bob.receives(INVITE);
    bob.answers(200, INVITE);
    bob.receives(ACK);
    carol.receives(ACK);
    isHungUp(alice);
    hangUp(carol, bob);
  }

  private void transferRefused() {
    talkTo(bob);
    refers("<" + carol.aor() + ">");
    if (bobIsAsked()) {
      bob.receives(REFER);
      bob.answers(202, REFER);
      bobTells("SIP/2.0 486 Busy Here");
    } else {
      carol.receives(INVITE);
      carol.answers(486);
      carol.receives(ACK);
    }
    hearsOutcome();
    hangUp(alice, bob);
  }

  private void transferredAfterAsking() {
    SipText toBob = talkTo(bob);
    SipText toCarol = talkTo(carol);
    alice.turnsTo(toBob);
    String dialog =
        toCarol.callId() + ";to-tag=" + toCarol.toTag() + ";from-tag=" + toCarol.fromTag();
    refers("<" + carol.aor() + "?Replaces=" + URLEncoder.encode(dialog, UTF_8) + ">");
    if (bobIsAsked()) {
      SipText refer = bob.receives(REFER);
      if (random.nextBoolean()) {
        bobReplacesHer(refer);
        return;
      }
      bob.answers(405, REFER);
    }
    carol.receives(INVITE);
    carol.answers(200);
    bob.receives(INVITE);
    bob.answers(200, INVITE);
    bob.receives(ACK);
    carol.receives(ACK);
    isHungUp(alice);
    isHungUp(alice);
    hangUp(carol, bob);
  }

  private void bobReplacesHer(SipText refer) {
    String referTo = refer.header("Refer-To");
    String replaces =
        URLDecoder.decode(
            referTo.substring(referTo.indexOf("Replaces=") + 9, referTo.length() - 1), UTF_8);
    bob.answers(202, REFER);
    bob.invites(carol.aor(), invite -> invite.add("Replaces", replaces));
    carol.receives(INVITE);
    carol.answers(200);
    bob.receives(200, INVITE);
    bob.sends(ACK);
    carol.receives(ACK);
    isHungUp(alice);
    bob.turnsTo(refer);
    bobTells("SIP/2.0 200 OK");
    isHungUp(alice);
    isHungUp(bob);
    carol.sends(BYE);
    carol.receives(200, BYE);
    isHungUp(bob);
  }

  private void transferorVanishes() {
    talkTo(bob);
    refers("<" + carol.aor() + ">");
    if (bobIsAsked()) {
      bob.receives(REFER);
    } else {
      carol.receives(INVITE);
    }
    alice.losesConnection();
    reopen();
  }

  // No calls.

  private void message() {
    alice.asks(MESSAGE, bob.aor(), message -> message.body("text/plain", "how are you?"));
    bob.receives(MESSAGE);
    bob.answers(200, MESSAGE);
    alice.receives(200, MESSAGE);
  }

  private void watched() {
    bob.subscribes(alice.aor(), "presence", 600);
    bob.receives(200, SUBSCRIBE);
    hears(bob, NOTIFY);
    bob.resubscribes("presence", 0);
    bob.receives(200, SUBSCRIBE);
    hears(bob, NOTIFY);
  }

  private void watcherVanishes() {
    bob.subscribes(alice.aor(), "presence", 600);
    bob.receives(200, SUBSCRIBE);
    bob.receives(NOTIFY);
    bob.losesConnection();
    reopen();
  }
}
