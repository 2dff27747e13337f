package dev.tandem.gateway;

import dev.tandem.gateway.metrics.TrunkMetrics;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.gateway.trunk.TrunkReport;
import dev.tandem.gateway.trunk.Trunks;
import java.time.Duration;

/** Shows how trunks are. */
final class TrunkGauges {
  private TrunkGauges() {}

  static void show(TrunkMetrics metrics, Trunks trunks) {
    for (Trunk trunk : trunks.all()) {
      String name = trunk.name();
      metrics.counts(name, trunk.config().peer().register() != null);
      metrics.gauge("up", "Whether calls may go there", name, trunk, t -> flag(t.report().up()));
      metrics.gauge("calls", "Calls at this moment, both ways", name, trunk, Trunk::calls);
      if (trunk.config().peer().register() != null) {
        metrics.gauge(
            "registered", "Whether we are registered", name, trunk, TrunkGauges::registered);
      }
      if (trunk.config().peer().health().interval() != null) {
        metrics.gauge(
            "options.seconds",
            "How long the last answer to OPTIONS took",
            name,
            trunk,
            TrunkGauges::roundTrip);
      }
    }
  }

  private static double registered(Trunk trunk) {
    TrunkReport.Registered registered = trunk.report().registered();
    return flag(registered != null && registered.registered());
  }

  private static double roundTrip(Trunk trunk) {
    Duration last = trunk.report().roundTrip();
    return last == null ? Double.NaN : last.toMillis() / 1000.0;
  }

  private static double flag(boolean yes) {
    return yes ? 1 : 0;
  }
}
