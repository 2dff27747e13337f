package dev.tandem.sip.ua;

import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import org.jspecify.annotations.Nullable;

/**
 * A request of ours inside a dialog, until its one final outcome. Used on the dialog's executor
 * only.
 */
public final class ClientExchange implements ClientTransaction.Listener {

  /** Told the outcome, exactly once, on the dialog's executor. */
  @FunctionalInterface
  public interface Outcome {
    /**
     * The final response, or what stands for it: 408 for silence, 503 for a flow that died.
     *
     * @param response null when none came
     */
    void done(int status, String reason, @Nullable SIPResponse response);
  }

  private final InviteDialog dialog;
  private final SIPRequest request;
  private final Outcome outcome;
  private @Nullable ClientTransaction transaction;
  private boolean proceeding;
  private boolean cancelled;
  private boolean done;

  ClientExchange(InviteDialog dialog, SIPRequest request, Outcome outcome) {
    this.dialog = dialog;
    this.request = request;
    this.outcome = outcome;
  }

  void started(ClientTransaction started) {
    transaction = started;
    sendCancelIfDue();
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
    }
  }

  private void sendCancelIfDue() {
    ClientTransaction invite = transaction;
    if (cancelled && proceeding && !done && invite != null) {
      proceeding = false;
      dialog.agent().sendCancel(invite, request, MessageEdit.NONE);
      dialog
          .agent()
          .timers()
          .schedule(
              dialog.agent().settings().patience(),
              () -> dialog.run(() -> finish(487, "Request Terminated", null)));
    }
  }

  @Override
  public void responded(SIPResponse response) {
    dialog.run(
        () -> {
          if (response.getStatusCode() >= 200) {
            finish(response.getStatusCode(), response.getReasonPhrase(), response);
          } else {
            proceeding = true;
            sendCancelIfDue();
            if (response.getStatusCode() > 100 && dialog.early().take(request, response)) {
              dialog.hearsProgress(request, response);
            }
          }
        });
  }

  @Override
  public void timedOut() {
    dialog.run(() -> finish(408, "Request Timeout", null));
  }

  @Override
  public void flowEnded(FlowEnd end) {
    dialog.run(() -> finish(503, "Connection Lost", null));
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
    if (done) {
      return;
    }
    done = true;
    if (response != null && status / 100 == 2) {
      dialog.refreshTarget(response, request.getMethod());
    }
    dialog.heard(request, response);
    outcome.done(status, reason == null ? "" : reason, response);
  }
}
