package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.ExchangeId;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.call.PeerFeatures;
import org.jspecify.annotations.Nullable;

/**
 * A transfer to somebody who is not in a call with the transferor (RFC 5589 §6), done here so that
 * no phone needs to know how. On the executor of the transferor's call.
 *
 * <pre>
 * 1. A new call is made to the target, whose caller is the end of a pipe. Its INVITE has no offer.
 * 2. The target answers, and its 200 has an offer. The other end of the pipe takes the transferor's
 *    place and re-INVITEs the transferee with that offer (RFC 3725 §4.1, flow I).
 * 3. The transferee's answer goes to the target in the ACK. The transferor is told and hung up.
 * </pre>
 *
 * Until then the old call is as it was, and any refusal leaves it so. When the transferor hangs up
 * before the target has answered, the transferee is kept and waits; when there is no answer then,
 * it is hung up too.
 */
public final class BlindTransfer implements Place.Listener {
  private final RunningCall call;
  private final RunningCall target;
  private final TransferListener listener;
  private final Place place;
  private final PipeEnd here;
  private final PipeCaller there;
  private @Nullable Payload offer;
  private @Nullable Cause targetGone;
  private boolean taken;
  private boolean joining;
  private boolean over;

  private BlindTransfer(
      RunningCall call, LegId transferor, NewCall wanted, TransferListener listener) {
    this.call = call;
    this.listener = listener;
    this.there = new PipeCaller();
    this.here = new PipeEnd();
    Leg transferee = call.leg(call.otherThan(transferor));
    there.leadsTo(transferee.peer());
    there.carries(transferee.media(), false);
    here.carries(transferee.media(), true);
    here.leadsTo(wanted.peer());
    this.target = call.calls().offer(wanted.info(), there, wanted.callees());
    this.place = new Place(call, transferor, here, this);
    there.join(target, LegId.CALLER);
    there.watchedBy(this);
  }

  /**
   * Begins it; on the executor of {@code call}.
   *
   * @param call a call with an answer, where {@code transferor} is one of the two who talk
   * @return false when nothing was begun, because another transfer goes on in this call
   */
  public static boolean begin(
      RunningCall call, LegId transferor, NewCall wanted, TransferListener listener) {
    BlindTransfer transfer = new BlindTransfer(call, transferor, wanted, listener);
    if (!transfer.place.reserve()) {
      return false;
    }
    transfer.target.isAfter(call.transfers() + 1);
    call.calls().start(transfer.target, wanted.invite(), PeerFeatures.NONE);
    return true;
  }

  void run(Runnable step) {
    call.executor().execute(step);
  }

  // The target's call.

  void progressed(int status, String reason) {
    if (!over) {
      listener.progressed(status, reason);
    }
  }

  void refused(int status, String reason) {
    if (!over) {
      over = true;
      place.giveBack(TransferCauses.refused(status, reason));
      listener.failed(status, reason);
    }
  }

  void answered(Payload payload) {
    if (over) {
      return; // it is being hung up
    }
    offer = payload;
    if (taken) {
      join(payload);
    } else {
      place.take();
    }
  }

  /**
   * The target has answered, and hung up before the two were joined. If the transferee is just
   * taking the offer, what it had with the transferor is lost, so the transfer goes on to its end.
   */
  void targetHungUp(Cause cause) {
    if (joining) {
      targetGone = cause;
    } else if (!over) {
      over = true;
      place.giveBack(cause);
      listener.failed(480, "Temporarily Unavailable");
    }
  }

  private void join(Payload targetOffer) {
    joining = true;
    ExchangeId[] asked = new ExchangeId[1];
    asked[0] =
        here.ask(
            Method.INVITE,
            targetOffer,
            (status, reason, answer) -> {
              joining = false;
              if (status >= 300) {
                declined(status, reason);
              } else {
                here.acknowledge(asked[0], Payload.EMPTY);
                accepted(answer);
              }
            });
  }

  private void accepted(Payload answer) {
    here.opensTo(there);
    target
        .executor()
        .execute(
            () -> {
              there.opensTo(here);
              target.post(new CallEvent.CallerAcked(answer));
            });
    if (over) {
      return; // the call ends, and hangs the pipe up
    }
    over = true;
    Aside former = place.settle();
    listener.succeeded(
        () -> {
          if (former != null) {
            former.hangUp(TransferCauses.TRANSFERRED);
          }
        });
    Cause gone = targetGone;
    if (gone != null) {
      call.post(new CallEvent.HungUp(here.self(), gone));
    }
  }

  private void declined(int status, String reason) {
    hangUpTarget(TransferCauses.refused(status, reason));
    if (!over) {
      over = true;
      place.giveBack(TransferCauses.refused(status, reason));
      listener.failed(status, reason);
    }
  }

  private void hangUpTarget(Cause cause) {
    target.post(new CallEvent.HungUp(LegId.CALLER, cause));
  }

  // The place.

  @Override
  public void taken() {
    taken = true;
    Payload waiting = offer;
    if (waiting != null && !over) {
      join(waiting);
    }
  }

  @Override
  public void left() {
    place.take();
  }

  @Override
  public void lost(Cause cause) {
    hangUpTarget(cause);
    if (!over) {
      over = true;
      listener.failed(487, "Request Terminated");
    }
  }
}
