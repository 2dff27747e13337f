package dev.tandem.sip.ua;

import dev.tandem.sip.dialog.DialogId;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The dialogs of calls: by our tag, and by WebSocket. Thread-safe. */
final class InviteDialogs {
  private final Map<String, InviteDialog> byTag = new ConcurrentHashMap<>();
  private final ByFlow<InviteDialog> onFlow = new ByFlow<>();

  void remember(InviteDialog dialog) {
    byTag.put(dialog.localTag(), dialog);
    Flow flow = dialog.flow();
    if (flow.transport().isWebSocket()) {
      // Other transports can be reached anew; a WebSocket only the client can open (RFC 7118 §5).
      enter(dialog, flow);
    }
  }

  private void enter(InviteDialog dialog, Flow flow) {
    onFlow.enter(dialog, flow.id());
    if (!flow.isOpen()) {
      FlowEnd end = FlowEnd.of(FlowEnd.Cause.BROKEN, "gone already");
      dialog.run(() -> dialog.connection().flowEnded(flow, end));
    }
  }

  void moved(InviteDialog dialog, Flow from, Flow to) {
    onFlow.leave(dialog, from.id());
    enter(dialog, to);
  }

  void forget(InviteDialog dialog) {
    byTag.remove(dialog.localTag());
    onFlow.leave(dialog, dialog.flow().id());
  }

  /** Those whose peer is on this connection. */
  Set<InviteDialog> on(FlowId flow) {
    return onFlow.on(flow);
  }

  /** The one with these identifiers; null when there is none. */
  @Nullable InviteDialog named(DialogId id) {
    InviteDialog dialog = byTag.get(id.localTag());
    return dialog != null && dialog.isNamed(id) ? dialog : null;
  }

  /** The one of a request that names our tag; null when there is none. */
  @Nullable InviteDialog of(SIPRequest request, String toTag) {
    InviteDialog dialog = byTag.get(toTag);
    return dialog != null && dialog.matches(request) ? dialog : null;
  }

  /** The one with this tag of ours, an early one of a UAC too; null when there is none. */
  @Nullable InviteDialog tagged(String localTag) {
    return byTag.get(localTag);
  }

  void flowEnded(Flow flow, FlowEnd end) {
    for (InviteDialog dialog : onFlow.end(flow.id())) {
      dialog.run(() -> dialog.connection().flowEnded(flow, end));
    }
  }

  int size() {
    return byTag.size();
  }
}
