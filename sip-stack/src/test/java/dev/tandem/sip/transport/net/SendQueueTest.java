package dev.tandem.sip.transport.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.net.SendQueue.Offer;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class SendQueueTest {
  private final ByteBuffer[] batch = new ByteBuffer[4];

  @Test
  void firstOfAnUnattendedQueueAsksForAWriter() {
    SendQueue queue = new SendQueue(10_000, false);
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
    SendQueue queue = new SendQueue(1_000, true);
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
    SendQueue queue = new SendQueue(100_000, true);
    int accepted = 0;
    while (queue.offer(new byte[2]) != Offer.FULL) {
      accepted++;
    }
    assertThat(accepted).isLessThan(2_000);
  }

  @Test
  void oneMessageIsTakenHoweverLongItIs() {
    SendQueue queue = new SendQueue(1_000, true);
    assertThat(queue.offer(new byte[5_000])).isEqualTo(Offer.QUEUED);
    assertThat(queue.offer(new byte[1])).isEqualTo(Offer.FULL);
  }

  @Test
  void halfWrittenMessageStaysInFront() {
    SendQueue queue = new SendQueue(1_000, true);
    queue.offer(new byte[] {1, 2, 3});
    queue.offer(new byte[] {4});
    queue.peek(batch);
    batch[0].get();
    queue.dropWritten();
    assertThat(queue.peek(batch)).isEqualTo(2);
    assertThat(batch[0].remaining()).isEqualTo(2);
    assertThat(batch[0].get()).isEqualTo((byte) 2);
  }
}
