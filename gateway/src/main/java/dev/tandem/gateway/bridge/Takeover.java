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
 * An INVITE with Replaces (RFC 3891 §3): a new call whose callee is the end of a pipe, the other
 * end of which takes the place of the leg that is replaced, and re-INVITEs the one who stays with
 * what the newcomer offers. If that is refused, so is the INVITE, and the old call is as it was. On
 * the executor of the old call, but for what is said to be of the new one.
 */
public final class Takeover extends PipeEnd implements CalleeLeg {
  private final RunningCall old;
  private final Leg replaced;
  private final boolean otherSide;
  private final String newcomer;
  private final Branches.Description description;
  private final PipeEnd here = new PipeEnd();
  private @Nullable Place place;
  private @Nullable ExchangeId asked;
  private boolean answered;
  private boolean over;

  /**
   * Makes the callee's leg of the new call; nothing happens before it is invited.
   *
   * @param old the call in which a leg is replaced
   * @param named the leg that Replaces names
   * @param otherSide the one at that leg stays, and the one it talks to is replaced
   * @param newcomer who sent the INVITE, as {@link Leg#peer} says it
   */
  public Takeover(RunningCall old, Leg named, boolean otherSide, String newcomer) {
    this(old, named, otherSide, newcomer, Branches.Description.COMPLETE);
  }

  /**
   * The same for a caller whose description may not be complete yet.
   *
   * @param description completes it
   */
  Takeover(
      RunningCall old,
      Leg named,
      boolean otherSide,
      String newcomer,
      Branches.Description description) {
    this.description = description;
    this.old = old;
    this.replaced = named;
    this.otherSide = otherSide;
    this.newcomer = newcomer;
  }

  private void inOld(Runnable step) {
    old.executor().execute(step);
  }

  // Of the new call.

  @Override
  public void invite(RunningCall call, LegId self, Payload payload) {
    join(call, self);
    carries(call.leg(LegId.CALLER).media(), true);
    here.carries(media(), false);
    var unused = description.complete(payload).thenAccept(whole -> inOld(() -> enter(whole)));
  }

  @Override
  public void cancel(Cause cause) {
    inOld(() -> cancelled(cause));
  }

  /** None is asked for: a pipe sends no provisional responses. */
  @Override
  public void prack(Payload payload) {}

  @Override
  public void ack(Payload payload) {
    opensTo(here);
    inOld(() -> acked(payload));
  }

  private void refuse(int status, String reason) {
    call().post(new CallEvent.CalleeRefused(self(), status, reason, Payload.EMPTY));
  }

  // Of the old one.

  private void enter(Payload offer) {
    if (over) {
      return; // it was cancelled meanwhile
    }
    LegId named = old.placeOf(replaced);
    if (named == null) {
      over = true;
      refuse(481, "Call/Transaction Does Not Exist");
      return;
    }
    LegId seat = otherSide ? old.otherThan(named) : named;
    Place reserved =
        new Place(
            old,
            seat,
            here,
            new Place.Listener() {
              @Override
              public void taken() {
                ask(offer);
              }

              @Override
              public void lost(Cause cause) {
                fail(481, "Call/Transaction Does Not Exist", cause);
              }
            });
    if (!reserved.reserve()) {
      over = true;
      refuse(491, "Request Pending");
      return;
    }
    place = reserved;
    here.leadsTo(newcomer);
    leadsTo(old.leg(old.otherThan(seat)).peer());
    old.isAfter(old.transfers() + 1);
    reserved.take();
  }

  private void ask(Payload offer) {
    if (over) {
      return;
    }
    asked =
        here.ask(
            Method.INVITE,
            offer,
            (status, reason, answer) -> {
              if (status < 300) {
                accepted(answer);
              } else {
                fail(status, reason, TransferCauses.refused(status, reason));
              }
            });
  }

  private void accepted(Payload answer) {
    answered = true;
    over = true;
    here.opensTo(this);
    call().post(new CallEvent.CalleeAnswered(self(), answer, PeerFeatures.NONE));
    Place mine = place;
    Aside former = mine == null ? null : mine.settle();
    if (former != null) {
      former.hangUp(TransferCauses.REPLACED);
    }
  }

  private void acked(Payload payload) {
    ExchangeId exchange = asked;
    if (answered && exchange != null) {
      here.acknowledge(exchange, payload);
    }
  }

  private void cancelled(Cause cause) {
    ExchangeId exchange = asked;
    if (!over && exchange != null) {
      old.post(new CallEvent.RequestCancelled(here.self(), exchange));
    } else {
      fail(487, "Request Terminated", cause);
    }
  }

  private void fail(int status, String reason, Cause cause) {
    if (!over) {
      over = true;
      Place mine = place;
      if (mine != null) {
        mine.giveBack(cause);
      }
      refuse(status, reason);
    }
  }
}
