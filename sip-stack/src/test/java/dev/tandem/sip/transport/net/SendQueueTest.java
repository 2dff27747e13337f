package dev.tandem.sip.transport.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.SendBudget;
import dev.tandem.sip.transport.net.SendQueue.Offer;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class SendQueueTest {
  private final ByteBuffer[] batch = new ByteBuffer[4];
  private final SendBudget budget = new SendBudget(1 << 20);

  @Test
  void firstOfAnUnattendedQueueAsksForAWriter() {
    SendQueue queue = new SendQueue(10_000, budget, false);
    assertThat(queue.offer(new byte[1])).isEqualTo(Offer.ATTEND);
    assertThat(queue.offer(new byte[1])).isEqualTo(Offer.QUEUED);
    assertThat(queue.peek(batch)).isEqualTo(2);
    assertThat(queue.offer(new byte[1])).isEqualTo(Offer.QUEUED);
    writeAll(queue);
    assertThat(queue.peek(batch)).isZero();
    assertThat(queue.offer(new byte[1])).isEqualTo(Offer.ATTEND);
  }

  private void writeAll(SendQueue queue) {
    int count = queue.peek(batch);
    for (int i = 0; i < count; i++) {
      batch[i].position(batch[i].limit());
    }
    queue.dropWritten();
  }

  @Test
  void fullAtItsBoundAndFreeAgainWhenWritten() {
    SendQueue queue = new SendQueue(1_000, budget, true);
    int accepted = 0;
    while (queue.offer(new byte[100]) != Offer.FULL) {
      accepted++;
    }
    assertThat(accepted).isEqualTo(6); // 100 bytes and what an entry costs
    assertThat(queue.bytes()).isLessThanOrEqualTo(1_000);
    writeAll(queue);
    assertThat(queue.offer(new byte[100])).isEqualTo(Offer.QUEUED);
    writeAll(queue);
    assertThat(queue.bytes()).isZero();
  }

  @Test
  void tinyMessagesAreBoundedByWhatTheyReallyCost() {
    SendQueue queue = new SendQueue(100_000, budget, true);
    int accepted = 0;
    while (queue.offer(new byte[2]) != Offer.FULL) {
      accepted++;
    }
    assertThat(accepted).isLessThan(2_000);
  }

  @Test
  void oneMessageIsTakenHoweverLongItIs() {
    SendQueue queue = new SendQueue(1_000, budget, true);
    assertThat(queue.offer(new byte[5_000])).isEqualTo(Offer.QUEUED);
    assertThat(queue.offer(new byte[1])).isEqualTo(Offer.FULL);
  }

  @Test
  void halfWrittenMessageStaysInFront() {
    SendQueue queue = new SendQueue(1_000, budget, true);
    queue.offer(new byte[] {1, 2, 3});
    queue.offer(new byte[] {4});
    queue.peek(batch);
    batch[0].get();
    queue.dropWritten();
    assertThat(queue.peek(batch)).isEqualTo(2);
    assertThat(batch[0].remaining()).isEqualTo(2);
    assertThat(batch[0].get()).isEqualTo((byte) 2);
  }

  @Test
  void manyQueuesShareOneBudgetAndGiveItBack() {
    SendQueue[] queues = new SendQueue[100];
    for (int i = 0; i < queues.length; i++) {
      queues[i] = new SendQueue(1 << 20, budget, true);
      while (queues[i].offer(new byte[1_000]) != Offer.FULL) {
        // until it has its share
      }
    }
    assertThat(queues[0].bytes()).isBetween(500_000L, 525_000L);
    assertThat(queues[99].bytes()).isBetween(1_000L, 16L * 1024);
    assertThat(budget.waiting()).isLessThan((1 << 20) + 100 * 16 * 1024);
    writeAll(queues[99]);
    for (SendQueue queue : queues) {
      queue.clear();
      assertThat(queue.offer(new byte[1])).isEqualTo(Offer.FULL);
    }
    assertThat(budget.waiting()).isZero();
  }
}
