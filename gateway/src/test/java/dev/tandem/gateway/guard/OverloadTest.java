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

/** When new calls are put off, and when no more. */
class OverloadTest {
  private final ManualClock clock = new ManualClock();
  private final Queue<Runnable> thread = new ArrayDeque<>();
  private long nanos = 1;
  private final Overload overload =
      new Overload(new LimitsConfig.Overload(3, Duration.ofMillis(500)), () -> nanos);

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
    passes(900);
    assertThat(overload.isTooMuch()).isFalse();
    threadWorks();
    assertThat(overload.lagMillis()).isEqualTo(900);
    assertThat(overload.isTooMuch()).isFalse();
  }

  @Test
  void aThreadThatIsBehindTwiceIs() {
    watch();
    for (int i = 0; i < 2; i++) {
      passes(100);
      passes(600);
      threadWorks();
    }
    assertThat(overload.isTooMuch()).isTrue();
    passes(100);
    threadWorks();
    assertThat(overload.isTooMuch()).isFalse();
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

  private static CallInfo call(int number) {
    return new CallInfo("k" + number, "call-id", "sip:a@b", "sip:c@d", "user", Instant.EPOCH);
  }
}
