package dev.tandem.gateway;

import dev.tandem.gateway.registrar.RegistrarEvent;
import dev.tandem.gateway.registrar.RegistrarEvent.Added;
import dev.tandem.gateway.registrar.RegistrarEvent.Removed;
import dev.tandem.gateway.registrar.RegistrarListener;
import dev.tandem.sip.message.Aor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which users have a device registered, counted from the registrar's events: whoever hears of one
 * may ask at once, when the registrar itself would still tell what was before. Thread-safe.
 */
final class OnlineUsers implements RegistrarListener {
  private final Map<Aor, Integer> devices = new ConcurrentHashMap<>();

  @Override
  public void changed(RegistrarEvent event) {
    if (event instanceof Added) {
      devices.merge(event.aor(), 1, Integer::sum);
    } else if (event instanceof Removed) {
      devices.computeIfPresent(event.aor(), (aor, count) -> count == 1 ? null : count - 1);
    }
  }

  boolean isOnline(Aor user) {
    return devices.containsKey(user);
  }
}
