package dev.tandem.testkit;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored")
class ManualClockTest {
  private final ManualClock clock = new ManualClock();
  private final List<String> ran = new ArrayList<>();

  private Runnable note(String name) {
    return () -> ran.add(name + "@" + clock.elapsed().toMillis());
  }

  @Test
  void standsStillUntilMoved() {
    clock.schedule(note("now"), 0, SECONDS);
    assertThat(clock.instant()).isEqualTo(ManualClock.START);
    assertThat(ran).isEmpty();
    clock.runDue();
    assertThat(ran).containsExactly("now@0");
    assertThat(clock.instant()).isEqualTo(ManualClock.START);
  }

  @Test
  void tasksRunInOrderOfTimeAndThenOfScheduling() {
    clock.schedule(note("c"), 20, MILLISECONDS);
    clock.schedule(note("a"), 10, MILLISECONDS);
    clock.schedule(note("b"), 10, MILLISECONDS);
    clock.schedule(note("later"), 31, MILLISECONDS);
    clock.advance(Duration.ofMillis(30));
    assertThat(ran).containsExactly("a@10", "b@10", "c@20");
    assertThat(clock.pendingTasks()).isEqualTo(1);
    assertThat(clock.untilNext()).isEqualTo(Duration.ofMillis(1));
    assertThat(clock.instant()).isEqualTo(ManualClock.START.plusMillis(30));
  }

  @Test
  void taskScheduledByTaskRunsInTheSameAdvance() {
    clock.schedule(
        () -> {
          note("outer").run();
          clock.schedule(note("inner"), 5, MILLISECONDS);
        },
        10,
        MILLISECONDS);
    clock.schedule(note("between"), 12, MILLISECONDS);
    clock.advance(Duration.ofMillis(15));
    assertThat(ran).containsExactly("outer@10", "between@12", "inner@15");
  }

  @Test
  void repeatingTasksRepeatUntilCancelled() {
    ScheduledFuture<?> ping = clock.scheduleWithFixedDelay(note("ping"), 10, 25, MILLISECONDS);
    clock.advance(Duration.ofMillis(60));
    assertThat(ran).containsExactly("ping@10", "ping@35", "ping@60");
    ping.cancel(false);
    clock.advance(Duration.ofSeconds(1));
    assertThat(ran).hasSize(3);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void repeatingTaskMayCancelItself() {
    AtomicReference<ScheduledFuture<?>> self = new AtomicReference<>();
    self.set(
        clock.scheduleAtFixedRate(
            () -> {
              note("once").run();
              self.get().cancel(false);
            },
            1,
            1,
            SECONDS));
    clock.advance(Duration.ofMinutes(1));
    assertThat(ran).containsExactly("once@1000");
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void cancelledTaskIsGone() {
    ScheduledFuture<?> future = clock.schedule(note("never"), 1, SECONDS);
    assertThat(future.cancel(false)).isTrue();
    assertThat(clock.pendingTasks()).isZero();
    clock.advance(Duration.ofSeconds(2));
    assertThat(ran).isEmpty();
  }

  @Test
  void failedTaskHarmsNoOther() throws Exception {
    ScheduledFuture<?> failed =
        clock.schedule(
            () -> {
              throw new IllegalStateException("on purpose");
            },
            1,
            SECONDS);
    clock.schedule(note("next"), 1, SECONDS);
    clock.advance(Duration.ofSeconds(1));
    assertThat(ran).containsExactly("next@1000");
    assertThatThrownBy(failed::get).hasRootCauseMessage("on purpose");
    assertThat(clock.submit(() -> 7)).isNotDone();
  }

  @Test
  void otherThreadsMayScheduleWhileTheClockAdvances() throws Exception {
    int threads = 4;
    int each = 1000;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  ScheduledFuture<?> future = clock.schedule(() -> ran.add("x"), i, MILLISECONDS);
                  if (i % 2 == 0) {
                    future.cancel(false);
                  }
                }
                done.countDown();
              })
          .start();
    }
    do {
      clock.advance(Duration.ofMillis(1));
    } while (!done.await(1, MILLISECONDS));
    clock.advance(Duration.ofSeconds(2));
    // Cancelled ones may have run before their cancel.
    assertThat(ran).hasSizeBetween(threads * each / 2, threads * each);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void nothingRunsAfterShutdown() {
    clock.schedule(note("never"), 1, SECONDS);
    assertThat(clock.shutdownNow()).hasSize(1);
    clock.advance(Duration.ofSeconds(2));
    assertThat(ran).isEmpty();
    assertThatThrownBy(() -> clock.schedule(note("late"), 1, SECONDS))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
