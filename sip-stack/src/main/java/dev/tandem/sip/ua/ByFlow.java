package dev.tandem.sip.ua;

import dev.tandem.sip.transport.FlowId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who must hear of the end of which WebSocket. Thread-safe; who enters while the last one leaves is
 * not lost.
 */
final class ByFlow<T> {
  private final Map<FlowId, Set<T>> members = new ConcurrentHashMap<>();

  void enter(T member, FlowId flow) {
    members.compute(
        flow,
        (id, set) -> {
          Set<T> entered = set == null ? ConcurrentHashMap.newKeySet(4) : set;
          entered.add(member);
          return entered;
        });
  }

  void leave(T member, FlowId flow) {
    members.computeIfPresent(
        flow,
        (id, set) -> {
          set.remove(member);
          return set.isEmpty() ? null : set;
        });
  }

  /** Those on this flow, now. */
  Set<T> on(FlowId flow) {
    Set<T> set = members.get(flow);
    return set == null ? Set.of() : Set.copyOf(set);
  }

  /** Those on a flow that has ended, who are told so by the caller. */
  Set<T> end(FlowId flow) {
    Set<T> set = members.remove(flow);
    return set == null ? Set.of() : set;
  }
}
