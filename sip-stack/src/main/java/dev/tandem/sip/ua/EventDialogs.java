package dev.tandem.sip.ua;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The dialogs of subscriptions: by our tag, and by WebSocket. Thread-safe. */
final class EventDialogs {
  private final Map<String, EventDialog> byTag = new ConcurrentHashMap<>();
  private final Map<FlowId, Set<EventDialog>> onFlow = new ConcurrentHashMap<>();

  void remember(EventDialog dialog) {
    byTag.put(dialog.localTag(), dialog);
    Flow flow = dialog.flow();
    if (flow.transport().isWebSocket()) {
      // Other transports can be reached anew; a WebSocket only the client can open (RFC 7118 §5).
      onFlow.computeIfAbsent(flow.id(), id -> ConcurrentHashMap.newKeySet(4)).add(dialog);
      if (!flow.isOpen()) {
        flowEnded(flow, FlowEnd.of(FlowEnd.Cause.BROKEN, "gone already"));
      }
    }
  }

  void forget(EventDialog dialog) {
    byTag.remove(dialog.localTag());
    left(dialog, dialog.flow());
  }

  /** The dialog is on this flow no more. */
  void left(EventDialog dialog, Flow flow) {
    onFlow.computeIfPresent(
        flow.id(),
        (id, set) -> {
          set.remove(dialog);
          return set.isEmpty() ? null : set;
        });
  }

  /** The dialog of a request that names our tag; null when there is none. */
  @Nullable EventDialog of(SIPRequest request, String toTag, Flow on) {
    EventDialog dialog = byTag.get(toTag);
    return dialog != null && dialog.matches(request, on) ? dialog : null;
  }

  void flowEnded(Flow flow, FlowEnd end) {
    Set<EventDialog> set = onFlow.remove(flow.id());
    if (set != null) {
      set.forEach(dialog -> dialog.tellFlowEnded(flow, end));
    }
  }

  int size() {
    return byTag.size();
  }
}
