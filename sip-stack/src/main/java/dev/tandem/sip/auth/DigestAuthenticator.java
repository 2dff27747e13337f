package dev.tandem.sip.auth;

import dev.tandem.sip.auth.DigestOutcome.Authenticated;
import dev.tandem.sip.auth.DigestOutcome.Challenge;
import dev.tandem.sip.auth.DigestOutcome.Reason;
import dev.tandem.sip.auth.DigestOutcome.Rejected;
import dev.tandem.sip.message.SipUri;
import dev.tandem.sip.time.Timers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Checks who sent a request (RFC 3261 §22, RFC 7616, RFC 8760): one realm, {@code qop=auth} only.
 *
 * <p>The order of the checks is what keeps it honest. Syntax first, for its answer depends on no
 * user. Then the response, which an unknown user fails in the same time and with the same answer as
 * a wrong password. Only a right password gets to the nonce, so that {@code stale=true} is said
 * only to somebody who knows it (RFC 7616 §3.3) and strangers cannot disturb anybody's nonce count.
 *
 * <p>SIP.js sends the old Authorization along with every re-REGISTER (it keeps one request object);
 * that is a {@link Reason#REPLAY} here, and it recovers with the fresh nonce. So a replay alone is
 * no attack, and must not count as one.
 *
 * <p>ACK and CANCEL must not be challenged (RFC 3261 §22.1): do not ask about them.
 *
 * <p>Thread-safe; never blocks; never throws for anything a peer can send.
 */
public final class DigestAuthenticator {
  private static final int BAD_REQUEST = 400;
  private static final int SECRET_LENGTH = 32;

  private final DigestSettings settings;
  private final CredentialStore store;
  private final Timers timers;
  private final Nonces nonces;
  private final String nobodysPassword = Hex.encode(random(), SECRET_LENGTH).substring(0, 16);

  public DigestAuthenticator(DigestSettings settings, CredentialStore store, Timers timers) {
    this.settings = settings;
    this.store = store;
    this.timers = timers;
    this.nonces = new Nonces(random(), settings.nonceLifetime(), settings.nonceSlots());
  }

  private static byte[] random() {
    byte[] octets = new byte[SECRET_LENGTH];
    new SecureRandom().nextBytes(octets);
    return octets;
  }

  /**
   * The values for WWW-Authenticate (with 401) or Proxy-Authenticate (with 407), in order; each
   * must go into a header line of its own (see {@link DigestSettings#DEFAULT_ALGORITHMS}).
   *
   * @param binding that of the request which is answered
   * @param stale as the {@link Challenge} says
   */
  public List<String> challenges(long binding, boolean stale) {
    String nonce = nonces.issue(binding, timers.millis());
    List<String> values = new ArrayList<>(settings.algorithms().size());
    for (DigestAlgorithm algorithm : settings.algorithms()) {
      values.add(
          "Digest realm=\""
              + settings.realm()
              + "\", nonce=\""
              + nonce
              + "\", algorithm="
              + algorithm.token()
              + (stale ? ", qop=\"auth\", stale=true" : ", qop=\"auth\""));
    }
    return values;
  }

  /** Decides about a request; counts the use of its nonce, so ask once for each request. */
  public DigestOutcome authenticate(DigestRequest request) {
    String malformed = null;
    Reason absence = Reason.NO_CREDENTIALS;
    for (AuthorizationValue value : request.authorizations()) {
      if (value instanceof DigestResponse response) {
        if (response.realm().equals(settings.realm())) {
          return check(request, response);
        }
        absence = Reason.OTHER_REALM;
      } else if (value instanceof AuthorizationValue.Malformed m) {
        malformed = m.reason();
      }
    }
    return malformed == null ? new Challenge(false, absence, null) : rejected(malformed);
  }

  private DigestOutcome check(DigestRequest request, DigestResponse response) {
    DigestAlgorithm algorithm =
        response.algorithm() == null
            ? DigestAlgorithm.MD5
            : DigestAlgorithm.of(response.algorithm());
    if (algorithm == null || !settings.algorithms().contains(algorithm)) {
      return new Challenge(false, Reason.ALGORITHM, response.username());
    }
    if (response.qop() == null) {
      return new Challenge(false, Reason.NO_QOP, response.username());
    }
    if (!response.qop().equalsIgnoreCase("auth")) {
      return rejected("qop is not auth");
    }
    String nc = response.nc();
    if (nc == null || nc.length() != 8 || !Hex.isHex(nc)) {
      return rejected("nc is not eight hex digits");
    }
    String cnonce = response.cnonce();
    if (cnonce == null) {
      return rejected("no cnonce");
    }
    if (response.response().length() != algorithm.hexLength() || !Hex.isHex(response.response())) {
      return rejected("response is not " + algorithm.hexLength() + " hex digits");
    }
    if (settings.uriMustMatch() && !namesRequestUri(response.uri(), request.requestUri())) {
      return rejected("uri is not the Request-URI");
    }
    return verify(request, response, algorithm, nc, cnonce);
  }

  private static Rejected rejected(String problem) {
    return new Rejected(BAD_REQUEST, "Bad Digest credentials: " + problem);
  }

  /**
   * Whether {@code uri} names the address of the Request-URI. URI parameters may differ: they do
   * not say who is called, clients leave them out, and proxies on the way add some. SIP.js writes
   * the Request-URI as its user typed it, but {@code uri} in lower case.
   */
  private static boolean namesRequestUri(String uri, String requestUri) {
    if (uri.equals(requestUri)) {
      return true;
    }
    SipUri claimed = SipUri.parse(uri);
    SipUri actual = SipUri.parse(requestUri);
    return claimed != null && actual != null && claimed.hasSameAddress(actual);
  }

  private DigestOutcome verify(
      DigestRequest request,
      DigestResponse response,
      DigestAlgorithm algorithm,
      String nc,
      String cnonce) {
    String user = response.username();
    Credentials found = store.find(user, settings.realm());
    // One HA1 is made for every user: the time tells neither who there is nor how they are kept.
    byte[] nobodys =
        found instanceof Credentials.OfPassword
            ? null
            : Digests.ofThisThread().ha1(algorithm, user, settings.realm(), nobodysPassword);
    byte[] known = found == null ? null : found.ha1(algorithm);
    byte[] expected =
        Digests.ofThisThread()
            .response(
                algorithm,
                known == null ? Objects.requireNonNull(nobodys) : known,
                response.nonce(),
                nc,
                cnonce,
                request.method(),
                response.uri());
    byte[] claimed =
        response.response().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(expected, claimed) || known == null) {
      return new Challenge(false, Reason.WRONG_CREDENTIALS, user);
    }
    long count = Hex.number(nc, 0, nc.length());
    return switch (nonces.use(response.nonce(), count, request.binding(), timers.millis())) {
      case FRESH -> new Authenticated(user, settings.realm(), algorithm);
      case FOREIGN -> new Challenge(true, Reason.FOREIGN_NONCE, user);
      case EXPIRED -> new Challenge(true, Reason.EXPIRED_NONCE, user);
      case REPLAYED -> new Challenge(true, Reason.REPLAY, user);
    };
  }
}
