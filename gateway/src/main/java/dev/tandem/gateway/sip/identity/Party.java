package dev.tandem.gateway.sip.identity;

import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.sip.message.Aor;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a leg: a user of ours, or somebody behind a trunk.
 *
 * @param address as From and To name them; not to be modified
 * @param user null for a trunk
 * @param trunk null for a user
 * @param rights whom it may call, as far as the request that made the leg says
 */
public record Party(Address address, @Nullable Aor user, @Nullable Trunk trunk, DialRights rights) {

  public static Party user(Address address, Aor user) {
    return new Party(address, user, null, DialRights.ALL);
  }

  public static Party behind(Trunk trunk, Address address) {
    return new Party(address, null, trunk, DialRights.ALL);
  }

  /** The same user, or anybody behind the same trunk: who may act for the other. */
  public boolean isTheSameAs(Party other) {
    return user != null
        ? user.equals(other.user)
        : trunk != null && other.trunk != null && trunk.name().equals(other.trunk.name());
  }
}
