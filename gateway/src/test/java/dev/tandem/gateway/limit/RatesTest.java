package dev.tandem.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RatesTest {
  private final ManualClock clock = new ManualClock();
  private final Rates<String> rate = new Rates<>(3, 1000, clock::millis);

  @Test
  void minutesWorthMayComeAtOnce() {
    assertThat(taken("alice", 5)).isEqualTo(3);
  }

  @Test
  void bucketFillsUpEvenly() {
    taken("alice", 3);
    clock.advance(Duration.ofMillis(19_999));
    assertThat(rate.take("alice")).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(rate.take("alice")).isTrue();
    assertThat(rate.take("alice")).isFalse();
  }

  @Test
  void askingOftenDoesNotSlowTheFilling() {
    taken("alice", 3);
    for (int i = 0; i < 20; i++) {
      clock.advance(Duration.ofMillis(999));
      assertThat(rate.take("alice")).isFalse();
    }
    clock.advance(Duration.ofMillis(20));
    assertThat(rate.take("alice")).isTrue();
  }

  @Test
  void bucketHoldsNoMoreThanMinutesWorth() {
    clock.advance(Duration.ofHours(1));
    assertThat(taken("alice", 5)).isEqualTo(3);
  }

  @Test
  void eachHasItsOwn() {
    taken("alice", 3);
    assertThat(rate.take("bob")).isTrue();
  }

  private int taken(String sender, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += rate.take(sender) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void whoIsExhaustedIsToldHowLongToWait() {
    assertThat(rate.isExhausted("alice")).isFalse();
    taken("alice", 3);
    assertThat(rate.isExhausted("alice")).isTrue();
    assertThat(rate.secondsToWait("alice")).isEqualTo(20);
    clock.advance(Duration.ofSeconds(20));
    assertThat(rate.isExhausted("alice")).isFalse();
  }
}
