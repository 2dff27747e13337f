package dev.tandem.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How new calls wait for their turn on a thread. */
class CallQueueTest {
  private static final byte[] INVITE = {1};
  private static final double CALL_MILLIS = 0.25;
  private static final double REFUSAL_MILLIS = 0.03;

  private final StrangersFlow flow = new StrangersFlow(Transport.WS, "192.0.2.1");
  private final Doorkeeper door = new Doorkeeper();
  private @Nullable Runnable round;
  private double time; // milliseconds
  private final CallQueue queue =
      new CallQueue(
          (task, millis) -> round = task, () -> (long) (time * 1e6), Duration.ofMillis(100), door);

  /** What it lets in costs the thread's time. */
  private final class Doorkeeper implements CallQueue.Door {
    final List<Flow> passed = new ArrayList<>();
    final List<Flow> putOff = new ArrayList<>();
    boolean urgent;
    Runnable whenOnePasses = () -> {};

    @Override
    public boolean isUrgent(byte[] invite) {
      return urgent;
    }

    @Override
    public void passes(Flow flow, byte[] invite) {
      passed.add(flow);
      whenOnePasses.run();
      works(CALL_MILLIS);
    }

    @Override
    public void isPutOff(Flow flow, byte[] invite) {
      putOff.add(flow);
      works(REFUSAL_MILLIS);
    }
  }

  private void works(double millis) {
    time += millis;
  }

  private void come(int calls) {
    for (int i = 0; i < calls; i++) {
      queue.arrives(flow, INVITE);
    }
  }

  private void roundEnds() {
    Runnable due = round;
    round = null;
    if (due != null) {
      due.run();
    }
  }

  @Test
  void whoComesAlonePassesAtOnceAndCostsNoRound() {
    for (int i = 1; i <= 100; i++) {
      come(1);
      time += 2;
      assertThat(door.passed).hasSize(i);
      assertThat(round).isNull();
    }
  }

  @Test
  void burstPassesWithinAFewRounds() {
    come(1000);
    assertThat(door.passed).hasSizeBetween(8, 64);
    while (round != null) {
      roundEnds();
    }
    assertThat(door.passed).hasSize(1000);
    assertThat(door.putOff).isEmpty();
  }

  /** As in {@code OverloadTest}: half of what comes at twice the capacity is put off, soon. */
  @ParameterizedTest
  @ValueSource(doubles = {1.2, 2, 4})
  void asManyCallsAreCarriedAsCanBeHoweverManyCome(double timesTooMany) {
    double perMilli = timesTooMany / CALL_MILLIS;
    double due = 0;
    double from = 0;
    int passedBefore = 0;
    double before = 0;
    while (time < 10_000) {
      due += (time - from) * perMilli;
      from = time;
      if (passedBefore == 0 && time > 2000) {
        passedBefore = door.passed.size();
        before = time;
      }
      come((int) due);
      due -= (int) due;
      works(0.05);
      roundEnds();
    }
    double carried = (door.passed.size() - passedBefore) * CALL_MILLIS / (time - before);
    double possible = 1 - (timesTooMany - 1) * REFUSAL_MILLIS / CALL_MILLIS;
    assertThat(carried).isGreaterThan(0.9 * Math.min(1, possible));
  }

  @Test
  void roundsStayShortHoweverManyWait() {
    come(1500);
    double longest = 0;
    while (round != null) {
      double began = time;
      roundEnds();
      longest = Math.max(longest, time - began);
    }
    assertThat(longest).isBetween(10.0, 30.0);
  }

  /** What is due at the end of a round would come before the connections. */
  @Test
  void nextRoundIsAskedForAtTheEndOfOne() {
    come(100);
    Runnable due = round;
    round = null;
    door.whenOnePasses = () -> assertThat(round).isNull();
    due.run();
    assertThat(round).isNotNull();
  }

  @Test
  void whoHasWaitedTooLongIsPutOffWhenOthersHaveForLong() {
    come(200);
    int at = door.passed.size();
    time += 400;
    roundEnds();
    assertThat(door.putOff).as("a burst").isEmpty();
    assertThat(door.passed).hasSizeGreaterThan(at);
    time += 150;
    roundEnds();
    assertThat(door.putOff).hasSize(200 - door.passed.size());
  }

  @Test
  void noMoreWaitThanThereIsRoomFor() {
    byte[] large = new byte[1 << 20];
    for (int i = 0; i < 100; i++) {
      queue.arrives(flow, large);
    }
    assertThat(door.putOff).hasSize(100 - door.passed.size() - 16);
  }

  @Test
  void whoCallsForHelpDoesNotWait() {
    come(100);
    int before = door.passed.size();
    door.urgent = true;
    come(1);
    assertThat(door.passed).hasSize(before + 1);
  }

  @Test
  void whoHasGoneIsForgotten() {
    StrangersFlow gone = new StrangersFlow(Transport.WS, "192.0.2.2");
    come(100);
    queue.arrives(gone, INVITE);
    gone.close(FlowEnd.of(FlowEnd.Cause.PEER_CLOSED, ""));
    while (round != null) {
      roundEnds();
    }
    assertThat(door.passed).hasSize(100).doesNotContain(gone);
    assertThat(door.putOff).isEmpty();
  }

  @Test
  void afterTheEndOfTheThreadNobodyWaits() {
    CallQueue late =
        new CallQueue(
            (task, millis) -> {
              throw new RejectedExecutionException();
            },
            () -> 0,
            Duration.ofMillis(100),
            door);
    for (int i = 0; i < 1000; i++) {
      late.arrives(flow, INVITE);
    }
    assertThat(door.passed).hasSizeLessThan(1000);
  }
}
