package dev.tandem.gateway.sip.transfer;

import dev.tandem.gateway.bridge.Transferee;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.sip.header.Replaces;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.gateway.sip.leg.SipLeg;
import dev.tandem.sip.dialog.DialogId;
import dev.tandem.sip.time.Timers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Transfers that the transferee is asked to carry out. Where it is to replace a dialog, it gets the
 * identifiers that the target knows that dialog by, and with them the right to do so. Thread-safe.
 */
final class PeerTransfers {
  private final Timers timers;
  private final Duration longest;
  private final Map<SipLeg, Party> grants = new ConcurrentHashMap<>(); // by the leg that stays

  /**
   * Makes it.
   *
   * @param longest how long a transfer can take
   */
  PeerTransfers(Timers timers, Duration longest) {
    this.timers = timers;
    this.longest = longest;
  }

  /** Whether this can be asked: no browser is, as few pages have code for that. */
  static @Nullable SipLeg willing(Referral referral) {
    return referral.transferee() instanceof SipLeg transferee && transferee.takesRefer()
        ? transferee
        : null;
  }

  /** Whether one goes on in the call of this leg; on the call's executor. */
  static boolean isUnderWay(Referral referral) {
    return referral.leg().hearsNotifies()
        || (referral.transferee() instanceof SipLeg far && far.hearsNotifies())
        || (referral.transferee() instanceof Transferee other && other.isAskedToTransfer());
  }

  /**
   * To somebody new.
   *
   * @param otherwise runs when the transferee does not want to
   */
  void begin(Referral referral, SipLeg transferee, Runnable otherwise) {
    new PeerTransfer(transferee, referral.subscription(), timers, longest, () -> {})
        .begin(
            "<" + referral.target().uri() + ">", referral.headers(), referral::accept, otherwise);
  }

  /**
   * To the one whom the transferor talks to in another call.
   *
   * @param second the transferor's leg there
   * @param otherwise runs when the transferee does not want to, or cannot
   */
  void begin(Referral referral, SipLeg transferee, SipLeg second, Runnable otherwise) {
    second
        .call()
        .executor()
        .execute(
            () -> {
              SipLeg target =
                  isTalking(second) && Referral.farLeg(second) instanceof SipLeg far ? far : null;
              DialogId dialog = target == null ? null : target.dialogId();
              transferee
                  .call()
                  .executor()
                  .execute(
                      () -> {
                        if (target == null || dialog == null || isUnderWay(referral)) {
                          otherwise.run();
                        } else {
                          replace(referral, transferee, target, dialog, otherwise);
                        }
                      });
            });
  }

  /** From any thread; true may be over soon. */
  static boolean isTalking(SipLeg leg) {
    CallState state = leg.call().state();
    return state == CallState.ANSWERED || state == CallState.ESTABLISHED;
  }

  private void replace(
      Referral referral, SipLeg transferee, SipLeg target, DialogId dialog, Runnable otherwise) {
    Replaces asTheTargetSeesIt =
        new Replaces(
            dialog.callId(),
            /* toTag= */ dialog.remoteTag(),
            /* fromTag= */ dialog.localTag(),
            false);
    grants.put(target, transferee.party());
    new PeerTransfer(
            transferee, referral.subscription(), timers, longest, () -> grants.remove(target))
        .begin(
            "<"
                + target.party().address().getURI()
                + "?Replaces="
                + URLEncoder.encode(asTheTargetSeesIt.text(), StandardCharsets.UTF_8)
                + ">",
            referral.headers(),
            referral::accept,
            otherwise);
  }

  /** Whether this sender was told to take the place of the one whom this leg talks to. */
  boolean mayReplaceTheOneBehind(SipLeg leg, Party sender) {
    Party granted = grants.get(leg);
    return granted != null && granted.isTheSameAs(sender);
  }
}
