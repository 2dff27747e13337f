package dev.tandem.sip.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tandem.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder costs; what it reads is tested over sockets. */
class FrameDecoderTest {
  private static final int MAX = 64 * 1024;
  private static final int PIECE = 16 * 1024;
  private final FrameDecoder decoder = new FrameDecoder(MAX, Integer.MAX_VALUE);
  private final Sizes sizes = new Sizes();

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void fragmentsOfAnySizeAllocateAFewTimesTheLimitInAll(int fragment) throws Exception {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int at = 0; at < MAX; at += fragment) {
      int length = Math.min(fragment, MAX - at);
      int last = at + length == MAX ? 0x80 : 0;
      wire.writeBytes(RawWebSocket.frame(last | (at == 0 ? 2 : 0), true, new byte[length]));
    }
    // Arrays that doubled, garbage included: never more than the last two are held.
    assertThat(allocatedBy(wire.toByteArray())).isLessThan(3 * MAX);
    assertThat(sizes.last).isEqualTo(MAX);
  }

  @Test
  void wholeMessageIsAllocatedOnce() throws Exception {
    byte[] wire = RawWebSocket.frame(0x82, true, new byte[1000]);
    assertThat(allocatedBy(wire)).isBetween(1000L, 1200L);
    assertThat(sizes.last).isEqualTo(1000);
  }

  @Test
  void lengthThatIsOnlyAnnouncedAllocatesNothing() throws Exception {
    byte[] wire = Arrays.copyOf(RawWebSocket.frame(0x82, true, new byte[MAX]), 20);
    assertThat(allocatedBy(wire)).isLessThan(1024);
    assertThat(decoder.isMidMessage()).isTrue();
  }

  @Test
  void emptyFragmentsWithoutEndAllocateNothing() throws Exception {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    wire.writeBytes(RawWebSocket.frame(2, true, new byte[0]));
    for (int i = 0; i < 10_000; i++) {
      wire.writeBytes(RawWebSocket.frame(0, true, new byte[0]));
    }
    assertThat(allocatedBy(wire.toByteArray())).isLessThan(1024);
  }

  @Test
  void fragmentsBeyondTheLimitAreRefused() throws Exception {
    decode(RawWebSocket.frame(2, true, new byte[MAX]));
    assertThatThrownBy(() -> decode(RawWebSocket.frame(0, true, new byte[1])))
        .isInstanceOfSatisfying(
            ProtocolViolation.class, e -> assertThat(e.closeCode()).isEqualTo(1009));
  }

  private long allocatedBy(byte[] wire) throws ProtocolViolation {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // Once before, so that no class is loaded while it is measured.
    new FrameDecoder(MAX, Integer.MAX_VALUE)
        .decode(ByteBuffer.wrap(RawWebSocket.frame(0x82, true, new byte[1])), sizes);
    threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    ByteBuffer all = ByteBuffer.wrap(wire);
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    for (int at = 0; at < wire.length; at += PIECE) {
      all.limit(Math.min(at + PIECE, wire.length));
      decoder.decode(all, sizes);
    }
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
  }

  private void decode(byte[] wire) throws ProtocolViolation {
    decoder.decode(ByteBuffer.wrap(wire), sizes);
  }

  private static final class Sizes implements FrameDecoder.Receiver {
    private int last;

    @Override
    public void message(byte[] payload, boolean text) {
      last = payload.length;
    }

    @Override
    public void ping(byte[] payload) {}

    @Override
    public void pong() {}

    @Override
    public void close(int code, String reason) {}
  }
}
