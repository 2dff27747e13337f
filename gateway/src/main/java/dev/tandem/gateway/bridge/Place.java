package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.PeerFeatures;
import org.jspecify.annotations.Nullable;

/**
 * The place of one leg in a call, which the end of a pipe takes, keeps, or gives back. While it is
 * reserved no other transfer begins in this call, and a hang-up of the leg does not end the call:
 * what follows from it is decided here. On the call's executor.
 */
final class Place {

  /** What a transfer hears of a place. */
  interface Listener {
    /** The end of the pipe has it. */
    void taken();

    /** The leg hung up, or was lost, before the place was asked for. */
    default void left() {}

    /** The call ends, whoever has the place; it has been given up. */
    void lost(Cause cause);
  }

  private enum Phase {
    RESERVED,
    ASKED_FOR,
    TAKEN,
    GIVING_BACK,
    OVER
  }

  private final RunningCall call;
  private final LegId id;
  private final PipeEnd newcomer;
  private final Listener listener;
  private PeerFeatures features = PeerFeatures.NONE;
  private Phase phase = Phase.RESERVED;
  private @Nullable Aside former;
  private @Nullable Cause endCause; // of the call, when the place is given back and nobody is there
  private boolean gone;

  Place(RunningCall call, LegId id, PipeEnd newcomer, Listener listener) {
    this.call = call;
    this.id = id;
    this.newcomer = newcomer;
    this.listener = listener;
    newcomer.join(call, id);
  }

  RunningCall call() {
    return call;
  }

  /** False when another transfer goes on in this call, or it is not one that people talk in. */
  boolean reserve() {
    return call.reserve(this);
  }

  /** Asks for the place; {@link Listener#taken} follows unless the call ends before. */
  void take() {
    if (phase == Phase.RESERVED) {
      phase = Phase.ASKED_FOR;
      features = call.features(id);
      call.post(new CallEvent.ReplacementOffered(id, PeerFeatures.NONE));
    }
  }

  /**
   * The transfer came to nothing: the leg has its place again.
   *
   * @param cause ends the call when the leg has gone meanwhile
   */
  void giveBack(Cause cause) {
    switch (phase) {
      case RESERVED -> {
        over();
        endIfGone(cause);
      }
      case ASKED_FOR -> endCause = cause; // the machine cannot be asked to forget it
      case TAKEN -> {
        if (isGone()) {
          over();
          call.post(new CallEvent.HungUp(id, cause));
        } else {
          phase = Phase.GIVING_BACK;
          endCause = cause;
          call.post(new CallEvent.ReplacementOffered(id, features));
        }
      }
      case GIVING_BACK, OVER -> {}
    }
  }

  /** The end of the pipe keeps it; the leg that had it is the caller's to hang up. */
  @Nullable Aside settle() {
    over();
    return former;
  }

  private void over() {
    phase = Phase.OVER;
    call.release(this);
  }

  private boolean isGone() {
    Aside aside = former;
    return aside == null ? gone : aside.isGone();
  }

  private void endIfGone(Cause cause) {
    if (gone) {
      call.post(new CallEvent.HungUp(id, cause));
    }
  }

  // For the call.

  /** The machine has replaced the leg. */
  void replaced() {
    Cause backBecause = endCause;
    if (phase == Phase.ASKED_FOR && backBecause == null) {
      phase = Phase.TAKEN;
      former = call.swap(id, newcomer, gone);
      listener.taken();
    } else if (phase == Phase.ASKED_FOR && backBecause != null) {
      phase = Phase.GIVING_BACK; // given back before it was taken: only the features have changed
      call.post(new CallEvent.ReplacementOffered(id, features));
    } else if (phase == Phase.GIVING_BACK && backBecause != null) {
      Aside back = former;
      if (isGone()) {
        call.post(new CallEvent.HungUp(id, backBecause));
      } else if (back != null) {
        call.swapBack(id, back);
      }
      over();
    }
  }

  /** The call begins to end. */
  void callEnds(Cause cause) {
    if (phase != Phase.OVER) {
      over();
      Aside aside = former;
      listener.lost(cause);
      if (aside != null) {
        aside.hangUp(cause);
      }
    }
  }

  /** Whether an event of the leg that has the place is for us and not for the machine. */
  boolean takes(CallEvent event) {
    boolean stillThere = phase == Phase.RESERVED || phase == Phase.ASKED_FOR;
    if (!stillThere) {
      return false;
    }
    if ((event instanceof CallEvent.HungUp e && e.leg().equals(id))
        || (event instanceof CallEvent.LegLost l && l.leg().equals(id))) {
      gone = true;
      if (phase == Phase.RESERVED) {
        listener.left();
      }
      return true;
    }
    if (gone
        && event instanceof CallEvent.ResponseReceived e
        && e.leg().equals(id)
        && (e.status() == 481 || e.status() == 408)) {
      // It would end the call, which goes on without this leg.
      call.post(
          new CallEvent.ResponseReceived(
              id, e.exchange(), 480, "Temporarily Unavailable", e.payload()));
      return true;
    }
    return false;
  }
}
