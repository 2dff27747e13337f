package dev.tandem.sip.ua;

import dev.tandem.sip.dialog.Dialog;
import dev.tandem.sip.transport.Flow;
import gov.nist.javax.sip.header.RAck;
import gov.nist.javax.sip.header.RSeq;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import javax.sip.InvalidArgumentException;
import javax.sip.header.RSeqHeader;
import org.jspecify.annotations.Nullable;

/**
 * The early dialogs that the first INVITE has made at the UAC, one for each To tag (RFC 3261
 * §12.1.2, §13.2.2.1), and the PRACKs for the reliable provisional responses in them and in the
 * dialog that they become (RFC 3262 §4). Used on the dialog's executor.
 */
final class EarlyDialogs {
  /** More forks than any call has; what comes from others is not acknowledged. */
  private static final int MAX_FORKS = 16;

  /** Where the counting of one response's RSeq stands: per INVITE and To tag (§4). */
  private record Count(long cseq, String tag) {}

  private final InviteDialog owner;
  private final Map<String, Dialog> dialogs = new HashMap<>(2);
  private final Map<Count, Long> counts = new HashMap<>(2);
  private @Nullable String main; // the tag of the one that requests of ours go to
  private boolean mainAgreed;
  private @Nullable PendingPrack offered;

  /** A reliable response with an offer, whose PRACK is to bring the answer. */
  private record PendingPrack(SIPRequest invite, SIPResponse response, long rseq) {}

  EarlyDialogs(InviteDialog owner) {
    this.owner = owner;
  }

  /**
   * A provisional response above 100 came. A reliable one gets its PRACK; one that brings an offer
   * when {@link #answerOffer} is called.
   *
   * @return false for one that was there before, or before its turn: its sender will repeat that
   */
  boolean take(SIPRequest invite, SIPResponse response) {
    String tag = response.getTo().getTag();
    if (tag == null) {
      return true;
    }
    if (owner.isEarly() && dialogs.size() < MAX_FORKS) {
      dialogs.computeIfAbsent(tag, any -> Dialog.asUac(invite, response, owner.isWaySecure()));
      main = main == null ? tag : main;
    }
    if (!(response.getHeader(RSeqHeader.NAME) instanceof RSeq header)
        || !OptionTags.requires(response, OptionTags.RELIABLE)) {
      return true;
    }
    Count count = new Count(invite.getCSeq().getSeqNumber(), tag);
    counts.keySet().removeIf(old -> old.cseq() != count.cseq());
    Long last = counts.get(count);
    long rseq = header.getSeqNumber();
    if (last == null ? counts.size() >= MAX_FORKS : rseq != last + 1) {
      return false;
    }
    counts.put(count, rseq);
    boolean described = Description.of(response) != null;
    if (described && !mainAgreed) {
      mainAgreed = true;
      main = tag; // the first with which a session is agreed
    }
    if (described && Description.of(invite) == null && owner.isEarly()) {
      offered = new PendingPrack(invite, response, rseq);
    } else {
      prack(invite, response, rseq, MessageEdit.NONE);
    }
    return true;
  }

  /** Sends the PRACK with the answer to the last offer in a reliable response. */
  void answerOffer(MessageEdit answer) {
    PendingPrack pending = offered;
    offered = null;
    if (pending != null) {
      prack(pending.invite(), pending.response(), pending.rseq(), answer);
    }
  }

  private void prack(SIPRequest invite, SIPResponse response, long rseq, MessageEdit edit) {
    RAck rack = new RAck();
    try {
      rack.setMethod(invite.getMethod());
      rack.setCSequenceNumber(invite.getCSeq().getSeqNumber());
      rack.setRSequenceNumber(rseq);
    } catch (InvalidArgumentException | ParseException e) {
      throw new IllegalArgumentException(e);
    }
    String tag = response.getTo().getTag();
    if (owner.isEarly() && !dialogs.containsKey(tag)) {
      return; // one fork too many
    }
    owner.sendIn(
        owner.isEarly() ? tag : null,
        "PRACK",
        message -> {
          message.setHeader(rack);
          edit.apply(message);
        },
        (status, reason, answer) -> {});
  }

  /**
   * The tag of the early dialog that stands for all: the first in which a session was agreed, or
   * else the first. Null before there is any.
   */
  @Nullable String main() {
    return main;
  }

  /** The early dialog with that tag of the peer's. */
  @Nullable Dialog get(@Nullable String tag) {
    return dialogs.get(tag);
  }

  void put(Dialog changed) {
    dialogs.put(changed.id().remoteTag(), changed);
  }

  /**
   * The dialog that a 2xx makes: its route set counts anew, the numbers go on (RFC 3261 §13.2.2.4).
   */
  Dialog confirmed(SIPRequest invite, SIPResponse answer, Flow flow) {
    Dialog made = Dialog.asUac(invite, answer, flow.transport().isSecure());
    Dialog early = dialogs.get(made.id().remoteTag());
    return early == null
        ? made
        : made.withLocalCseq(early.localCseq()).withRemoteCseq(early.remoteCseq());
  }

  /** Ends them all with BYE, and forgets them. */
  void hangUp(Flow way) {
    for (Dialog each : dialogs.values()) {
      SIPRequest bye = owner.agent().messages().inDialog(each.withNextLocalCseq(), "BYE", way);
      owner.agent().stack().send(bye, way, UserAgent.UNHEARD);
    }
    dialogs.clear();
    counts.clear();
    main = null;
    mainAgreed = false;
    offered = null;
  }

  /** The dialog is there; the others are over (§13.2.2.4). */
  void end() {
    offered = null;
  }
}
