package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.registrar.DeviceAddress;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How long PBXs keep the devices that are registered there with a Contact of ours, so that not
 * every refresh of a browser has to go there. One for each device, until the PBX forgets it; its
 * timer then ends it. Thread-safe.
 */
final class Leases {

  /**
   * What a PBX has granted.
   *
   * @param flow on which the client proved who it is
   * @param until milliseconds since the epoch
   */
  record Lease(FlowId flow, long until) {}

  private record Kept(Lease lease, Timers.Timer end) {}

  private final Timers timers;
  private final Map<DeviceAddress, Kept> kept = new ConcurrentHashMap<>();

  Leases(Timers timers) {
    this.timers = timers;
  }

  @Nullable Lease of(DeviceAddress device) {
    Kept found = kept.get(device);
    return found == null || found.lease().until() <= timers.millis() ? null : found.lease();
  }

  /** The PBX has registered a device for so many seconds from now; 0 ends it. */
  void granted(DeviceAddress device, FlowId flow, long seconds) {
    kept.compute(
        device,
        (name, before) -> {
          if (before != null) {
            before.end().cancel();
          }
          if (seconds == 0) {
            return null;
          }
          Lease lease = new Lease(flow, timers.millis() + 1000 * seconds);
          return new Kept(
              lease, timers.schedule(Duration.ofSeconds(seconds), () -> ended(name, lease)));
        });
  }

  private void ended(DeviceAddress device, Lease lease) {
    kept.computeIfPresent(device, (name, now) -> now.lease().equals(lease) ? null : now);
  }

  int size() {
    return kept.size();
  }
}
