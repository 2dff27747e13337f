package dev.tandem.sip.ua;

import dev.tandem.sip.dialog.Dialog;
import dev.tandem.sip.transport.Flow;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import org.jspecify.annotations.Nullable;

/**
 * The ACKs for 2xx of one dialog (RFC 3261 §13.2.2.4): they are the user agent's, not the
 * transaction's, to send and to send again. Used on the dialog's executor.
 */
final class Acknowledgements {
  private final UserAgent agent;
  private @Nullable SIPRequest last;
  private long lastMillis;

  Acknowledgements(UserAgent agent) {
    this.agent = agent;
  }

  /** Acknowledges the INVITE with this CSeq number. */
  void send(Dialog dialog, long cseq, Flow way, MessageEdit edit) {
    SIPRequest ack = agent.messages().inDialog(dialog.withLocalCseq(cseq), "ACK", way);
    edit.apply(ack);
    last = (SIPRequest) ack.clone();
    lastMillis = agent.timers().millis();
    agent.stack().sendAck(ack, way);
  }

  /** The peer is on another flow now: an ACK that it may not have got goes there. */
  void repeatOn(Flow way, long sinceMillis) {
    SIPRequest ack = last;
    if (ack != null && lastMillis >= sinceMillis) {
      agent.stack().sendAck((SIPRequest) ack.clone(), way);
    }
  }

  /** The same 2xx came again: so does its ACK. */
  void repeat(SIPResponse answer, Flow way) {
    SIPRequest ack = last;
    if (ack != null && ack.getCSeq().getSeqNumber() == answer.getCSeq().getSeqNumber()) {
      agent.stack().sendAck((SIPRequest) ack.clone(), way);
    }
  }

  /** Another branch of a fork downstream answered too: its dialog is acknowledged and ended. */
  void endFork(Dialog fork, SIPRequest invite, Flow last) {
    Dialog invited = fork.withLocalCseq(invite.getCSeq().getSeqNumber());
    var unused =
        agent
            .finder()
            .find(fork.nextHop(), last)
            .thenAccept(
                found -> {
                  Flow way = found.orElse(null);
                  if (way != null) {
                    agent.stack().sendAck(agent.messages().inDialog(invited, "ACK", way), way);
                    SIPRequest bye =
                        agent.messages().inDialog(fork.withNextLocalCseq(), "BYE", way);
                    agent.stack().send(bye, way, UserAgent.UNHEARD);
                  }
                });
  }
}
