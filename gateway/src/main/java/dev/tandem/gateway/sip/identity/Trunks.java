package dev.tandem.gateway.sip.identity;

import dev.tandem.gateway.config.TrunkConfig;
import dev.tandem.sip.transport.Flow;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configured trunks with their addresses. Names are looked up once, when the gateway starts.
 * Immutable.
 */
public final class Trunks {
  private static final Logger log = LoggerFactory.getLogger(Trunks.class);

  private final Map<InetAddress, TrunkConfig> bySource = new HashMap<>();

  /** Looks up names: call it at start only. */
  public Trunks(List<TrunkConfig> trunks) {
    for (TrunkConfig trunk : trunks) {
      try {
        bySource.putIfAbsent(InetAddress.getByName(trunk.host()), trunk);
      } catch (UnknownHostException e) {
        // Calls to it find its servers by SRV, perhaps; calls from it are nobody's.
        log.warn(
            "Trunk {}: {} has no address that its calls could be known by",
            trunk.name(),
            trunk.host());
      }
    }
  }

  /**
   * The trunk at the other end of a flow; null when it is none. A browser never is, whatever its
   * address.
   */
  @Nullable TrunkConfig of(Flow flow) {
    return flow.transport().isWebSocket() ? null : bySource.get(flow.remote().getAddress());
  }
}
