package dev.tandem.gateway.sip.invite;

import dev.tandem.gateway.bridge.Branches.Description;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.RequestHeaders;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Source;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.leg.CalleeLegs;
import dev.tandem.gateway.sip.leg.SipCalleeLeg;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import javax.sip.address.Address;
import javax.sip.address.URI;

/** A caller who has asked for somebody in another language than SIP. */
record AskingSeeker(
    CalleeLegs legs, Domain domain, Source caller, Description description, Supplier<Instant> now)
    implements Seeker {
  private static final int MAX_FORWARDS = 70;

  @Override
  public boolean isUs(String host) {
    return domain.isOurs(host);
  }

  @Override
  public RouteRequest dialled(URI contact, boolean meansUs) {
    return new RouteRequest(
        Addresses.user(contact),
        meansUs ? "" : Addresses.host(contact),
        caller,
        Addresses.instance(contact),
        RequestHeaders.NONE,
        now.get(),
        RouteRequest.Kind.CALL);
  }

  @Override
  public List<CalleeLeg> toUser(ToUser decision) {
    return described(legs.toUser(decision, from(), MAX_FORWARDS));
  }

  @Override
  public List<CalleeLeg> toTrunk(ToTrunk attempt, boolean only) {
    return described(legs.toTrunk(attempt, from(), MAX_FORWARDS));
  }

  private List<CalleeLeg> described(List<CalleeLeg> made) {
    for (CalleeLeg leg : made) {
      if (leg instanceof SipCalleeLeg sip) {
        sip.describedBy(description);
      }
    }
    return made;
  }

  private Address from() {
    return Addresses.named(caller.caller().name(), Addresses.uri(caller.caller().uri()));
  }
}
