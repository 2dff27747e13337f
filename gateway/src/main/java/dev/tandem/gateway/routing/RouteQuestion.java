package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.user.UserConfig;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.message.SipUri;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks about a call that was not made.
 *
 * @param from a user or number, or a SIP URI
 * @param to the same
 * @param trunk by which the call comes; null when a user of ours makes it
 * @param address an IP address; null when it does not matter
 * @param dial what the caller's token allows; empty for everything
 * @param headers of the request; P-Asserted-Identity and Privacy are understood
 */
public record RouteQuestion(
    String from,
    String to,
    @Nullable String trunk,
    @Nullable String address,
    List<String> dial,
    Map<String, List<String>> headers,
    Instant at) {

  /**
   * As the engine wants it, made by the rules by which a live request is read.
   *
   * @param users who may have a display name
   * @param trunks those that there are
   * @throws IllegalArgumentException with a message for who asks
   */
  public RouteRequest request(Domain domain, Users users, Set<String> trunks) {
    if (trunk != null && !trunks.contains(trunk)) {
      throw new IllegalArgumentException(
          "there is no trunk "
              + trunk
              + (trunks.isEmpty() ? "" : "; there are " + String.join(", ", trunks)));
    }
    CallerId caller = callerId(from, domain, "from");
    if (trunk == null) {
      caller = named(caller.withHost(domain.name()), users);
    }
    CallerId callee = callerId(to, domain, "to");
    boolean meansUs = trunk != null || domain.isOurs(callee.host());
    RequestHeaders given = RequestHeaders.of(headers);
    List<String> asserted = given.values("P-Asserted-Identity");
    Source source =
        new Source(
            trunk == null ? caller.user() : null,
            trunk,
            address,
            caller,
            asserted.isEmpty() ? null : callerId(asserted.get(0), domain, "P-Asserted-Identity"),
            privacy(given.values("Privacy")),
            dial.isEmpty() ? DialRights.ALL : new DialRights(dial));
    return new RouteRequest(
        callee.user(),
        meansUs ? "" : callee.host(),
        source,
        null,
        without(given, Set.of("p-asserted-identity", "privacy")),
        at,
        RouteRequest.Kind.CALL);
  }

  /** A user whose client gives no name has the configured one. */
  private static CallerId named(CallerId caller, Users users) {
    return caller.name() != null
        ? caller
        : caller.withName(users.find(caller.user()).map(UserConfig::displayName).orElse(null));
  }

  /** The words of Privacy header values. */
  public static Set<String> privacy(List<String> values) {
    return values.stream()
        .flatMap(value -> Arrays.stream(value.split("[;,]", -1)))
        .map(word -> word.strip().toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toSet());
  }

  private static RequestHeaders without(RequestHeaders headers, Set<String> names) {
    return RequestHeaders.of(
        headers.names().stream()
            .filter(name -> !names.contains(name.toLowerCase(Locale.ROOT)))
            .collect(
                Collectors.toMap(
                    name -> name, headers::values, (a, b) -> a, java.util.LinkedHashMap::new)));
  }

  private static CallerId callerId(String text, Domain domain, String what) {
    String name = null;
    String uri = text.strip();
    int open = uri.indexOf('<');
    int close = uri.indexOf('>', open + 1);
    if (open >= 0 && close > open) {
      name = uri.substring(0, open).strip().replaceAll("^\"|\"$", "");
      uri = uri.substring(open + 1, close);
    }
    if (uri.startsWith("tel:")) {
      uri = uri.substring(4).replaceAll(";.*", "").replaceAll("[-.() ]", "");
    }
    CallerId bare = new CallerId(uri, domain.name(), null).withName(name);
    if (uri.indexOf(':') >= 0) {
      SipUri parsed = SipUri.parse(uri);
      Aor aor = parsed == null ? null : Aor.of(parsed);
      if (aor == null) {
        throw new IllegalArgumentException(
            what + " was \"" + text + "\", expected a user, a number or a SIP URI with a user");
      }
      return new CallerId(aor.user(), aor.host(), null).withName(name);
    }
    if (uri.isEmpty() || !uri.chars().allMatch(c -> c > ' ' && c != '@' && c != 0x7f)) {
      throw new IllegalArgumentException(
          what + " was \"" + text + "\", expected a user, a number or a SIP URI with a user");
    }
    return bare;
  }
}
