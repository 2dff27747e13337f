package dev.tandem.sip.ua;

import dev.tandem.sip.message.Tokens;
import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The INVITE that begins a dialog at the UAC, until its one outcome: answered or refused (RFC 3261
 * §13.2.2), with the rules of CANCEL (§9.1). Used on the dialog's executor; the transaction's calls
 * are taken there. When the flow dies under it and the dialog waits for the next one, the same
 * INVITE goes there: a phone that still rings goes on, one that has forgotten rings anew.
 *
 * <p>Where there are several servers, the next one gets it when one cannot be reached, is silent,
 * or says 503 (RFC 3263 §4.3): the same request in a new transaction. A silent one that wakes up
 * later is told by CANCEL, or by BYE, that it is not wanted any more.
 */
final class InviteClient {
  private final InviteDialog dialog;
  private final Hops hops;
  private final Authorizer authorizer;
  private SIPRequest request;
  private @Nullable Attempt attempt;
  private @Nullable ClientTransaction transaction;
  private @Nullable MessageEdit cancelEdit;
  private Timers.@Nullable Timer cancelPatience;
  private Timers.@Nullable Timer firstResponse;
  private boolean searching; // for the next server
  private boolean proceeding;
  private boolean done;

  InviteClient(InviteDialog dialog, SIPRequest request, Hops hops) {
    this.dialog = dialog;
    this.hops = hops;
    this.authorizer = new Authorizer(dialog.credentials());
    this.request = request;
  }

  SIPRequest request() {
    return request;
  }

  /** Sends it. */
  void start(Flow way) {
    Attempt begun = new Attempt(request);
    attempt = begun;
    authorizer.sign(request, way);
    ClientTransaction started = dialog.agent().stack().send(request, way, begun);
    begun.transaction = started;
    if (attempt == begun) {
      transaction = started;
      if (hops.hasMore() && !proceeding && !done) {
        stopWaiting();
        firstResponse =
            dialog
                .agent()
                .timers()
                .schedule(hops.firstResponse(), () -> dialog.run(() -> isSilent(begun)));
      }
      sendCancelIfDue();
    }
  }

  /** Another server gets the INVITE; this one may still wake up. */
  private void isSilent(Attempt silent) {
    if (attempt == silent && isUnanswered()) {
      search(next -> isUnanswered() && attempt == silent, () -> {});
    }
  }

  private boolean isUnanswered() {
    return !proceeding && !done && cancelEdit == null;
  }

  /** The server failed: the next one gets the INVITE, or if there is none this is the end of it. */
  private void failed(Runnable end) {
    transaction = null;
    proceeding = false;
    stopWaiting();
    if (cancelEdit == null && hops.hasMore()) {
      searching = true;
      search(
          next -> {
            searching = false;
            return !done;
          },
          end);
    } else {
      end.run();
    }
  }

  private void search(Predicate<Flow> wanted, Runnable none) {
    dialog.whenFound(
        hops.next(() -> Messages.length(request)),
        next -> {
          if (next == null) {
            searching = false;
            if (!done) {
              none.run();
            }
          } else if (wanted.test(next)) {
            request = dialog.agent().messages().onAnother(request, next);
            dialog.connection().use(next);
            start(next);
          }
        });
  }

  private void stopWaiting() {
    Timers.Timer waiting = firstResponse;
    if (waiting != null) {
      waiting.cancel();
      firstResponse = null;
    }
  }

  /** Sends the very same INVITE on another flow, if it still has no outcome. */
  void repeat(Flow way) {
    if (!isOpen()) {
      return;
    }
    ClientTransaction before = transaction;
    if (before != null) {
      before.abandon();
    }
    transaction = null;
    proceeding = false;
    request = (SIPRequest) request.clone();
    start(way);
  }

  /**
   * The same on another flow, to a peer that has forgotten its transactions but not its call, which
   * it cannot answer any more: that is ended (RFC 3261 §15, a BYE in an early dialog), and an
   * INVITE with a branch of its own makes another.
   */
  void beginAnew(Flow way) {
    if (!isOpen()) {
      return;
    }
    boolean unwanted = done;
    ClientTransaction before = transaction;
    if (before != null) {
      before.abandon();
    }
    transaction = null;
    proceeding = false;
    dialog.early().hangUp(way);
    if (unwanted) {
      finish();
      cancelEdit = null; // what was to be cancelled is hung up
      return;
    }
    request = (SIPRequest) request.clone();
    try {
      request.getTopmostVia().setBranch(Tokens.branch());
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
    start(way);
  }

  /** Whether the peer must still hear of it: it has no outcome, or it is to be cancelled. */
  boolean isOpen() {
    return !done || (cancelEdit != null && transaction == null);
  }

  void cancel(MessageEdit edit) {
    if (cancelEdit == null && !done) {
      cancelEdit = edit;
      sendCancelIfDue();
      if (searching) {
        giveUp(487, "Request Terminated"); // nobody has heard of it
      } else if (dialog.connection().isLost()) {
        // The call does not wait for the peer to come back; the CANCEL does.
        done = true;
        dialog.ends();
        dialog.listener().refused(487, "Request Terminated", null);
      }
    }
  }

  private void sendCancelIfDue() {
    ClientTransaction invite = transaction;
    MessageEdit edit = cancelEdit;
    if (edit != null && invite != null && proceeding && cancelPatience == null) {
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

  private void take(SIPResponse response) {
    int status = response.getStatusCode();
    stopWaiting();
    if (status == 503 && !done && cancelEdit == null && hops.hasMore()) {
      failed(() -> end(response));
      return;
    }
    if (status != 503) {
      hops.worked();
    }
    if (status < 200) {
      if (!proceeding && !done) {
        dialog.listener().trying();
      }
      proceeding = true;
      sendCancelIfDue();
      if (status > 100 && !done && dialog.early().take(request, response)) {
        dialog.session().hearsProgress(request, response);
        dialog.listener().progressed(response);
      }
    } else if (done) {
      takeUnwanted(response);
    } else if (cancelEdit == null && dialog.timer().isRaisedBy(response)) {
      proceeding = false;
      request = dialog.again(request);
      start(dialog.flow());
    } else if (cancelEdit == null && authorizer.learns(request, response, dialog.flow())) {
      proceeding = false;
      request = dialog.agent().messages().again(request, dialog.flow());
      start(dialog.flow());
    } else {
      end(response);
    }
  }

  private void end(SIPResponse response) {
    int status = response.getStatusCode();
    finish();
    dialog.session().heard(request, response);
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

  /** A server that had its time, and for which another was asked, says something after all. */
  private void takeLate(Attempt late, SIPResponse response) {
    int status = response.getStatusCode();
    ClientTransaction waking = late.transaction;
    if (status >= 300 || waking == null) {
      return;
    }
    if (status >= 200) {
      dialog.endFork(late.request, response, waking.flow());
    } else if (!late.cancelled) {
      late.cancelled = true;
      UserAgent agent = dialog.agent();
      agent.timers().schedule(agent.settings().patience(), waking::abandon);
      agent.sendCancel(waking, late.request, MessageEdit.NONE);
    }
  }

  /** The end of an INVITE that was cancelled while the peer was away. */
  private void takeUnwanted(SIPResponse response) {
    if (cancelEdit != null) {
      finish();
      if (response.getStatusCode() < 300) {
        dialog.strayAnswer(response);
      }
      dialog.release();
    }
  }

  private void flowEnded() {
    boolean begun = proceeding;
    transaction = null;
    proceeding = false;
    if (dialog.connection().mayReturn()) {
      return;
    }
    Runnable end =
        () -> {
          giveUp(hops.failureStatus(), hops.failureReason());
          dialog.release();
        };
    if (begun || done) {
      end.run(); // the peer may be at it: nobody else must ring
    } else {
      failed(end);
    }
  }

  void giveUp(int status, String reason) {
    boolean told = done;
    if (told && cancelEdit == null) {
      return;
    }
    finish();
    ClientTransaction invite = transaction;
    if (invite != null) {
      invite.abandon();
    }
    dialog.releaseLater();
    if (!told) {
      dialog.listener().refused(status, reason, null);
    }
  }

  private void finish() {
    done = true;
    stopWaiting();
    Timers.Timer patience = cancelPatience;
    if (patience != null) {
      patience.cancel();
    }
  }

  /** One transaction for it. What an earlier one says of its flow or its time counts no more. */
  private final class Attempt implements ClientTransaction.Listener {
    private final SIPRequest request;
    private @Nullable ClientTransaction transaction;
    private boolean cancelled;

    Attempt(SIPRequest request) {
      this.request = request;
    }

    @Override
    public void responded(SIPResponse response) {
      dialog.run(
          () -> {
            if (isOf(InviteClient.this.request, response)) {
              take(response);
            } else {
              takeLate(this, response);
            }
          });
    }

    @Override
    public void timedOut() {
      dialog.run(
          () -> {
            if (attempt == this) {
              failed(() -> giveUp(408, "Request Timeout"));
            }
          });
    }

    @Override
    public void flowEnded(FlowEnd end) {
      dialog.run(
          () -> {
            if (attempt == this) {
              InviteClient.this.flowEnded();
            }
          });
    }
  }

  private static boolean isOf(SIPRequest request, SIPResponse response) {
    String branch = request.getTopmostVia().getBranch();
    return branch.equalsIgnoreCase(response.getTopmostVia().getBranch());
  }
}
