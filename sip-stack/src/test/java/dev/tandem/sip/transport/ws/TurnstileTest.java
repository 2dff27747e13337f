package dev.tandem.sip.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a wave of newcomers is let in. */
class TurnstileTest {
  private final List<Integer> in = new ArrayList<>();
  private final List<Integer> putOff = new ArrayList<>();
  private @Nullable Runnable round;
  private long busyMillis;
  private long millis;
  private final Turnstile turnstile =
      new Turnstile((task, after) -> round = task, () -> busyMillis * 1_000_000, () -> millis);

  private void comes(int number) {
    if (turnstile.isOpen()) {
      in.add(number);
    } else {
      turnstile.awaitsTurn(
          new Turnstile.Newcomer() {
            @Override
            public void comesIn() {
              in.add(number);
            }

            @Override
            public void isPutOff() {
              putOff.add(number);
            }
          });
    }
  }

  private void come(int newcomers) {
    for (int i = 0; i < newcomers; i++) {
      comes(i);
    }
  }

  /** A round of the thread, in which it was busy for so long. */
  private int passes(long busy) {
    int before = in.size();
    busyMillis += busy;
    millis += busy + 1;
    Runnable due = round;
    round = null;
    if (due != null) {
      due.run();
    }
    return in.size() - before;
  }

  @Test
  void whoComesAloneIsLetInAtOnce() {
    for (int i = 0; i < 1000; i++) {
      comes(i);
      assertThat(in).hasSize(i + 1);
      passes(1);
    }
    passes(1);
    assertThat(round).as("nothing to be done any more").isNull();
  }

  @Test
  void waveIsLetInInTheOrderItCame() {
    come(1000);
    assertThat(in).hasSizeLessThan(Turnstile.MOST_AT_ONCE);
    while (round != null) {
      assertThat(passes(1)).isLessThanOrEqualTo(Turnstile.MOST_AT_ONCE);
    }
    assertThat(in).hasSize(1000).isSorted();
    assertThat(putOff).isEmpty();
  }

  @Test
  void busyThreadLetsInFewerAndMoreWhenItIsAtRest() {
    come(1000);
    for (int i = 0; i < 10; i++) {
      passes(50);
    }
    assertThat(passes(50)).isEqualTo(Turnstile.LEAST_AT_ONCE);
    for (int i = 0; i < 20; i++) {
      passes(1);
    }
    assertThat(passes(1)).isGreaterThan(4 * Turnstile.LEAST_AT_ONCE);
  }

  @Test
  void whoWaitedTooLongIsPutOff() {
    come(100);
    passes(Turnstile.MOST_MILLIS);
    while (round != null) {
      passes(1);
    }
    assertThat(in.size() + putOff.size()).isEqualTo(100);
    assertThat(putOff).isNotEmpty();
    comes(100);
    assertThat(in).endsWith(100);
  }

  @Test
  void onlySoManyMayWait() {
    come(Turnstile.MOST_WAITING + 100);
    assertThat(putOff).isNotEmpty().hasSizeLessThan(100);
    assertThat(in.size() + putOff.size()).isEqualTo(100);
  }

  @Test
  void threadThatEndsLetsNobodyIn() {
    Turnstile ended =
        new Turnstile(
            (task, after) -> {
              throw new RejectedExecutionException();
            },
            () -> 0,
            () -> 0);
    for (int i = 0; i < 100; i++) {
      ended.isOpen();
    }
    assertThat(ended.isOpen()).isFalse();
  }
}
