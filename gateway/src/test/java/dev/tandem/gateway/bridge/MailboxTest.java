package dev.tandem.gateway.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final Mailbox mailbox = new Mailbox();

  @Test
  void aTaskRunsOnTheThreadThatBringsIt() {
    List<Thread> ran = new ArrayList<>();
    mailbox.execute(() -> ran.add(Thread.currentThread()));
    assertThat(ran).containsExactly(Thread.currentThread());
  }

  @Test
  void aTaskOfATaskWaitsUntilThatIsDone() {
    List<String> order = new ArrayList<>();
    mailbox.execute(
        () -> {
          mailbox.execute(() -> order.add("inner"));
          order.add("outer");
        });
    assertThat(order).containsExactly("outer", "inner");
  }

  @Test
  void aTaskThatThrowsHarmsNoOther() {
    List<String> order = new ArrayList<>();
    mailbox.execute(
        () -> {
          mailbox.execute(() -> order.add("next"));
          throw new IllegalStateException("on purpose");
        });
    assertThat(order).containsExactly("next");
    mailbox.execute(() -> order.add("later"));
    assertThat(order).containsExactly("next", "later");
  }

  @Test
  void tooManyWaitingTasksAreRefused() {
    mailbox.execute(
        () ->
            assertThatThrownBy(
                    () -> {
                      for (int i = 0; i < 10_000; i++) {
                        mailbox.execute(() -> {});
                      }
                    })
                .isInstanceOf(RejectedExecutionException.class));
  }

  @Test
  void manyThreadsRunOneTaskAtATimeAndLoseNone() throws InterruptedException {
    int threads = 8;
    int each = 20_000;
    int[] unguarded = new int[1];
    AtomicInteger overlaps = new AtomicInteger();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  try {
                    mailbox.execute(
                        () -> {
                          if (inside.incrementAndGet() != 1) {
                            overlaps.incrementAndGet();
                          }
                          unguarded[0]++;
                          inside.decrementAndGet();
                        });
                  } catch (RejectedExecutionException e) {
                    refused.incrementAndGet();
                  }
                }
                done.countDown();
              })
          .start();
    }
    done.await();
    List<Integer> last = new ArrayList<>();
    mailbox.execute(() -> last.add(unguarded[0]));
    assertThat(overlaps).hasValue(0);
    assertThat(last).containsExactly(threads * each - refused.get());
  }
}
