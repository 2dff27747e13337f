package dev.tandem.sip.ua;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The dialogs of subscriptions: by our tag, and by WebSocket. Thread-safe. */
final class EventDialogs {
  private final Map<String, EventDialog> byTag = new ConcurrentHashMap<>();
  private final ByFlow<EventDialog> onFlow = new ByFlow<>();

  void remember(EventDialog dialog) {
    byTag.put(dialog.localTag(), dialog);
    Flow flow = dialog.flow();
    if (flow.transport().isWebSocket()) {
      // Other transports can be reached anew; a WebSocket only the client can open (RFC 7118 §5).
      onFlow.enter(dialog, flow.id());
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
    onFlow.leave(dialog, flow.id());
  }

  /** The dialog of a request that names our tag; null when there is none. */
  @Nullable EventDialog of(SIPRequest request, String toTag, Flow on) {
    EventDialog dialog = byTag.get(toTag);
    return dialog != null && dialog.matches(request, on) ? dialog : null;
  }

  void flowEnded(Flow flow, FlowEnd end) {
    onFlow.end(flow.id()).forEach(dialog -> dialog.tellFlowEnded(flow, end));
  }

  int size() {
    return byTag.size();
  }
}
