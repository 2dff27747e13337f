package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;

/**
 * A leg whose place in its call another has. It may have it again, or is hung up; what it asks for
 * meanwhile is refused. On the call's executor.
 */
final class Aside {
  private final Leg leg;
  private boolean gone;

  Aside(Leg leg, boolean gone) {
    this.leg = leg;
    this.gone = gone;
  }

  Leg leg() {
    return leg;
  }

  boolean isGone() {
    return gone;
  }

  void takes(CallEvent event) {
    if (event instanceof CallEvent.RequestReceived e) {
      if (e.method() == Method.UPDATE && !e.payload().hasBody()) {
        leg.respond(e.exchange(), 200, "OK", Payload.EMPTY);
      } else {
        leg.respond(e.exchange(), 491, "Request Pending", Payload.EMPTY);
      }
    } else if (event instanceof CallEvent.HungUp || event instanceof CallEvent.LegLost) {
      gone = true;
    }
  }

  void hangUp(Cause cause) {
    if (!gone) {
      gone = true;
      leg.hangUp(cause);
    }
  }
}
