package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.ua.RequestSeries;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Sends requests of ours to trunks, and answers the challenges that they meet. The outcome is told
 * once, on any thread, perhaps before the method returns. Thread-safe; never blocks.
 */
public interface TrunkClient {

  /** A request under way. */
  interface Pending {
    /** Its outcome is not told any more. */
    void abandon();
  }

  /** Asks what the trunk can do (RFC 3261 §11). */
  Pending options(
      Trunk trunk, PeerAddress peer, InetSocketAddress to, Consumer<TrunkAnswer> outcome);

  /**
   * Registers our Contact (§10.2).
   *
   * @param peer which registrar it is
   * @param to where that is
   * @param registration of which it is the next request: one Call-ID, and a CSeq that rises
   * @param expires zero to unregister
   */
  Pending register(
      Trunk trunk,
      RequestSeries registration,
      PeerAddress peer,
      InetSocketAddress to,
      Duration expires,
      Consumer<TrunkAnswer> outcome);
}
