package dev.tandem.gateway.routing;

import dev.tandem.sip.message.Aor;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as a From or P-Asserted-Identity header names somebody. Immutable.
 *
 * @param user the user or number, not escaped
 * @param host empty for a tel URI
 * @param name the display name; null for none
 */
public record CallerId(String user, String host, @Nullable String name) {
  /** RFC 3323 §4.1.1.3. */
  public static final CallerId ANONYMOUS =
      new CallerId("anonymous", "anonymous.invalid", "Anonymous");

  /** Nobody is named. */
  public static final CallerId UNKNOWN = new CallerId("", "", null);

  public CallerId withUser(String other) {
    return new CallerId(other, host, name);
  }

  public CallerId withHost(String other) {
    return new CallerId(user, other, name);
  }

  public CallerId withName(@Nullable String other) {
    return new CallerId(user, host, other == null || other.isEmpty() ? null : other);
  }

  /** As a URI, escaped where it must be. */
  public String uri() {
    if (user.isEmpty()) {
      return host.isEmpty() ? "" : "sip:" + host;
    }
    return host.isEmpty() ? "tel:" + user : Aor.of(user, host).uri();
  }

  /** As a header value. */
  @Override
  public String toString() {
    String shown = name;
    return shown == null
        ? "<" + uri() + ">"
        : "\"" + shown.replace("\\", "\\\\").replace("\"", "\\\"") + "\" <" + uri() + ">";
  }

  /** Whether both are one address; a number is the same wherever it comes from. */
  boolean isSameAs(CallerId other) {
    return user.equals(other.user) && (isNumber() || host.equalsIgnoreCase(other.host));
  }

  /** Whether the user is a phone number. */
  boolean isNumber() {
    int from = user.startsWith("+") ? 1 : 0;
    return user.length() > from && user.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
  }
}
