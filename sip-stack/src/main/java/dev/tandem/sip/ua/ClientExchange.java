package dev.tandem.sip.ua;

import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import org.jspecify.annotations.Nullable;

/**
 * A request of ours inside a dialog, until its one final outcome. Used on the dialog's executor
 * only. When the flow dies under it, it waits for the next one if the dialog does, and goes there
 * as it is: a peer who still has the transaction answers again, to another it is new.
 */
public final class ClientExchange {

  /** Told the outcome, exactly once, on the dialog's executor. */
  @FunctionalInterface
  public interface Outcome {
    /**
     * The final response, or what stands for it: 408 for silence, 503 for a flow that died, 480 for
     * a peer who was away for too long.
     *
     * @param response null when none came
     */
    void done(int status, String reason, @Nullable SIPResponse response);
  }

  private final InviteDialog dialog;
  private final Outcome outcome;
  private final Authorizer authorizer;
  private SIPRequest request;
  private @Nullable Attempt attempt;
  private @Nullable ClientTransaction transaction;
  private Timers.@Nullable Timer patience;
  private boolean repeated;
  private boolean proceeding;
  private boolean cancelled;
  private boolean cancelSent;
  private boolean done;

  ClientExchange(InviteDialog dialog, SIPRequest request, Outcome outcome) {
    this.dialog = dialog;
    this.request = request;
    this.outcome = outcome;
    this.authorizer = new Authorizer(dialog.credentials());
  }

  /** Sends it. */
  void start(Flow way) {
    Attempt begun = new Attempt();
    attempt = begun;
    authorizer.sign(request, way);
    ClientTransaction started = dialog.agent().stack().send(request, way, begun);
    if (attempt == begun) {
      transaction = started;
      sendCancelIfDue();
    }
  }

  /** Sends the very same request on another flow. */
  void repeat(Flow way) {
    stopWaiting();
    if (attempt != null) {
      repeated = true;
      request = (SIPRequest) request.clone();
    }
    ClientTransaction before = transaction;
    if (before != null) {
      before.abandon();
    }
    transaction = null;
    proceeding = false;
    cancelSent = false;
    start(way);
  }

  /**
   * The peer is away. A request other than INVITE and BYE waits as long as its sender can be
   * expected to (RFC 3261 §17.1.2.2).
   */
  void awaitPeer() {
    if (isLasting()) {
      stopWaiting();
    } else if (patience == null) {
      waitFor(() -> giveUp(480, "Temporarily Unavailable"));
    }
  }

  private boolean isLasting() {
    String method = request.getMethod();
    return method.equals("INVITE") || method.equals("BYE");
  }

  private void waitFor(Runnable then) {
    UserAgent agent = dialog.agent();
    patience = agent.timers().schedule(agent.settings().patience(), () -> dialog.run(then));
  }

  /**
   * Timer B or F. A connection that gives no sign of life may be dead, which is found out soon, and
   * the peer may come back on another: it is not the peer's silence, which would end the call.
   */
  private void unanswered() {
    if (!dialog.flow().isDoubtful()) {
      finish(408, "Request Timeout", null);
    } else if (isLasting()) {
      transaction = null;
      stopWaiting();
      waitFor(() -> finish(408, "Request Timeout", null));
    } else {
      finish(480, "Temporarily Unavailable", null);
    }
  }

  /**
   * The dialog is over. An answer that comes yet is taken as ever, but a peer that rings for a
   * re-INVITE and never answers must not keep the transaction: in its state there is no timer.
   */
  void dialogEnded() {
    ClientTransaction pending = transaction;
    if (pending != null && isLasting()) {
      stopWaiting();
      UserAgent agent = dialog.agent();
      patience = agent.timers().schedule(agent.settings().patience(), pending::abandon);
    }
  }

  /** Ends it without an answer. */
  void giveUp(int status, String reason) {
    ClientTransaction pending = transaction;
    if (pending != null && !done) {
      pending.abandon();
    }
    finish(status, reason, null);
  }

  SIPRequest request() {
    return request;
  }

  long cseq() {
    return request.getCSeq().getSeqNumber();
  }

  /** CANCEL, once a provisional response allows it (RFC 3261 §9.1). Only for INVITE. */
  public void cancel() {
    if (!cancelled && !done) {
      cancelled = true;
      sendCancelIfDue();
      if (!done && transaction == null && dialog.connection().isLost()) {
        done = true;
        if (attempt == null) {
          dialog.connection().answered(this); // nobody has heard of it
        }
        outcome.done(487, "Request Terminated", null);
      }
    }
  }

  private void sendCancelIfDue() {
    ClientTransaction invite = transaction;
    if (cancelled && proceeding && !cancelSent && !done && invite != null) {
      cancelSent = true;
      dialog.agent().sendCancel(invite, request, MessageEdit.NONE);
      dialog
          .agent()
          .timers()
          .schedule(
              dialog.agent().settings().patience(),
              () -> dialog.run(() -> giveUp(487, "Request Terminated")));
    }
  }

  private void take(SIPResponse response) {
    int status = response.getStatusCode();
    if (status < 200) {
      proceeding = true;
      sendCancelIfDue();
      if (status > 100 && dialog.early().take(request, response)) {
        dialog.session().hearsProgress(request, response);
      }
    } else if (repeated && !done && (status == 500 || isAnsweredAndUnacked(status))) {
      takenBefore();
    } else if (!done && !cancelled && authorizer.learns(request, response, dialog.flow())) {
      transaction = null;
      proceeding = false;
      request = dialog.numberedAnew(request);
      start(dialog.flow());
    } else {
      finish(status, response.getReasonPhrase(), response);
    }
  }

  /**
   * JsSIP answered before, and its answer was lost: it says 403 "Wrong Status" to everything until
   * the ACK comes, and would hang up in the end.
   */
  private boolean isAnsweredAndUnacked(int status) {
    if (status != 403 || !request.getMethod().equals("INVITE")) {
      return false;
    }
    dialog.ack(this, MessageEdit.NONE);
    return true;
  }

  /**
   * The peer had the request already, by its CSeq, and its answer was lost. What sets a state is
   * asked again; what would be done twice counts as done.
   */
  private void takenBefore() {
    repeated = false;
    String method = request.getMethod();
    if (!method.equals("INVITE") && !method.equals("UPDATE")) {
      finish(200, "OK", null);
      return;
    }
    transaction = null;
    SIPRequest next = dialog.renumbered(request);
    if (next == null) {
      finish(503, "Connection Lost", null);
    } else {
      request = next;
      start(dialog.flow());
    }
  }

  private void flowEnded() {
    transaction = null;
    proceeding = false;
    if (!dialog.connection().mayReturn()) {
      finish(503, "Connection Lost", null);
    }
  }

  /** It met a change that is under way, and is not sent. */
  void collides() {
    dialog.run(() -> finish(491, "Request Pending", null));
  }

  private void finish(int status, String reason, @Nullable SIPResponse response) {
    boolean answeredInvite =
        response != null && status / 100 == 2 && request.getMethod().equals("INVITE");
    if (answeredInvite && (done || dialog.isOver())) {
      // Nobody waits for it any more, but the peer repeats it until it is acknowledged.
      dialog.ack(this, MessageEdit.NONE);
    }
    stopWaiting();
    dialog.connection().answered(this);
    if (done) {
      return;
    }
    done = true;
    if (response != null && status / 100 == 2) {
      dialog.refreshTarget(response, request.getMethod());
    }
    dialog.session().heard(request, response);
    outcome.done(status, reason == null ? "" : reason, response);
  }

  private void stopWaiting() {
    Timers.Timer waiting = patience;
    if (waiting != null) {
      waiting.cancel();
      patience = null;
    }
  }

  /** One transaction for it. What an earlier one says of its flow or its time counts no more. */
  private final class Attempt implements ClientTransaction.Listener {
    @Override
    public void responded(SIPResponse response) {
      dialog.run(() -> take(response));
    }

    @Override
    public void timedOut() {
      dialog.run(
          () -> {
            if (attempt == this) {
              unanswered();
            }
          });
    }

    @Override
    public void flowEnded(FlowEnd end) {
      dialog.run(
          () -> {
            if (attempt == this) {
              ClientExchange.this.flowEnded();
            }
          });
    }
  }
}
