package dev.tandem.sip.ua;

import dev.tandem.sip.dialog.Dialog;
import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The notifier's end of a subscription's dialog (RFC 6665 §4.4.1): made of a SUBSCRIBE that is
 * accepted, used by NOTIFYs, ended by its owner. Sees to CSeq order, target refresh, and to the way
 * to the subscriber, which can move with its device to another connection. How long the
 * subscription lasts and what it tells is its owner's.
 *
 * <p>Everything here runs on one executor, the subscription's.
 */
public final class EventDialog {
  private static final int MAX_WAITING = 16;

  /** What the subscriber does; on the dialog's executor. */
  public interface Listener {
    /** A SUBSCRIBE inside the dialog, in order. It wants a response. */
    void subscribed(ServerExchange subscribe);

    /** The WebSocket of the subscriber is gone; {@link #moveTo} may bring another. */
    void flowEnded(FlowEnd end);
  }

  /** Told once what became of a NOTIFY; on the dialog's executor. */
  public interface Outcome {
    /** The final response; 408 stands for silence too. */
    void answered(int status);

    /** It could not be sent, or the flow ended before an answer came. */
    void lost();
  }

  private final UserAgent agent;
  private final Executor executor;
  private final Listener listener;
  private final String callId;
  private final String localTag;
  private final String remoteTag;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile Flow flow;
  private Dialog dialog;
  private boolean closed;

  EventDialog(UserAgent agent, ServerExchange subscribe, Executor executor, Listener listener) {
    this.agent = agent;
    this.executor = executor;
    this.listener = listener;
    this.flow = subscribe.flow();
    this.dialog =
        Dialog.asUas(subscribe.request(), subscribe.localTag(), flow.transport().isSecure());
    this.callId = dialog.id().callId();
    this.localTag = dialog.id().localTag();
    this.remoteTag = dialog.id().remoteTag();
  }

  /** Sends a NOTIFY; {@code edit} gives it Event, Subscription-State and the body. */
  public void notify(MessageEdit edit, Outcome outcome) {
    Dialog next = dialog.withNextLocalCseq();
    dialog = next;
    CompletableFuture<Optional<Flow>> search = agent.finder().find(next.nextHop(), flow);
    if (search.isDone()) {
      notifyOn(search.join().orElse(null), next, edit, outcome);
    } else {
      var unused =
          search.whenComplete(
              (found, never) ->
                  executor.execute(() -> notifyOn(found.orElse(null), next, edit, outcome)));
    }
  }

  private void notifyOn(@Nullable Flow way, Dialog next, MessageEdit edit, Outcome outcome) {
    if (way == null) {
      executor.execute(outcome::lost);
      return;
    }
    SIPRequest notify = agent.messages().inDialog(next, "NOTIFY", way);
    edit.apply(notify);
    agent.stack().send(notify, way, new Notified(outcome));
  }

  private final class Notified implements ClientTransaction.Listener {
    private final Outcome outcome;

    Notified(Outcome outcome) {
      this.outcome = outcome;
    }

    @Override
    public void responded(SIPResponse response) {
      if (response.getStatusCode() >= 200) {
        executor.execute(() -> outcome.answered(response.getStatusCode()));
      }
    }

    @Override
    public void timedOut() {
      executor.execute(() -> outcome.answered(408));
    }

    @Override
    public void flowEnded(FlowEnd end) {
      executor.execute(outcome::lost);
    }
  }

  /**
   * From now on the subscriber is reached on this flow: its device has a new WebSocket.
   *
   * @return false when nothing has changed
   */
  public boolean moveTo(Flow other) {
    Flow before = flow;
    boolean moves =
        !closed
            && !other.id().equals(before.id())
            && before.transport().isWebSocket()
            && other.transport().isWebSocket();
    if (moves) {
      flow = other;
      agent.events().remember(this);
      agent.events().left(this, before);
    }
    return moves;
  }

  /** Forgets the dialog, without a word to the peer. Idempotent. */
  public void close() {
    closed = true;
    agent.events().forget(this);
  }

  /** False when too much waits already. */
  boolean offer(ServerExchange exchange) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return false;
    }
    executor.execute(
        () -> {
          waiting.decrementAndGet();
          receive(exchange);
        });
    return true;
  }

  private void receive(ServerExchange exchange) {
    if (closed) {
      exchange.respond(481, "Subscription Does Not Exist");
    } else if (!exchange.method().equals("SUBSCRIBE")) {
      exchange.respond(405, "Method Not Allowed");
    } else if (!dialog.isInOrder(exchange.cseq())) {
      exchange.respond(500, "CSeq Out Of Order");
    } else {
      dialog = dialog.withRemoteCseq(exchange.cseq()).refreshedBy(exchange.request());
      if (!flow.transport().isWebSocket()) {
        flow = exchange.flow();
      }
      listener.subscribed(exchange);
    }
  }

  void tellFlowEnded(Flow ended, FlowEnd end) {
    executor.execute(
        () -> {
          if (!closed && flow.id().equals(ended.id())) {
            listener.flowEnded(end);
          }
        });
  }

  /** As for calls: a subscriber on a WebSocket has no other way to us than that one. */
  boolean matches(SIPRequest request, Flow on) {
    return request.getCallId().getCallId().equals(callId)
        && remoteTag.equals(request.getFrom().getTag())
        && (on == flow || !flow.transport().isWebSocket());
  }

  Flow flow() {
    return flow;
  }

  String localTag() {
    return localTag;
  }
}
