package dev.tandem.gateway.sip.identity;

import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.token.TokenUser;
import dev.tandem.sip.auth.AuthorizationValue;
import dev.tandem.sip.auth.DigestAuthenticator;
import dev.tandem.sip.auth.DigestOutcome;
import dev.tandem.sip.auth.DigestRequest;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.Hosts;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.transport.Advertised;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.ua.ServerExchange;
import java.util.List;
import java.util.function.BiConsumer;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request: challenges until that is proved, then holds From to it (RFC 3261 §22). With
 * authentication off, everybody is who From says.
 */
public final class Identity {

  /** As whom a request is challenged: 401 by a registrar, 407 by the one who passes it on. */
  public enum Role {
    REGISTRAR(401, "Unauthorized", "WWW-Authenticate", "Authorization"),
    PROXY(407, "Proxy Authentication Required", "Proxy-Authenticate", "Proxy-Authorization");

    private final int status;
    private final String reason;
    private final String challenge;
    private final String credentials;

    Role(int status, String reason, String challenge, String credentials) {
      this.status = status;
      this.reason = reason;
      this.challenge = challenge;
      this.credentials = credentials;
    }
  }

  /**
   * Who sent a request, and what it may do.
   *
   * @param aor its address of record, in our domain's first name
   * @param proved false where nobody is asked
   */
  public record Sender(Aor aor, DialRights rights, boolean proved) {}

  private final Domain domain;
  private final @Nullable DigestAuthenticator authenticator;
  private final Tokens tokens;
  private final BiConsumer<DigestOutcome.Reason, Flow> challenges;

  /**
   * Makes a checker; without an authenticator nobody is asked.
   *
   * @param challenges hears why a request is challenged, and where it came from
   */
  public Identity(
      Domain domain,
      @Nullable DigestAuthenticator authenticator,
      Tokens tokens,
      BiConsumer<DigestOutcome.Reason, Flow> challenges) {
    this.domain = domain;
    this.authenticator = authenticator;
    this.tokens = tokens;
    this.challenges = challenges;
  }

  /** The sender's address of record, or null when the request has been answered here. */
  private @Nullable Aor prove(ServerExchange request, Role role) {
    Sender sender = proveSender(request, role);
    return sender == null ? null : sender.aor();
  }

  /**
   * The sender, or null when the request has been answered here. A token goes before a password.
   */
  public @Nullable Sender proveSender(ServerExchange request, Role role) {
    Aor claimed = aor(request.request().getFrom().getAddress().getURI(), request.flow());
    TokenUser user = tokens.of(request);
    if (user == null) {
      Aor proved = proveByDigest(request, role, claimed);
      return proved == null ? null : new Sender(proved, DialRights.ALL, authenticator != null);
    }
    if (claimed != null && claimed.user().equals(user.user())) {
      return new Sender(claimed, user.rights(), authenticator != null);
    }
    request.respond(403, "From Is Not The Authenticated User");
    return null;
  }

  /**
   * Whether the sender is this user, whatever From says: inside a dialog that holds the address
   * that the peer was called by. If not, the request has been answered here.
   */
  public boolean proves(ServerExchange request, Role role, Aor expected) {
    TokenUser user = tokens.of(request);
    if (user == null) {
      return expected.equals(
          authenticator == null ? prove(request, role) : proveByDigest(request, role, expected));
    }
    if (user.user().equals(expected.user())) {
      return true;
    }
    request.respond(403, "Not The User Of This Call");
    return false;
  }

  /** What the token of a request inside a dialog allows; everything when there is none. */
  public DialRights rights(ServerExchange request) {
    TokenUser user = tokens.of(request);
    return user == null ? DialRights.ALL : user.rights();
  }

  private @Nullable Aor proveByDigest(ServerExchange request, Role role, @Nullable Aor claimed) {
    DigestAuthenticator check = authenticator;
    if (check == null) {
      if (claimed == null) {
        request.respond(403, "From Is Not Of This Domain");
      }
      return claimed;
    }
    long binding = binding(request.flow());
    DigestOutcome outcome =
        check.authenticate(
            new DigestRequest(
                request.method(),
                request.request().getRequestURI().toString(),
                binding,
                authorizations(RawHeaders.values(request.raw(), role.credentials, '\0'))));
    if (outcome instanceof DigestOutcome.Authenticated authenticated) {
      if (claimed != null && claimed.user().equals(authenticated.user())) {
        return claimed;
      }
      request.respond(403, "From Is Not The Authenticated User");
    } else if (outcome instanceof DigestOutcome.Challenge challenge) {
      challenges.accept(challenge.reason(), request.flow());
      List<String> values = check.challenges(binding, challenge.stale());
      request.respond(
          role.status,
          role.reason,
          message -> values.forEach(value -> Payloads.add(message, role.challenge, value)));
    } else if (outcome instanceof DigestOutcome.Rejected rejected) {
      request.respond(rejected.status(), rejected.reason());
    }
    return null;
  }

  /**
   * Whether a host means us: one of our domain's names, or the address that the peer came to, which
   * is what PBXs and phones without DNS write.
   */
  public boolean isOurs(String host, Flow flow) {
    if (domain.isOurs(host) || host.equals(Hosts.literal(flow.local().getAddress()))) {
      return true;
    }
    Advertised shown = flow.advertised();
    return shown != null && host.equalsIgnoreCase(shown.host());
  }

  /** The address of record of a user of ours, whoever says the name. */
  public Aor ours(String user) {
    return domain.aor(user);
  }

  /** The address of record that a URI names among us, by our domain's first name; null if none. */
  public @Nullable Aor aor(URI uri, Flow flow) {
    Aor named = Aor.parse(uri.toString());
    return named == null || !isOurs(named.host(), flow) ? null : domain.aor(named.user());
  }

  private static List<AuthorizationValue> authorizations(List<String> values) {
    return values.isEmpty() ? List.of() : values.stream().map(AuthorizationValue::parse).toList();
  }

  /** A connection keeps its nonces to itself; on UDP the source address stands for it. */
  private static long binding(Flow flow) {
    return flow.transport().isReliable()
        ? flow.id().value()
        : -1L - Integer.toUnsignedLong(flow.remote().hashCode());
  }
}
