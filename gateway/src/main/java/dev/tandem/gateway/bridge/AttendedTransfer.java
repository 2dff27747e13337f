package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.ExchangeId;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A transfer to somebody with whom the transferor is in a second call (RFC 5589 §7): the two who
 * are left are joined by a pipe between the calls. On the executor of the first call, but for what
 * is said to be of the second.
 *
 * <pre>
 * 1. The ends of the pipe take the transferor's places in both calls.
 * 2. The target gets a re-INVITE without an offer, and its 200 brings one; the transferee gets that
 *    as a re-INVITE; its answer goes to the target in the ACK (RFC 3725 §4.1, flow I).
 * 3. The transferor is told, and both its legs are hung up.
 * </pre>
 *
 * A refusal in between gives the transferor both places back. The target makes the offer, because
 * the transferee is on hold, as a rule: SIP.js asked for an offer then goes on sending nothing.
 * When the target hangs up while the transferee takes the offer, what that had with the transferor
 * is lost, so the transfer goes on to its end.
 */
public final class AttendedTransfer {
  private final RunningCall call;
  private final RunningCall second;
  private final TransferListener listener;
  private final Place place;
  private final PipeEnd here = new PipeEnd();
  private final PipeEnd there = new PipeEnd();
  private @Nullable Place secondPlace; // on the second call's executor
  private @Nullable Cause targetGone;
  private boolean transfereeAsked;
  private boolean over;

  private AttendedTransfer(
      RunningCall call, LegId transferor, RunningCall second, TransferListener listener) {
    this.call = call;
    this.second = second;
    this.listener = listener;
    this.place = new Place(call, transferor, here, new FirstPlace());
  }

  /**
   * Begins it; on the executor of {@code call}.
   *
   * @param transferor its leg in {@code call}
   * @param secondLeg its leg in {@code second}
   * @return false when nothing was begun, because another transfer goes on in the first call
   */
  public static boolean begin(
      RunningCall call,
      LegId transferor,
      RunningCall second,
      Leg secondLeg,
      TransferListener listener) {
    AttendedTransfer transfer = new AttendedTransfer(call, transferor, second, listener);
    if (!transfer.place.reserve()) {
      return false;
    }
    Leg transferee = call.leg(call.otherThan(transferor));
    String name = transferee.peer();
    transfer.here.carries(transferee.media(), true);
    transfer.there.carries(transferee.media(), false);
    transfer.inSecond(() -> transfer.enter(secondLeg, name));
    return true;
  }

  private void inFirst(Runnable step) {
    call.executor().execute(step);
  }

  private void inSecond(Runnable step) {
    second.executor().execute(step);
  }

  /** In the second call. */
  private void enter(Leg secondLeg, String transferee) {
    LegId seat = second.placeOf(secondLeg);
    if (seat == null) {
      inFirst(() -> fail(481, "Call/Transaction Does Not Exist"));
      return;
    }
    Place reserved = new Place(second, seat, there, new SecondPlace());
    if (!reserved.reserve()) {
      inFirst(() -> fail(491, "Request Pending"));
      return;
    }
    secondPlace = reserved;
    there.leadsTo(transferee);
    String target = second.leg(second.otherThan(seat)).peer();
    int transfers = second.transfers();
    inFirst(
        () -> {
          here.leadsTo(target);
          call.isAfter(call.transfers() + transfers + 1);
          if (over) {
            leaveSecond(TransferCauses.TRANSFERRED);
          } else {
            place.take();
          }
        });
  }

  /** In the second call. */
  private void askTarget() {
    ExchangeId[] asked = new ExchangeId[1];
    asked[0] =
        there.ask(
            Method.INVITE,
            Payload.EMPTY,
            (status, reason, offer) ->
                inFirst(
                    () -> {
                      if (status >= 300) {
                        fail(status, reason);
                      } else if (over) {
                        answerTarget(asked[0], Payload.EMPTY);
                      } else {
                        askTransferee(asked[0], offer);
                      }
                    }));
  }

  private void answerTarget(ExchangeId exchange, Payload answer) {
    inSecond(() -> there.acknowledge(exchange, answer));
  }

  private void askTransferee(ExchangeId ofTarget, Payload offer) {
    transfereeAsked = true;
    ExchangeId[] asked = new ExchangeId[1];
    asked[0] =
        here.ask(
            Method.INVITE,
            offer,
            (status, reason, answer) -> {
              transfereeAsked = false;
              if (status < 300) {
                here.acknowledge(asked[0], Payload.EMPTY);
              }
              answerTarget(ofTarget, status < 300 && !over ? answer : Payload.EMPTY);
              transfereeSaid(status, reason);
            });
  }

  private void transfereeSaid(int status, String reason) {
    if (status >= 300) {
      fail(status, reason);
    } else if (!over) {
      over = true;
      here.opensTo(there);
      inSecond(this::settleSecond);
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
  }

  /** In the second call. */
  private void settleSecond() {
    there.opensTo(here);
    Place mine = secondPlace;
    Aside former = mine == null ? null : mine.settle();
    if (former != null) {
      former.hangUp(TransferCauses.TRANSFERRED);
    }
  }

  private void fail(int status, String reason) {
    if (!over) {
      over = true;
      Cause cause = TransferCauses.refused(status, reason);
      place.giveBack(cause);
      leaveSecond(cause);
      listener.failed(status, reason);
    }
  }

  private void leaveSecond(Cause cause) {
    inSecond(
        () -> {
          Place mine = secondPlace;
          if (mine != null) {
            mine.giveBack(cause);
          }
        });
  }

  private final class FirstPlace implements Place.Listener {
    @Override
    public void taken() {
      inSecond(
          () -> {
            Place mine = secondPlace;
            if (mine != null) {
              mine.take();
            }
          });
    }

    @Override
    public void lost(Cause cause) {
      if (!over) {
        over = true;
        leaveSecond(cause);
        listener.failed(487, "Request Terminated");
      }
    }
  }

  private final class SecondPlace implements Place.Listener {
    @Override
    public void taken() {
      askTarget();
    }

    @Override
    public void lost(Cause cause) {
      inFirst(
          () -> {
            if (transfereeAsked) {
              targetGone = cause;
            } else {
              fail(480, "Temporarily Unavailable");
            }
          });
    }
  }
}
