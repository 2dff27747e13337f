package dev.tandem.gateway.browser;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The far side as a PBX is one: SIP over UDP. Its descriptions are such that a browser accepts
 * them, but have no address where media could go, so that what is proven with it is signalling. It
 * answers each request when it comes by, and asks the browser for one change at a time.
 */
final class SipPeer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final Ladder ladder = new Ladder(PATIENCE);
  private final Phone phone;
  private final String description;

  /** Final status of our last INVITE; 0 while there is none. */
  private int answered;

  /** An INVITE that is not answered before {@link #answers}. */
  private @Nullable SipText unanswered;

  /** Its DTLS role, which stays what the first exchange made of it (RFC 8842 §5.5). */
  private String role = "active";

  private boolean answersAtOnce = true;
  private boolean ringing;
  private boolean hungUp;

  SipPeer(String user, InetSocketAddress gateway) {
    description =
        Sdp.browser()
            .lines()
            .filter(line -> !line.startsWith("a=candidate"))
            .reduce("", SipPeer::join);
    PhoneIdentity identity = new PhoneIdentity(user, "tandem.example", "secret");
    phone = Phone.pbxUdp(ladder, user, identity, "127.0.0.1", () -> gateway);
    phone.registers();
  }

  private static String join(String lines, String line) {
    return lines + line + "\r\n";
  }

  // What it does.

  void calls(String user) {
    answered = 0;
    ringing = false;
    role = "passive"; // browsers choose the active one
    phone.describes(description);
    phone.invites("sip:" + user + "@tandem.example");
    comesTo("ringing", () -> ringing);
  }

  void holds() {
    offers("sendonly");
  }

  void resumes() {
    offers("sendrecv");
  }

  private void offers(String direction) {
    answered = 0;
    phone.describes(Sdp.directed(description, direction));
    phone.sends(INVITE);
  }

  void hangsUp() {
    phone.sends(BYE);
    comesTo("its BYE answered", () -> hungUp);
    hungUp = false;
  }

  /** From now on INVITEs wait. */
  void hesitates() {
    answersAtOnce = false;
  }

  /** Answers the INVITE that waits, and all others at once from now on. */
  void answers() {
    answersAtOnce = true;
    SipText invite = unanswered;
    unanswered = null;
    if (invite != null) {
      answer(invite);
    }
  }

  // What it comes to.

  void isAnswered() {
    comesTo("its INVITE answered with 200", () -> answered == 200);
  }

  void isAskedForAChange() {
    comesTo("an INVITE", () -> unanswered != null);
  }

  void isHungUpOn() {
    comesTo("BYE", () -> hungUp);
    hungUp = false;
  }

  /** Answers whatever comes, until that is so. */
  void comesTo(String what, BooleanSupplier state) {
    try {
      await(what)
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .atMost(PATIENCE)
          .until(
              () -> {
                while (!phone.isIdle()) {
                  take(phone.receivesAny());
                }
                return state.getAsBoolean();
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + ladder.draw(), e);
    }
  }

  private void take(SipText message) {
    if (message.isRequest()) {
      switch (message.method()) {
        case INVITE -> {
          if (answersAtOnce) {
            answer(message);
          } else {
            unanswered = message;
          }
        }
        case ACK -> {}
        case BYE -> {
          phone.answers(message, 200);
          hungUp = true;
        }
        default -> phone.answers(message, 200);
      }
    } else if (message.cseqMethod().equals(BYE)) {
      hungUp = true;
    } else if (message.status() >= 200) {
      answered = message.status();
      if (answered == 200) {
        phone.sends(ACK);
      }
    } else {
      ringing |= message.status() == 180;
    }
  }

  /** As RFC 3264 §6.1 wants it: what is offered, seen from the other side. */
  private void answer(SipText invite) {
    if (invite.toTag() == null) {
      role = "active";
    }
    String offer = invite.bodyText();
    String direction =
        offer.contains("a=sendonly")
            ? "recvonly"
            : offer.contains("a=inactive") ? "inactive" : "sendrecv";
    phone.describes(
        Sdp.directed(description, direction).replace("a=setup:actpass", "a=setup:" + role));
    phone.answers(invite, 200);
  }

  /** Unregisters, too: the next one of this name would otherwise share its calls with nobody. */
  @Override
  public void close() {
    phone.registers(0);
    ladder.close();
  }
}
