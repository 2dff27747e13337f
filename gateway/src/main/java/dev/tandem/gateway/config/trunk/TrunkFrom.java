package dev.tandem.gateway.config.trunk;

import org.jspecify.annotations.Nullable;

/**
 * What From says in calls to a trunk, where that is not the caller's own address. Null leaves what
 * the caller has.
 */
public record TrunkFrom(
    @Nullable String user, @Nullable String domain, @Nullable String displayName) {
  /** The caller's own address. */
  public static final TrunkFrom CALLER = new TrunkFrom(null, null, null);
}
