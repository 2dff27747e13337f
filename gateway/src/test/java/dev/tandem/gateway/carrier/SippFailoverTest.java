package dev.tandem.gateway.carrier;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.TIMER_B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two SIPps are carriers of one group, and the first does not take the call. */
class SippFailoverTest extends SippTest {
  private static final Duration TRY = Duration.ofSeconds(1);

  /** After {@link #TRY}, this much is allowed for everything else. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  private Phone alice;

  private Sipp second(String transport) {
    return listens(
        SECOND, transport, Script.callee().receives(INVITE).answers(INVITE, 180).takesTheCall());
  }

  private void start(String transport, Sipp first, Sipp second) throws Exception {
    start(
        inRealTime(),
        trunks(transport, first, second)
            + """
            trunkGroups:
              - {name: both, members: [{trunk: first}, {trunk: second}], tryTimeout: 1s}
            routes: [{number: "9*", trunk: both}]
            """);
    alice = transport.equals("udp") ? sipJs("alice") : jsSip("alice");
    alice.with(Habit.SEES_TRYING);
  }

  /** Real time from the call to the ringing; nothing but 100 comes before that. */
  private Duration ringsAfter() {
    long began = System.nanoTime();
    alice.invites(NUMBER);
    SipText message = alice.receivesOneOf(100, 180);
    while (message.status() == 100) {
      message = alice.receivesOneOf(100, 180);
    }
    Duration passed = Duration.ofNanos(System.nanoTime() - began);
    assertThat(alice.receives(200, INVITE).bodyText()).contains("m=audio 30000");
    alice.sends(ACK);
    alice.sends(BYE);
    alice.receives(200, BYE);
    return passed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void silenceOfTheFirst(String transport) throws Exception {
    Sipp first =
        listens(
            FIRST, transport, Script.callee().receives(INVITE).waits(TRY.plus(SLACK).plus(SLACK)));
    Sipp second = second(transport);
    start(transport, first, second);
    assertThat(ringsAfter()).isBetween(TRY.minusMillis(50), TRY.plus(SLACK));
    second.succeeds();
    first.succeeds();
    assertThat(first.received()).allMatch(text -> text.isRequest() && text.method().equals(INVITE));
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void firstThatAnswersTooLateIsHungUp(String transport) throws Exception {
    Sipp first =
        listens(
            FIRST,
            transport,
            Script.callee()
                .receives(INVITE)
                .waits(TRY.plusMillis(700))
                .describes(INVITE, 200)
                .receives(ACK)
                .isHungUpOn());
    Sipp second = second(transport);
    start(transport, first, second);
    assertThat(ringsAfter()).isBetween(TRY.minusMillis(50), TRY.plus(SLACK));
    second.succeeds();
    first.succeeds();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void firstThatRingsTooLateIsCancelled(String transport) throws Exception {
    Sipp first =
        listens(
            FIRST,
            transport,
            Script.callee()
                .receives(INVITE)
                .waits(TRY.plusMillis(700))
                .answers(INVITE, 180)
                .receives(CANCEL)
                .answers(CANCEL, 200)
                .answers(INVITE, 487)
                .isRefused());
    Sipp second = second(transport);
    start(transport, first, second);
    assertThat(ringsAfter()).isBetween(TRY.minusMillis(50), TRY.plus(SLACK));
    second.succeeds();
    first.succeeds();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void refusalByTheFirst(String transport) throws Exception {
    Sipp first =
        listens(
            FIRST, transport, Script.callee().receives(INVITE).answers(INVITE, 503).isRefused());
    Sipp second = second(transport);
    start(transport, first, second);
    assertThat(ringsAfter()).isLessThan(SLACK);
    first.succeeds();
    second.succeeds();
    ladder.nothingMore();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void firstThatIsNotThere(String transport) throws Exception {
    Sipp first = listens(FIRST, transport, Script.callee().receives(INVITE));
    Sipp second = second(transport);
    start(transport, first, second);
    first.close();
    assertThat(ringsAfter()).isLessThan(TRY.plus(SLACK));
    second.succeeds();
    ladder.nothingMore();
  }

  @Test
  void silenceOfTheOnlyOne() throws Exception {
    Sipp only =
        listens(FIRST, "udp", Script.callee().receives(INVITE).waits(Duration.ofSeconds(1)));
    ManualClock clock = new ManualClock();
    start(on(clock), trunk(only, "udp", ""));
    alice = sipJs("alice");
    alice.invites(NUMBER);
    await().until(() -> only.requests(INVITE) == 1);
    clock.advance(Duration.ofMillis(500)); // T1
    await().until(() -> only.requests(INVITE) == 2);
    clock.advance(TIMER_B.minusSeconds(1));
    ladder.settle();
    assertThat(alice.isIdle()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    alice.receives(408);
    ladder.nothingMore();
    only.succeeds();
  }
}
