package dev.tandem.gateway.registrar;

import dev.tandem.sip.message.Aor;
import dev.tandem.sip.transport.FlowId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which AORs have bindings on a flow. Thread-safe; calls about one AOR come under the lock of that
 * AOR. Most flows carry one AOR, whose set costs 24 bytes; the set of a flow that carries more is
 * only touched inside the map's compute.
 */
final class FlowIndex {
  private final ConcurrentMap<FlowId, Set<Aor>> aors = new ConcurrentHashMap<>();

  void add(FlowId flow, Aor aor) {
    aors.compute(
        flow,
        (f, known) -> {
          if (known == null) {
            return Set.of(aor);
          }
          if (known.contains(aor)) {
            return known;
          }
          Set<Aor> more = known.size() == 1 ? new HashSet<>(known) : known;
          more.add(aor);
          return more;
        });
  }

  void remove(FlowId flow, Aor aor) {
    aors.computeIfPresent(
        flow,
        (f, known) -> {
          if (!known.contains(aor)) {
            return known;
          }
          if (known.size() == 1) {
            return null;
          }
          known.remove(aor);
          return known.size() == 1 ? Set.copyOf(known) : known;
        });
  }

  /** The AORs that a flow carries. */
  Set<Aor> of(FlowId flow) {
    List<Aor> found = new ArrayList<>(1);
    aors.computeIfPresent(
        flow,
        (f, known) -> {
          found.addAll(known);
          return known;
        });
    return Set.copyOf(found);
  }

  /** Forgets a flow; returns the AORs it carried. */
  Set<Aor> removeAll(FlowId flow) {
    Set<Aor> removed = aors.remove(flow);
    return removed == null ? Set.of() : removed;
  }

  int size() {
    return aors.size();
  }
}
