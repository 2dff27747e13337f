package dev.tandem.sip.transport.ws;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may connect: a browser sends the Origin of the page, and sends cookies and knows
 * the user's network whatever page it shows (RFC 6455 §10.2). A page served by this very host may
 * always connect. Immutable.
 */
public final class OriginPolicy {
  private static final Pattern ORIGIN =
      Pattern.compile(
          "([a-z][a-z0-9+.-]*)://(\\[[0-9a-f:.]+]|[^/?#@:\\[\\]\\s*]+)(?::([0-9]{1,5}))?");
  private static final Pattern ANY_PORT = Pattern.compile("(.+):\\*");

  private final boolean any;
  private final boolean missingAllowed;
  private final Set<String> exact = new HashSet<>();
  private final Set<String> anyPort = new HashSet<>();

  private OriginPolicy(List<String> allowed, boolean missingAllowed) {
    this.missingAllowed = missingAllowed;
    boolean star = false;
    List<String> wrong = new ArrayList<>();
    for (String entry : allowed) {
      String lower = entry.toLowerCase(Locale.ROOT);
      Matcher wildcard = ANY_PORT.matcher(lower);
      String origin = normal(lower);
      if (entry.equals("*")) {
        star = true;
      } else if (entry.equals("null")) {
        exact.add(entry);
      } else if (wildcard.matches() && isPortless(wildcard.group(1))) {
        anyPort.add(wildcard.group(1));
      } else if (origin != null) {
        exact.add(origin);
      } else {
        wrong.add(entry);
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "not an origin: "
              + String.join(", ", wrong)
              + "; expected scheme://host, scheme://host:port, scheme://host:* or *");
    }
    this.any = star;
  }

  /**
   * Allows the origins listed: {@code https://app.example}, {@code http://localhost:*} for any
   * port, {@code *} for every page. {@code null}, which sandboxed and local pages send, is allowed
   * only when listed by that name. A request without Origin comes from no browser and is allowed.
   *
   * @throws IllegalArgumentException naming the entries that are no origins
   */
  public static OriginPolicy allowing(List<String> origins) {
    return new OriginPolicy(origins, true);
  }

  /** The same origins, but a request without Origin is refused. */
  public OriginPolicy requiringOrigin() {
    return new OriginPolicy(this);
  }

  private OriginPolicy(OriginPolicy other) {
    this.any = other.any;
    this.missingAllowed = false;
    this.exact.addAll(other.exact);
    this.anyPort.addAll(other.anyPort);
  }

  /**
   * Whether a request may be upgraded.
   *
   * @param origin the Origin header, null when there is none
   * @param host the Host header
   * @param secure whether the request came to us over TLS; when not, a proxy may have ended TLS
   */
  public boolean allows(@Nullable String origin, @Nullable String host, boolean secure) {
    if (origin == null) {
      return missingAllowed;
    }
    if (exact.contains(origin)) {
      return true;
    }
    Matcher parts = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return false;
    }
    return any
        || exact.contains(normal(parts))
        || anyPort.contains(parts.group(1) + "://" + parts.group(2))
        || (host != null && isSameHost(parts, host, secure));
  }

  private static boolean isSameHost(Matcher origin, String host, boolean secure) {
    String scheme = origin.group(1);
    boolean sameKind = scheme.equals("https") || (scheme.equals("http") && !secure);
    return sameKind
        && normal(origin).equals(normal(scheme + "://" + host.toLowerCase(Locale.ROOT)));
  }

  private static boolean isPortless(String origin) {
    Matcher parts = ORIGIN.matcher(origin);
    return parts.matches() && parts.group(3) == null;
  }

  private static @Nullable String normal(String origin) {
    Matcher parts = ORIGIN.matcher(origin);
    return parts.matches() ? normal(parts) : null;
  }

  /** Without the port that the scheme implies, as browsers send it (RFC 6454 §6.2). */
  private static String normal(Matcher parts) {
    String scheme = parts.group(1);
    String port = parts.group(3);
    boolean implied =
        port == null
            || (scheme.equals("http") && port.equals("80"))
            || (scheme.equals("https") && port.equals("443"));
    return scheme + "://" + parts.group(2) + (implied ? "" : ":" + port);
  }
}
