package dev.tandem.gateway.sip.invite;

import dev.tandem.gateway.bridge.Branches;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.config.HuntingConfig;
import dev.tandem.gateway.config.HuntingConfig.Callee;
import dev.tandem.gateway.config.HuntingConfig.Forking;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.routing.Source;
import dev.tandem.gateway.sip.header.Diversions;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Origins;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.gateway.sip.leg.CalleeLegs;
import dev.tandem.gateway.sip.leg.SipCalleeLeg;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.ServerExchange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.sip.address.Address;

/**
 * How calls look for somebody who answers: who rings when, and who is told of a diversion.
 * Immutable; each call has a {@link Hunt} of its own.
 */
public final class Hunting implements Branches {
  private final Router router;
  private final Identity identity;
  private final Origins origins;
  private final CalleeLegs legs;
  private final HuntingConfig config;
  private final Domain domain;
  private final Supplier<Instant> now;

  public Hunting(
      Router router,
      Identity identity,
      Origins origins,
      CalleeLegs legs,
      HuntingConfig config,
      Domain domain,
      Supplier<Instant> now) {
    this.domain = domain;
    this.now = now;
    this.router = router;
    this.identity = identity;
    this.origins = origins;
    this.legs = legs;
    this.config = config;
  }

  /** Begins where routing leads; it must lead somewhere. */
  Hunt begin(ServerExchange invite, Origin origin, Address from, RouteDecision decision) {
    // What a user's own client says of diversions is not believed: carriers bill by it.
    Diversions diversions = origin.isTrunk() ? Diversions.received(invite.raw()) : Diversions.NONE;
    return new Hunt(this, new InvitingSeeker(this, invite, origin, from), decision, diversions);
  }

  @Override
  public Callees to(RouteDecision decision, Source caller, Description description) {
    Seeker seeker = new AskingSeeker(legs, domain, caller, description, now);
    return new Hunt(this, seeker, decision, Diversions.NONE);
  }

  CalleeLegs legs() {
    return legs;
  }

  Router router() {
    return router;
  }

  Origins origins() {
    return origins;
  }

  Identity identity() {
    return identity;
  }

  /** The branches that a decision means, in rounds; none for a refusal. */
  List<List<CalleeLeg>> rounds(RouteDecision decision, Seeker seeker, Diversions diversions) {
    if (decision instanceof ToTrunks toTrunks) {
      List<List<CalleeLeg>> attempts = new ArrayList<>(toTrunks.attempts().size());
      for (ToTrunk attempt : toTrunks.attempts()) {
        List<CalleeLeg> made = seeker.toTrunk(attempt, toTrunks.attempts().size() == 1);
        made.forEach(leg -> say(leg, told(Callee.TRUNKS, diversions)));
        made.forEach(leg -> CalleeLegs.failOver(leg, toTrunks.group()));
        attempts.add(made);
      }
      return attempts;
    }
    if (decision instanceof ToUser toUser) {
      List<CalleeLeg> made = seeker.toUser(toUser);
      made.forEach(leg -> say(leg, told(Callee.USERS, diversions)));
      return inRounds(toUser.bindings(), made);
    }
    return List.of();
  }

  private MessageEdit told(Callee kind, Diversions diversions) {
    return config.diversion().contains(kind) ? diversions::apply : MessageEdit.NONE;
  }

  private static void say(CalleeLeg leg, MessageEdit what) {
    if (leg instanceof SipCalleeLeg sip) {
      sip.saying(what);
    }
  }

  /** Devices of equal q together (RFC 3261 §16.6); they come in the order of q. */
  private List<List<CalleeLeg>> inRounds(List<Binding> bindings, List<CalleeLeg> made) {
    if (config.forking() == Forking.PARALLEL) {
      return List.of(made);
    }
    List<List<CalleeLeg>> rounds = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= made.size(); i++) {
      if (i == made.size() || bindings.get(i).contact().q() != bindings.get(from).contact().q()) {
        rounds.add(made.subList(from, i));
        from = i;
      }
    }
    return rounds;
  }
}
