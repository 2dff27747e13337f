package dev.tandem.gateway.routing;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from: a user of ours or a trunk.
 *
 * @param user null for a trunk
 * @param trunk its name; null for a user
 * @param address an IP address as text; null when it is not known
 * @param caller what From says; for a user who has proved who it is, that
 * @param asserted what P-Asserted-Identity says (RFC 3325 §9.1); null when it says nothing
 * @param privacy the words of Privacy (RFC 3323 §4.2), in lower case
 * @param rights whom the sender may call
 * @param proved whether a user has proved to be that one
 */
public record Source(
    @Nullable String user,
    @Nullable String trunk,
    @Nullable String address,
    CallerId caller,
    @Nullable CallerId asserted,
    Set<String> privacy,
    DialRights rights,
    boolean proved) {
  public Source {
    privacy = Set.copyOf(privacy);
  }

  /** One who has proved nothing, or of whom that is of no interest. */
  public Source(
      @Nullable String user,
      @Nullable String trunk,
      @Nullable String address,
      CallerId caller,
      @Nullable CallerId asserted,
      Set<String> privacy,
      DialRights rights) {
    this(user, trunk, address, caller, asserted, privacy, rights, false);
  }

  /** A user who has no other wishes. */
  public static Source user(CallerId caller, DialRights rights) {
    return new Source(caller.user(), null, null, caller, null, Set.of(), rights);
  }

  /** A trunk. */
  public static Source trunk(String name, CallerId caller) {
    return new Source(null, name, null, caller, null, Set.of(), DialRights.ALL);
  }

  public boolean isTrunk() {
    return trunk != null;
  }

  /** Whether the caller wants not to be shown (RFC 3323 §4.2, RFC 3325 §9.3). */
  public boolean wantsPrivacy() {
    return privacy.contains("id") || privacy.contains("user");
  }

  /** For messages: {@code user alice} or {@code trunk pbx}. */
  public String told() {
    return trunk != null ? "trunk " + trunk : "user " + user;
  }

  Source with(CallerId from, @Nullable CallerId assertedNow) {
    return new Source(user, trunk, address, from, assertedNow, privacy, rights, proved);
  }
}
