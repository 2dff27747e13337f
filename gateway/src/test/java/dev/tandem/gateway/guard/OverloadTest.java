package dev.tandem.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.config.LimitsConfig;
import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When new calls are put off, and when no more. */
class OverloadTest {
  private final ManualClock clock = new ManualClock();
  private final Queue<Runnable> thread = new ArrayDeque<>();
  private long nanos = 1;
  private double lot; // the first to be put off
  private final Overload overload =
      new Overload(
          new LimitsConfig.Overload(3, Duration.ofMillis(100), Duration.ofMillis(200)),
          () -> nanos,
          () -> lot);

  private void passes(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    clock.advance(Duration.ofMillis(millis));
  }

  private void threadWorks() {
    while (!thread.isEmpty()) {
      thread.remove().run();
    }
  }

  private void watch() {
    overload.watch(List.of(thread::add), new Timers(clock, clock));
  }

  @Test
  void aThreadThatKeepsUpIsNotBehind() {
    watch();
    for (int i = 0; i < 50; i++) {
      passes(100);
      threadWorks();
      assertThat(overload.isTooMuch()).isFalse();
    }
    assertThat(overload.lagMillis()).isZero();
  }

  @Test
  void onePauseIsNoOverload() {
    watch();
    passes(100);
    passes(350);
    assertThat(overload.isTooMuch()).isFalse();
    threadWorks();
    assertThat(overload.lagMillis()).isEqualTo(350);
    passes(100);
    threadWorks();
    assertThat(overload.isTooMuch()).isFalse();
  }

  @Test
  void aThreadThatIsBehindTwiceIs() {
    watch();
    for (int i = 0; i < 3; i++) {
      passes(100);
      passes(300);
      threadWorks();
    }
    assertThat(overload.isTooMuch()).isTrue();
    for (int i = 0; i < 10; i++) {
      passes(100);
      threadWorks();
    }
    assertThat(overload.isTooMuch()).isFalse();
  }

  /** As a thread is that reads: calls wait in a queue, and each costs its time. */
  @ParameterizedTest
  @ValueSource(doubles = {1.2, 2, 4})
  void asManyCallsAreCarriedAsCanBeHoweverManyCome(double timesTooMany) {
    watch();
    Rush rush = new Rush(timesTooMany);
    rush.goesOn(Duration.ofSeconds(3));
    long before = rush.carried;
    for (int i = 0; i < 100; i++) {
      rush.goesOn(Duration.ofMillis(100));
      assertThat(rush.waitMillis()).as("at %d", i).isLessThan(500);
    }
    double possible = 10 * Rush.PER_SECOND * (1 - Rush.REFUSAL * timesTooMany);
    assertThat((rush.carried - before) / possible).isGreaterThan(0.9);
    rush.ends();
    rush.goesOn(Duration.ofSeconds(4));
    assertThat(overload.share()).isZero();
  }

  /** Calls that come evenly to a thread that carries so many a second. */
  private final class Rush {
    static final int PER_SECOND = 1000;

    /** What a call costs that is put off, beside one that is carried. */
    static final double REFUSAL = 0.05;

    private double timesTooMany;
    private double waiting; // calls, or what is as much work
    private double putOff;
    private int carried;

    Rush(double timesTooMany) {
      this.timesTooMany = timesTooMany;
    }

    void ends() {
      timesTooMany = 0;
    }

    double waitMillis() {
      return waiting * 1000 / PER_SECOND;
    }

    /** In steps of ten milliseconds; what a probe finds is how long the queue is then. */
    void goesOn(Duration time) {
      for (long step = 0; step < time.toMillis() / 10; step++) {
        passes(10);
        double comes = timesTooMany * PER_SECOND / 100;
        putOff = comes * overload.share();
        waiting += comes - putOff + putOff * REFUSAL;
        double done = Math.min(waiting, PER_SECOND / 100.0);
        carried += (int) Math.round(done - putOff * REFUSAL);
        waiting -= done;
        if (!thread.isEmpty()) {
          long now = nanos;
          nanos += TimeUnit.MICROSECONDS.toNanos((long) (waitMillis() * 1000));
          threadWorks();
          nanos = now;
        }
      }
    }
  }

  @Test
  void aThreadThatHangsIsNotGivenMore() {
    watch();
    for (int i = 0; i < 50; i++) {
      passes(100);
    }
    assertThat(thread).hasSize(1);
    assertThat(overload.isTooMuch()).isTrue();
    assertThat(overload.lagMillis()).isGreaterThan(4000);
  }

  @Test
  void callsThatNobodyHasAnsweredAreBounded() {
    for (int i = 0; i < 3; i++) {
      assertThat(overload.isTooMuch()).isFalse();
      overload.began(call(i), 1);
    }
    assertThat(overload.isTooMuch()).isTrue();
    overload.answered(call(0), Duration.ZERO);
    assertThat(overload.isTooMuch()).isFalse();
    assertThat(overload.setups()).isEqualTo(2);
  }

  @Test
  void whoIsPutOffComesBackAtAnotherTimeThanTheNext() {
    Set<Integer> waits = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      waits.add(overload.secondsToWait());
    }
    assertThat(waits).hasSize(11).allMatch(wait -> wait >= 5 && wait <= 15);
  }

  static CallInfo call(int number) {
    return new CallInfo("k" + number, "call-id", "sip:a@b", "sip:c@d", "user", Instant.EPOCH);
  }
}
