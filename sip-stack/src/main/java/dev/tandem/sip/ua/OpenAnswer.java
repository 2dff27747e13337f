package dev.tandem.sip.ua;

import dev.tandem.sip.transport.Flow;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.message.SIPRequest;
import org.jspecify.annotations.Nullable;

/**
 * Our last 2xx to an INVITE of one dialog, until its ACK comes or is given up: it is repeated, and
 * a BYE of ours waits for it (RFC 3261 §13.3.1.4, §15). Used on the dialog's executor.
 */
final class OpenAnswer {
  private final InviteDialog dialog;
  private @Nullable AnswerRepeater unacked;
  private @Nullable MessageEdit deferredBye;

  OpenAnswer(InviteDialog dialog) {
    this.dialog = dialog;
  }

  /** A 2xx has just been sent; an earlier one counts no more. */
  void sent(ServerExchange answered) {
    AnswerRepeater earlier = unacked;
    if (earlier != null) {
      earlier.stop();
    }
    unacked = new AnswerRepeater(answered, dialog);
  }

  /** Whether one waits for its ACK. */
  boolean waits() {
    return unacked != null;
  }

  /** The BYE goes out when no ACK is waited for any more. */
  void defer(MessageEdit bye) {
    deferredBye = bye;
  }

  /**
   * A JsSIP that lost its connection will not acknowledge what it had asked on it: its next INVITE
   * does.
   */
  void forgottenFor(ServerExchange next) {
    AnswerRepeater waiting = unacked;
    if (waiting != null && waiting.isForgottenFor(next)) {
      SIPRequest earlier = waiting.invite().request();
      acked(earlier.createAckRequest((To) earlier.getTo()));
    }
  }

  /** Whether this INVITE is the answered one once more: our 2xx was lost (RFC 6026 §7.1). */
  boolean repeatsFor(ServerExchange again) {
    AnswerRepeater waiting = unacked;
    if (waiting == null || !again.isInvite() || !waiting.invite().branch().equals(again.branch())) {
      return false;
    }
    again.repeats();
    waiting.invite().repeatResponse();
    return true;
  }

  void acked(SIPRequest ack) {
    AnswerRepeater waiting = unacked;
    if (waiting != null && waiting.invite().cseq() == ack.getCSeq().getSeqNumber()) {
      waiting.stop();
      settle(waiting);
      dialog.session().descriptions().request(false, ack);
      dialog.confirmed();
      if (deferredBye == null) {
        if (!waiting.invite().wasRefresh()) {
          dialog.listener().acked(waiting.invite(), ack);
        }
      } else {
        sendDeferredBye();
      }
    }
  }

  void missing(AnswerRepeater missing) {
    settle(missing);
    if (deferredBye == null) {
      if (missing.invite().wasRefresh()) {
        dialog.listener().expired(408, "No ACK");
      } else {
        dialog.listener().ackMissing(missing.invite());
      }
    } else {
      sendDeferredBye();
    }
  }

  private void settle(AnswerRepeater settled) {
    unacked = null;
    dialog.agent().settled(settled.invite());
  }

  private void sendDeferredBye() {
    MessageEdit bye = deferredBye;
    deferredBye = null;
    if (bye != null) {
      dialog.hangUp(bye);
    }
  }

  /** The peer is away: no time passes. */
  void pause() {
    AnswerRepeater waiting = unacked;
    if (waiting != null) {
      waiting.pause();
    }
  }

  /** The peer is on another flow now. */
  void moveTo(Flow next) {
    AnswerRepeater waiting = unacked;
    if (waiting != null) {
      waiting.invite().moveTo(next);
      waiting.resume();
    }
  }

  /** The dialog is over. */
  void stop() {
    AnswerRepeater waiting = unacked;
    if (waiting != null) {
      waiting.stop();
      settle(waiting);
    }
  }
}
