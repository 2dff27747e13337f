package dev.tandem.gateway;

import dev.tandem.gateway.limit.Limits;
import dev.tandem.gateway.routing.TrunkStatus;

/** How many calls trunks carry. Nobody watches whether they are up. */
record TrunkLoad(Limits limits) implements TrunkStatus {
  @Override
  public boolean isUp(String trunk) {
    return true;
  }

  @Override
  public int calls(String trunk) {
    return limits.calls(trunk);
  }
}
