package dev.tandem.gateway.sip.invite;

import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.sip.ua.ServerExchange;
import java.util.List;
import javax.sip.address.Address;
import javax.sip.address.URI;

/**
 * A caller who has sent an INVITE.
 *
 * @param from as whom it calls
 */
record InvitingSeeker(Hunting hunting, ServerExchange invite, Origin origin, Address from)
    implements Seeker {

  @Override
  public boolean isUs(String host) {
    return hunting.identity().isOurs(host, invite.flow());
  }

  @Override
  public RouteRequest dialled(URI contact, boolean meansUs) {
    return hunting
        .origins()
        .dialled(invite, contact, meansUs, origin, from, RouteRequest.Kind.CALL);
  }

  @Override
  public List<CalleeLeg> toUser(ToUser decision) {
    return hunting.legs().toUser(decision, invite.request(), from);
  }

  @Override
  public List<CalleeLeg> toTrunk(ToTrunk attempt, boolean only) {
    return hunting.legs().toTrunk(attempt, invite.request(), from, only);
  }
}
