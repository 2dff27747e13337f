package dev.tandem.sip.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.Transport;
import dev.tandem.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LingeringTransactionsTest {
  private static final byte[] BUSY = {4, 8, 6};

  private final ManualClock clock = new ManualClock();
  private final Timers timers = new Timers(clock, clock);
  private final LingeringTransactions lingering = new LingeringTransactions(timers);
  private final Peer peer = new Peer(5071);

  @Test
  void whatWasSaidIsRepeatedFor64T1() {
    lingering.keep("a", peer, 486, BUSY);
    clock.advance(Duration.ofSeconds(31));
    assertThat(lingering.repeat("a", peer)).isTrue();
    assertThat(peer.sent).containsExactly(BUSY);
    clock.advance(Duration.ofSeconds(1));
    assertThat(lingering.repeat("a", peer)).isFalse();
    assertThat(lingering.has("a")).isFalse();
    assertThat(peer.sent).hasSize(1);
  }

  /** A branch that was overheard, or guessed, makes us send nothing to anybody. */
  @Test
  void nobodyElseHearsIt() {
    lingering.keep("a", peer, 486, BUSY);
    Peer stranger = new Peer(5072);
    assertThat(lingering.repeat("a", stranger)).isFalse();
    assertThat(lingering.absorbsAck("a", stranger)).isFalse();
    assertThat(peer.sent).isEmpty();
    assertThat(stranger.sent).isEmpty();
  }

  @Test
  void theAckOfARefusalIsTheTransactionsAndThatOfA2xxIsNot() {
    lingering.keep("refused", peer, 486, BUSY);
    lingering.keep("accepted", peer, 200, BUSY);
    assertThat(lingering.absorbsAck("refused", peer)).isTrue();
    assertThat(lingering.absorbsAck("accepted", peer)).isFalse();
    assertThat(lingering.absorbsAck("unknown", peer)).isFalse();
  }

  @Test
  void itsWeightIsBounded() {
    int most = 100_000;
    LingeringTransactions bounded = new LingeringTransactions(timers, most);
    for (int i = 0; i < 10_000; i++) {
      bounded.keep("key" + i, peer, 200, new byte[700]);
    }
    int kept = 0;
    for (int i = 0; i < 10_000; i++) {
      kept += bounded.has("key" + i) ? 1 : 0;
    }
    assertThat(kept).isBetween(50, most / 1000);
  }

  private static final class Peer implements Flow {
    private final FlowId id = FlowId.next();
    private final InetSocketAddress remote;
    private final List<byte[]> sent = new ArrayList<>();

    Peer(int port) {
      remote = new InetSocketAddress("127.0.0.1", port);
    }

    @Override
    public FlowId id() {
      return id;
    }

    @Override
    public Transport transport() {
      return Transport.UDP;
    }

    @Override
    public InetSocketAddress remote() {
      return remote;
    }

    @Override
    public InetSocketAddress local() {
      return remote;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean send(byte[] message) {
      sent.add(message);
      return true;
    }

    @Override
    public void close(FlowEnd end) {}
  }
}
