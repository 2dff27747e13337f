package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * The races as they really happen: both sides act at the same moment, on two threads of the
 * gateway, many times over. How each ends is left to chance; that it ends, and how well, is not.
 */
class RaceLadderTest extends LadderTest {
  private static final int TIMES = 100;

  private Phone alice;
  private Phone bob;

  private void register() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    bob.registers();
  }

  private void ring() {
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(180);
    alice.receives(180);
  }

  private void talk() {
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
  }

  private static void atOnce(Runnable one, Runnable other) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    CompletableFuture<Void> beside =
        CompletableFuture.runAsync(
            () -> {
              await(start);
              one.run();
            });
    await(start);
    other.run();
    beside.get();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void cancelAndAnswer() throws Exception {
    register();
    for (int i = 0; i < TIMES; i++) {
      ring();
      atOnce(() -> alice.sends(CANCEL), () -> bob.answers(200));
      boolean answered = finalOfAliceIs200();
      if (answered) {
        alice.sends(ACK);
        alice.sends(BYE);
        alice.receives(200, BYE);
      }
      bobIsHungUp();
    }
    ladder.nothingMore();
  }

  /** Two messages: 200 to the CANCEL, and one final response to the INVITE. */
  private boolean finalOfAliceIs200() {
    SipText one = alice.receivesAny();
    SipText other = alice.receivesAny();
    SipText cancel = one.cseqMethod().equals(CANCEL) ? one : other;
    SipText invite = cancel == one ? other : one;
    assertThat(cancel.status()).isEqualTo(200);
    assertThat(cancel.cseqMethod()).isEqualTo(CANCEL);
    assertThat(invite.cseqMethod()).isEqualTo(INVITE);
    assertThat(invite.status()).isIn(200, 487);
    return invite.status() == 200;
  }

  /** ACK and BYE in this order, and a CANCEL perhaps that came too late. */
  private void bobIsHungUp() {
    boolean acked = false;
    for (SipText text = bob.receivesAny(); ; text = bob.receivesAny()) {
      switch (text.method()) {
        case CANCEL -> assertThat(acked).isFalse();
        case ACK -> acked = true;
        case BYE -> {
          assertThat(acked).isTrue();
          bob.answers(text, 200);
          return;
        }
        default -> throw new AssertionError("unexpected:\n" + text + "\n" + ladder.draw());
      }
    }
  }

  @Test
  void byeAndBye() throws Exception {
    register();
    for (int i = 0; i < TIMES; i++) {
      talk();
      atOnce(() -> alice.sends(BYE), () -> bob.sends(BYE));
      takesTheEnd(alice);
      takesTheEnd(bob);
      settle();
      takesWhatCrossed(alice);
      takesWhatCrossed(bob);
    }
    ladder.nothingMore();
  }

  /** 200 to its own BYE; the gateway's BYE may have come before. */
  private static void takesTheEnd(Phone phone) {
    SipText text = phone.receivesAny();
    if (text.isRequest()) {
      phone.answers(text, 200);
      text = phone.receivesAny();
    }
    assertThat(text.status()).isEqualTo(200);
  }

  private static void takesWhatCrossed(Phone phone) {
    if (!phone.isIdle()) {
      phone.receives(BYE);
      phone.answers(200, BYE);
    }
  }

  @Test
  void answerAndAnswer() throws Exception {
    alice = jsSip("alice");
    Phone desk = phone("jsSip", "bob desk", "bob");
    Phone mobile = phone("sipJs", "bob mobile", "bob");
    desk.registers();
    mobile.registers();
    for (int i = 0; i < TIMES; i++) {
      alice.invites(sip("bob"));
      desk.receives(INVITE);
      mobile.receives(INVITE);
      atOnce(() -> desk.answers(200), () -> mobile.answers(200));
      String answer = alice.receives(200, INVITE).bodyText();
      Phone winner = answer.equals(desk.sdp()) ? desk : mobile;
      bob = winner == desk ? mobile : desk;
      assertThat(answer).isEqualTo(winner.sdp());
      bobIsHungUp();
      winner.receives(ACK);
      alice.sends(ACK);
      alice.sends(BYE);
      alice.receives(200, BYE);
      winner.receives(BYE);
      winner.answers(200, BYE);
    }
    ladder.nothingMore();
  }

  @Test
  void hangUpAndLostLine() throws Exception {
    register();
    for (int i = 0; i < TIMES / 4; i++) {
      talk();
      atOnce(() -> alice.losesConnection(), () -> bob.sends(BYE));
      takesTheEnd(bob);
      Awaitility.await().until(() -> gateway.gateway().calls().running().isEmpty());
      settle();
      takesWhatCrossed(bob);
      if (!alice.isIdle()) {
        alice.receives(BYE); // it came just before her line broke
      }
      alice.connects();
    }
    ladder.nothingMore();
  }
}
