package dev.tandem.gateway.sip.invite;

import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.gateway.routing.RouteRequest;
import java.util.List;
import javax.sip.address.URI;

/** Who looks for somebody to answer: all of a hunt that depends on the language of the caller. */
interface Seeker {

  /** Whether a host means us, for this caller. */
  boolean isUs(String host);

  /** What routing is asked when the caller is sent on to a contact. */
  RouteRequest dialled(URI contact, boolean meansUs);

  /** A branch to each device, in the order of the decision's bindings. */
  List<CalleeLeg> toUser(ToUser decision);

  /**
   * The branch of one attempt.
   *
   * @param only whether there is no other attempt
   */
  List<CalleeLeg> toTrunk(ToTrunk attempt, boolean only);
}
