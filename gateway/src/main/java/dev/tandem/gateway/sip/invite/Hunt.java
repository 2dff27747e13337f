package dev.tandem.gateway.sip.invite;

import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.Diversions;
import dev.tandem.gateway.sip.header.Redirection;
import dev.tandem.sip.message.Aor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * The search for somebody who answers one call. A contact of a 3xx is routed as if the caller had
 * dialled it: whoever may not call a number does not reach it by way of a phone that diverts there.
 * Nobody is tried twice, so a circle of diversions ends. Used on the call's executor.
 */
final class Hunt implements Callees {

  /** Where a branch goes: whom it stands for, and what was known of diversions before it. */
  private record Place(String target, @Nullable TrunkConfig trunk, Diversions diversions) {}

  private final Hunting hunting;
  private final Seeker seeker;
  private final Set<String> tried = new HashSet<>();
  private final IdentityHashMap<CalleeLeg, Place> places = new IdentityHashMap<>();
  private final List<List<CalleeLeg>> first;

  Hunt(Hunting hunting, Seeker seeker, RouteDecision decision, Diversions diversions) {
    this.hunting = hunting;
    this.seeker = seeker;
    this.first = go(decision, diversions);
  }

  @Override
  public List<List<CalleeLeg>> rounds() {
    return first;
  }

  @Override
  public List<List<CalleeLeg>> redirected(CalleeLeg by, CalleeRefused refused, int limit) {
    Place place = places.get(by);
    if (place == null) {
      return List.of();
    }
    List<List<CalleeLeg>> rounds = new ArrayList<>();
    for (List<URI> equals : Redirection.contacts(refused.payload())) {
      List<List<CalleeLeg>> group = new ArrayList<>();
      for (URI contact : equals) {
        merge(follow(contact, place, refused), group);
      }
      rounds.addAll(group);
    }
    return cut(rounds, limit);
  }

  private List<List<CalleeLeg>> follow(URI contact, Place place, CalleeRefused refused) {
    String host = Addresses.host(contact);
    boolean meansUs = seeker.isUs(host) || isOf(place.trunk(), host);
    RouteDecision decision = hunting.router().route(seeker.dialled(contact, meansUs));
    String next = target(decision);
    return next == null
        ? List.of()
        : go(
            decision,
            place
                .diversions()
                .by(place.target(), refused.status(), refused.payload().headers(), next));
  }

  /** A PBX that sends the call to another number of its own writes its own address. */
  private static boolean isOf(@Nullable TrunkConfig trunk, String host) {
    return trunk != null
        && (trunk.host().toLowerCase(Locale.ROOT).equals(host) || trunk.domain().equals(host));
  }

  /** The branches to where routing leads; none when it leads nowhere, or where we were. */
  private List<List<CalleeLeg>> go(RouteDecision decision, Diversions diversions) {
    String target = target(decision);
    if (target == null || !tried.add(target)) {
      return List.of();
    }
    List<List<CalleeLeg>> rounds = hunting.rounds(decision, seeker, diversions);
    for (int i = 0; i < rounds.size(); i++) {
      TrunkConfig trunk =
          decision instanceof ToTrunks toTrunks ? toTrunks.attempts().get(i).trunk() : null;
      Place place = new Place(target, trunk, diversions);
      rounds.get(i).forEach(leg -> places.put(leg, place));
    }
    return rounds;
  }

  /** The URI of whom a decision means. */
  private static @Nullable String target(RouteDecision decision) {
    if (decision instanceof ToUser toUser) {
      return toUser.aor().uri();
    }
    return decision instanceof ToTrunks toTrunks
        ? Aor.of(toTrunks.first().number(), toTrunks.first().trunk().host()).uri()
        : null;
  }

  private static void merge(List<List<CalleeLeg>> rounds, List<List<CalleeLeg>> into) {
    for (int i = 0; i < rounds.size(); i++) {
      if (i == into.size()) {
        into.add(new ArrayList<>());
      }
      into.get(i).addAll(rounds.get(i));
    }
  }

  private static List<List<CalleeLeg>> cut(List<List<CalleeLeg>> rounds, int limit) {
    List<List<CalleeLeg>> fewer = new ArrayList<>();
    int left = limit;
    for (List<CalleeLeg> round : rounds) {
      if (left > 0) {
        fewer.add(round.subList(0, Math.min(left, round.size())));
        left -= round.size();
      }
    }
    return fewer;
  }
}
