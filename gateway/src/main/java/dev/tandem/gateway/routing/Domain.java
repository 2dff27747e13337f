package dev.tandem.gateway.routing;

import dev.tandem.sip.message.Aor;
import java.util.Locale;
import java.util.Set;

/** Our domain and its other names. Immutable. */
public final class Domain {
  private final String name;
  private final Set<String> aliases;

  public Domain(String name, Set<String> aliases) {
    this.name = name;
    this.aliases = Set.copyOf(aliases);
  }

  /** The name that our addresses of record have. */
  public String name() {
    return name;
  }

  public boolean isOurs(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.equals(name) || aliases.contains(lower);
  }

  /** The address of record of a user of ours. */
  public Aor aor(String user) {
    return Aor.of(user, name);
  }
}
