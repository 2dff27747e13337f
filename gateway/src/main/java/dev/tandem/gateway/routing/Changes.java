package dev.tandem.gateway.routing;

import dev.tandem.gateway.routing.Explanation.Change;
import dev.tandem.gateway.routing.Explanation.Leg;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Number and headers before and after, for each request that a decision leads to. */
final class Changes {
  private Changes() {}

  static List<Leg> legs(RouteRequest request, RouteDecision decision) {
    List<Leg> legs = new ArrayList<>();
    if (decision instanceof ToTrunks toTrunks) {
      for (ToTrunk attempt : toTrunks.attempts()) {
        List<Change> changes = new ArrayList<>();
        changes.add(new Change("number", request.user(), attempt.number()));
        headers(request, attempt.outgoing(), changes);
        legs.add(new Leg("trunk " + attempt.trunk().name(), attempt.uri(), changes));
      }
    } else if (decision instanceof ToUser toUser) {
      List<Change> changes = new ArrayList<>();
      headers(request, toUser.outgoing(), changes);
      if (toUser.bindings().isEmpty()) {
        legs.add(new Leg("user " + toUser.aor().user(), toUser.aor().uri(), changes));
      }
      toUser
          .bindings()
          .forEach(
              binding ->
                  legs.add(new Leg("user " + toUser.aor().user(), binding.requestUri(), changes)));
    }
    return legs;
  }

  private static void headers(RouteRequest request, Outgoing outgoing, List<Change> changes) {
    Source source = request.source();
    CallerId from = outgoing.from();
    changes.add(
        new Change(
            "From",
            source.caller().toString(),
            (from == null ? source.caller() : from).toString()));
    add("P-Asserted-Identity", text(source.asserted()), text(outgoing.asserted()), changes);
    add("P-Preferred-Identity", "", text(outgoing.preferred()), changes);
    String privacy = outgoing.privacy();
    add(
        "Privacy",
        String.join(";", new java.util.TreeSet<>(source.privacy())),
        privacy == null ? "" : privacy,
        changes);
    Map<String, String> added = new LinkedHashMap<>();
    outgoing.added().forEach(entry -> added.put(entry.getKey(), entry.getValue()));
    for (String name : request.headers().names()) {
      String before = String.join(", ", request.headers().values(name));
      String same = added.keySet().stream().filter(name::equalsIgnoreCase).findAny().orElse(null);
      String ours = same == null ? null : added.remove(same);
      boolean crosses = Crossing.allows(name) && outgoing.lets(name);
      changes.add(new Change(name, before, ours != null ? ours : crosses ? before : ""));
    }
    added.forEach((name, value) -> changes.add(new Change(name, "", value)));
  }

  private static void add(String what, String before, String after, List<Change> changes) {
    if (!before.isEmpty() || !after.isEmpty()) {
      changes.add(new Change(what, before, after));
    }
  }

  private static String text(@Nullable CallerId id) {
    return id == null ? "" : id.toString();
  }
}
