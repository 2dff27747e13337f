package dev.tandem.sip.auth;

import dev.tandem.sip.auth.DigestParameters.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the challenges of one peer (RFC 3261 §22.2 and §22.3, RFC 8760 §2.4) for one user.
 *
 * <p>Of several challenges it takes the topmost whose algorithm it knows, and only one for the
 * realm that its password is for: the digest of a password, given to a stranger, is worth a
 * dictionary. It answers {@code qop=auth}, and the plain digest of RFC 2069 to a peer that offers
 * no qop.
 *
 * <p>It remembers the nonce it answered, so that later requests can carry credentials at once, with
 * a rising nonce count ({@link #authorization}). Thread-safe.
 */
public final class DigestClient {
  private static final SecureRandom random = new SecureRandom();

  private final String user;
  private final String password;
  private final @Nullable String expectedRealm;
  private final Supplier<String> cnonces;

  private @Nullable Session session;

  /**
   * A client without a session.
   *
   * @param realm the only realm to answer; null answers any, for peers whose realm nobody knows
   */
  public DigestClient(String user, String password, @Nullable String realm) {
    this(user, password, realm, DigestClient::randomCnonce);
  }

  DigestClient(String user, String password, @Nullable String realm, Supplier<String> cnonces) {
    if (user.chars().anyMatch(c -> c < ' ' || c == '"')) {
      throw new IllegalArgumentException("a user name cannot contain quotes or control characters");
    }
    this.user = user;
    this.password = password;
    this.expectedRealm = realm;
    this.cnonces = cnonces;
  }

  /**
   * The value for Authorization (after 401) or Proxy-Authorization (after 407), or null when none
   * of the challenges can be answered: an unknown algorithm or realm, or a password that was wrong.
   *
   * @param challenges the values of all WWW-Authenticate or Proxy-Authenticate headers, in order
   * @param uri the Request-URI as it will be sent
   * @param retried whether the challenged request carried an answer already; then only {@code
   *     stale=true} is a reason to answer again
   */
  public synchronized @Nullable String answer(
      List<String> challenges, String method, String uri, boolean retried) {
    for (String challenge : challenges) {
      Session candidate = read(challenge, retried);
      if (candidate != null) {
        session = candidate;
        return candidate.authorization(method, uri);
      }
    }
    return null;
  }

  /** Credentials for another request with the nonce answered last; null before the first answer. */
  public synchronized @Nullable String authorization(String method, String uri) {
    Session current = session;
    return current == null ? null : current.authorization(method, uri);
  }

  private @Nullable Session read(String challenge, boolean retried) {
    if (!DigestParameters.scheme(challenge).equalsIgnoreCase("Digest")) {
      return null;
    }
    try {
      DigestParameters parameters = DigestParameters.read(challenge);
      String token = parameters.get("algorithm");
      DigestAlgorithm algorithm = token == null ? DigestAlgorithm.MD5 : DigestAlgorithm.of(token);
      String realm = parameters.require("realm");
      String qop = parameters.get("qop");
      if (algorithm == null
          || (expectedRealm != null && !expectedRealm.equals(realm))
          || (qop != null && !offersAuth(qop))
          || (retried && !"true".equalsIgnoreCase(parameters.get("stale")))) {
        return null;
      }
      return new Session(
          algorithm, realm, parameters.require("nonce"), parameters.get("opaque"), qop != null);
    } catch (MalformedException e) {
      // One challenge that cannot be read leaves the others good (RFC 8760 §2.4).
      return null;
    }
  }

  private static boolean offersAuth(String qop) {
    return Arrays.asList(qop.toLowerCase(Locale.ROOT).split("[ ,\t]+")).contains("auth");
  }

  private static String randomCnonce() {
    byte[] octets = new byte[12];
    random.nextBytes(octets);
    return Hex.encode(octets, octets.length);
  }

  /** One nonce of the peer, and how often it was used. */
  private final class Session {
    private final DigestAlgorithm algorithm;
    private final String realm;
    private final String nonce;
    private final @Nullable String opaque;
    private final boolean withQop;
    private final byte[] ha1;
    private int count;

    Session(
        DigestAlgorithm algorithm,
        String realm,
        String nonce,
        @Nullable String opaque,
        boolean withQop) {
      this.algorithm = algorithm;
      this.realm = realm;
      this.nonce = nonce;
      this.opaque = opaque;
      this.withQop = withQop;
      this.ha1 = Digests.ofThisThread().ha1(algorithm, user, realm, password);
    }

    String authorization(String method, String uri) {
      String nc = withQop ? nextCount() : null;
      String cnonce = withQop ? cnonces.get() : "";
      byte[] response =
          Digests.ofThisThread().response(algorithm, ha1, nonce, nc, cnonce, method, uri);
      StringBuilder value = new StringBuilder(320).append("Digest ");
      append(value, "username", user).append(", ");
      append(value, "realm", realm).append(", ");
      append(value, "nonce", nonce).append(", ");
      append(value, "uri", uri).append(", ");
      append(value, "response", new String(response, StandardCharsets.US_ASCII));
      value.append(", algorithm=").append(algorithm.token());
      if (nc != null) {
        append(value.append(", "), "cnonce", cnonce).append(", qop=auth, nc=").append(nc);
      }
      if (opaque != null) {
        append(value.append(", "), "opaque", opaque);
      }
      return value.toString();
    }

    private String nextCount() {
      count++;
      byte[] octets = {
        (byte) (count >>> 24), (byte) (count >>> 16), (byte) (count >>> 8), (byte) count
      };
      return Hex.encode(octets, octets.length);
    }

    private StringBuilder append(StringBuilder out, String name, String value) {
      return out.append(name).append("=\"").append(value).append('"');
    }
  }
}
