package dev.tandem.sip.ua;

import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import org.jspecify.annotations.Nullable;

/**
 * The INVITE that begins a dialog at the UAC, until its one outcome: answered or refused (RFC 3261
 * §13.2.2), with the rules of CANCEL (§9.1). Used on the dialog's executor; the transaction's calls
 * are taken there.
 */
final class InviteClient implements ClientTransaction.Listener {
  private final InviteDialog dialog;
  private SIPRequest request;
  private @Nullable ClientTransaction transaction;
  private @Nullable MessageEdit cancelEdit;
  private Timers.@Nullable Timer cancelPatience;
  private boolean proceeding;
  private boolean done;

  InviteClient(InviteDialog dialog, SIPRequest request) {
    this.dialog = dialog;
    this.request = request;
  }

  SIPRequest request() {
    return request;
  }

  void started(ClientTransaction started) {
    transaction = started;
    sendCancelIfDue();
  }

  void cancel(MessageEdit edit) {
    if (cancelEdit == null && !done) {
      cancelEdit = edit;
      sendCancelIfDue();
    }
  }

  private void sendCancelIfDue() {
    ClientTransaction invite = transaction;
    MessageEdit edit = cancelEdit;
    if (edit != null && invite != null && proceeding && !done && cancelPatience == null) {
      UserAgent agent = dialog.agent();
      // A peer that never ends the cancelled INVITE must not keep the call (§9.1).
      cancelPatience =
          agent
              .timers()
              .schedule(
                  agent.settings().patience(),
                  () -> dialog.run(() -> giveUp(487, "Request Terminated")));
      agent.sendCancel(invite, request, edit);
    }
  }

  @Override
  public void responded(SIPResponse response) {
    dialog.run(() -> take(response));
  }

  private void take(SIPResponse response) {
    int status = response.getStatusCode();
    if (done) {
      return;
    }
    if (status < 200) {
      proceeding = true;
      sendCancelIfDue();
      if (status > 100 && dialog.early().take(request, response)) {
        dialog.hearsProgress(request, response);
        dialog.listener().progressed(response);
      }
    } else if (cancelEdit == null && dialog.timer().isRaisedBy(response)) {
      proceeding = false;
      request = dialog.again(request);
      started(dialog.agent().stack().send(request, dialog.flow(), this));
    } else {
      finish();
      dialog.heard(request, response);
      if (status < 300) {
        dialog.established(request, response);
        dialog.listener().answered(response);
      } else {
        dialog.endOpen();
        dialog.release();
        String reason = response.getReasonPhrase();
        dialog.listener().refused(status, reason == null ? "" : reason, response);
      }
    }
  }

  @Override
  public void timedOut() {
    dialog.run(() -> giveUp(408, "Request Timeout"));
  }

  @Override
  public void flowEnded(FlowEnd end) {
    dialog.run(
        () -> {
          giveUp(480, "Connection Lost");
          dialog.release();
        });
  }

  private void giveUp(int status, String reason) {
    if (!done) {
      finish();
      ClientTransaction invite = transaction;
      if (invite != null) {
        invite.abandon();
      }
      dialog.releaseLater();
      dialog.listener().refused(status, reason, null);
    }
  }

  private void finish() {
    done = true;
    Timers.Timer patience = cancelPatience;
    if (patience != null) {
      patience.cancel();
    }
  }
}
