package dev.tandem.gateway.routing;

import dev.tandem.gateway.registrar.Binding;
import dev.tandem.sip.message.Aor;
import java.util.List;
import java.util.function.Function;

/**
 * What a routing decision depends on beside the rules and the request: the state of this moment.
 *
 * @param bindings the live bindings of an AOR, the preferred ones first; must not block
 * @param everybodyIsOnline for explanations where nobody can register: configured users count as
 *     online without any device
 */
public record Surroundings(
    Function<Aor, List<Binding>> bindings,
    TrunkStatus trunks,
    Room room,
    Turns turns,
    boolean everybodyIsOnline) {

  /** Nothing is known: all trunks are up, all users online, and there are no calls. */
  public static final Surroundings UNKNOWN =
      new Surroundings(aor -> List.of(), TrunkStatus.ALL_UP, Room.ENDLESS, Turns.FIRST, true);
}
