package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.registrar.DeviceAddress;
import dev.tandem.sip.message.Aor;
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
   * @param flow of the client's last REGISTER
   * @param until milliseconds since the epoch
   */
  record Lease(DeviceAddress device, Aor user, Home home, FlowId flow, long until) {
    Lease on(FlowId next) {
      return new Lease(device, user, home, next, until);
    }
  }

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
  void granted(DeviceAddress device, Aor user, Home home, FlowId flow, long seconds) {
    kept.compute(
        device,
        (name, before) -> {
          if (before != null) {
            before.end().cancel();
          }
          if (seconds == 0) {
            return null;
          }
          long until = timers.millis() + 1000 * seconds;
          Timers.Timer end = timers.schedule(Duration.ofSeconds(seconds), () -> ended(name, until));
          return new Kept(new Lease(device, user, home, flow, until), end);
        });
  }

  private void ended(DeviceAddress device, long until) {
    kept.computeIfPresent(device, (name, now) -> now.lease().until() == until ? null : now);
  }

  /** The device is on another connection now. */
  void moved(DeviceAddress device, FlowId flow) {
    kept.computeIfPresent(device, (name, now) -> new Kept(now.lease().on(flow), now.end()));
  }

  /** Gives a lease up, unless its device has come back on another connection. */
  boolean givesUp(Lease lease) {
    Kept found = kept.get(lease.device());
    if (found == null || !found.lease().equals(lease) || !kept.remove(lease.device(), found)) {
      return false;
    }
    found.end().cancel();
    return true;
  }

  int size() {
    return kept.size();
  }
}
