package dev.tandem.gateway;

import dev.tandem.gateway.metrics.EnumCounters;
import dev.tandem.gateway.metrics.GatewayMetrics;
import dev.tandem.gateway.registrar.RegistrarEvent;
import dev.tandem.gateway.registrar.RegistrarEvent.Added;
import dev.tandem.gateway.registrar.RegistrarEvent.Refreshed;
import dev.tandem.gateway.registrar.RegistrarEvent.Removed;
import dev.tandem.gateway.registrar.RegistrarListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what happens to bindings, and tells it at DEBUG. */
final class RegistrarLog implements RegistrarListener {
  private static final Logger log = LoggerFactory.getLogger("dev.tandem.registrar");

  /** The values of the label. */
  enum Change {
    ADDED,
    REFRESHED,
    MOVED,
    UNREGISTERED,
    REPLACED,
    EXPIRED,
    FLOW_ENDED
  }

  private final EnumCounters<Change> changes;

  RegistrarLog(GatewayMetrics metrics) {
    changes =
        metrics.byEnum(
            "tandem.registrar.changes", "What happened to bindings", "change", Change.class);
  }

  @Override
  public void changed(RegistrarEvent event) {
    Change change = changeOf(event);
    changes.add(change);
    if (log.isDebugEnabled() && change != Change.REFRESHED) {
      log.debug(
          "{} {} on {}: {}",
          event.aor(),
          change,
          event.binding().flow(),
          event.binding().contact());
    }
  }

  private static Change changeOf(RegistrarEvent event) {
    if (event instanceof Added) {
      return Change.ADDED;
    }
    if (event instanceof Refreshed refreshed) {
      return refreshed.isMoved() ? Change.MOVED : Change.REFRESHED;
    }
    return switch (((Removed) event).cause()) {
      case UNREGISTERED -> Change.UNREGISTERED;
      case REPLACED -> Change.REPLACED;
      case EXPIRED -> Change.EXPIRED;
      case FLOW_ENDED -> Change.FLOW_ENDED;
    };
  }
}
