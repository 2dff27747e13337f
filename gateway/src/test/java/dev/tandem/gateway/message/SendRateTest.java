package dev.tandem.gateway.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SendRateTest {
  private final ManualClock clock = new ManualClock();
  private final SendRate rate = new SendRate(3, clock);

  @Test
  void minutesWorthMayComeAtOnce() {
    assertThat(taken("alice", 5)).isEqualTo(3);
  }

  @Test
  void bucketFillsUpEvenly() {
    taken("alice", 3);
    clock.advance(Duration.ofMillis(19_999));
    assertThat(rate.allows("alice")).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(rate.allows("alice")).isTrue();
    assertThat(rate.allows("alice")).isFalse();
  }

  @Test
  void askingOftenDoesNotSlowTheFilling() {
    taken("alice", 3);
    for (int i = 0; i < 20; i++) {
      clock.advance(Duration.ofMillis(999));
      assertThat(rate.allows("alice")).isFalse();
    }
    clock.advance(Duration.ofMillis(20));
    assertThat(rate.allows("alice")).isTrue();
  }

  @Test
  void bucketHoldsNoMoreThanMinutesWorth() {
    clock.advance(Duration.ofHours(1));
    assertThat(taken("alice", 5)).isEqualTo(3);
  }

  @Test
  void eachSenderHasItsOwn() {
    taken("alice", 3);
    assertThat(rate.allows("bob")).isTrue();
  }

  private int taken(String sender, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += rate.allows(sender) ? 1 : 0;
    }
    return taken;
  }
}
