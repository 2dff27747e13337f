package dev.tandem.sip.auth;

import dev.tandem.sip.auth.DigestParameters.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the challenges of one peer (RFC 3261 §22.2 and §22.3, RFC 7616, RFC 8760) for one user.
 *
 * <p>Of several challenges it takes the strongest that it can answer, and only of the realm that
 * its credentials are for; where none is configured, the first realm that asks stays the only one.
 * It answers {@code qop=auth}, and the plain digest of RFC 2069 to a peer that offers no qop.
 *
 * <p>A nonce is used for later requests too, with a rising count, until the peer gives another. A
 * peer may have REGISTER and the rest answered by different machines, and as server or as proxy: a
 * nonce for each of these is kept. Thread-safe.
 */
public final class DigestClient {
  private static final SecureRandom random = new SecureRandom();
  private static final String SESSION_SUFFIX = "-sess";

  /** As what somebody challenges, which names the headers. */
  public enum Challenger {
    SERVER("WWW-Authenticate", "Authorization"),
    PROXY("Proxy-Authenticate", "Proxy-Authorization");

    private final String challenge;
    private final String answer;

    Challenger(String challenge, String answer) {
      this.challenge = challenge;
      this.answer = answer;
    }

    /** The header of its challenges. */
    public String challengeHeader() {
      return challenge;
    }

    /** The header of our answers. */
    public String answerHeader() {
      return answer;
    }
  }

  /** What is to be said of the challenges in a response. */
  public enum Verdict {
    /** There is a new nonce: {@link #answers} uses it. */
    ANSWERABLE,
    /** The realm is ours, and it does not believe us. */
    WRONG_CREDENTIALS,
    /** Only strangers ask. */
    OTHER_REALM,
    /** No digest, or none of an algorithm and a qop that we know. */
    NOT_UNDERSTOOD
  }

  /** A header of ours. */
  public record Answer(String header, String value) {}

  private record Use(Challenger challenger, boolean registers) {
    static Use of(Challenger challenger, String method) {
      return new Use(challenger, method.equals("REGISTER"));
    }
  }

  private final ClientCredentials credentials;
  private final Supplier<String> cnonces;
  private final Map<Use, Session> sessions = new HashMap<>(4);
  private @Nullable String realm;

  public DigestClient(ClientCredentials credentials) {
    this(credentials, DigestClient::randomCnonce);
  }

  DigestClient(ClientCredentials credentials, Supplier<String> cnonces) {
    this.credentials = credentials;
    this.cnonces = cnonces;
    this.realm = credentials.realm();
  }

  /** The realm that is answered; null before the first challenge, if none is configured. */
  public synchronized @Nullable String realm() {
    return realm;
  }

  /**
   * Reads the challenges of one response.
   *
   * @param challenges the header values, in order
   * @param onlyStale whether this very request carried the answer to a challenge already; then only
   *     {@code stale=true} is a reason to answer again, and anything else means a wrong password
   */
  public synchronized Verdict learn(
      Challenger challenger, String method, List<String> challenges, boolean onlyStale) {
    Verdict verdict = Verdict.NOT_UNDERSTOOD;
    Challenge best = null;
    for (String value : challenges) {
      Challenge read = read(value);
      if (read == null) {
        continue;
      }
      String expected = realm == null && best != null ? best.realm() : realm;
      if (expected != null && !expected.equals(read.realm())) {
        verdict = verdict == Verdict.NOT_UNDERSTOOD ? Verdict.OTHER_REALM : verdict;
      } else if (onlyStale && !read.stale()) {
        verdict = Verdict.WRONG_CREDENTIALS;
      } else if (best == null || read.algorithm().compareTo(best.algorithm()) > 0) {
        best = read;
      }
    }
    if (best == null) {
      return verdict;
    }
    realm = best.realm();
    Challenge taken = best;
    sessions.compute(
        Use.of(challenger, method),
        (use, before) ->
            before != null && before.isFor(taken) ? before : new Session(taken, ha1(taken)));
    return Verdict.ANSWERABLE;
  }

  private byte[] ha1(Challenge challenge) {
    byte[] ha1 = credentials.ha1(challenge.algorithm(), challenge.realm());
    if (ha1 == null) {
      throw new IllegalStateException("a challenge that cannot be answered was taken");
    }
    return ha1;
  }

  /** Credentials for a request, with the nonces learnt last; none before the first challenge. */
  public synchronized List<Answer> answers(String method, String uri) {
    List<Answer> answers = new ArrayList<>(1);
    for (Challenger challenger : Challenger.values()) {
      Session session = sessions.get(Use.of(challenger, method));
      if (session != null) {
        answers.add(new Answer(challenger.answerHeader(), session.authorization(method, uri)));
      }
    }
    return answers;
  }

  /** One that can be read and answered. */
  private record Challenge(
      DigestAlgorithm algorithm,
      boolean session,
      String realm,
      String nonce,
      @Nullable String opaque,
      boolean withQop,
      boolean stale) {}

  private @Nullable Challenge read(String value) {
    if (!DigestParameters.scheme(value).equalsIgnoreCase("Digest")) {
      return null;
    }
    try {
      DigestParameters parameters = DigestParameters.read(value);
      String token = parameters.get("algorithm");
      boolean session = token != null && token.toLowerCase(Locale.ROOT).endsWith(SESSION_SUFFIX);
      String plain =
          token == null || !session
              ? token
              : token.substring(0, token.length() - SESSION_SUFFIX.length());
      DigestAlgorithm algorithm = plain == null ? DigestAlgorithm.MD5 : DigestAlgorithm.of(plain);
      String from = parameters.require("realm");
      String qop = parameters.get("qop");
      if (algorithm == null
          || (qop != null && !offersAuth(qop))
          || (qop == null && session)
          || credentials.ha1(algorithm, from) == null) {
        return null;
      }
      return new Challenge(
          algorithm,
          session,
          from,
          parameters.require("nonce"),
          parameters.get("opaque"),
          qop != null,
          "true".equalsIgnoreCase(parameters.get("stale")));
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
    private final Challenge challenge;
    private final byte[] ha1;
    private final @Nullable String cnonce; // of the whole session, for the -sess algorithms
    private int count;

    Session(Challenge challenge, byte[] ha1) {
      this.challenge = challenge;
      this.cnonce = challenge.session() ? cnonces.get() : null;
      this.ha1 =
          cnonce == null
              ? ha1
              : Digests.ofThisThread()
                  .sessionHa1(challenge.algorithm(), ha1, challenge.nonce(), cnonce);
    }

    /** The peer may give a nonce twice: then its count goes on. */
    boolean isFor(Challenge other) {
      return challenge.nonce().equals(other.nonce())
          && challenge.algorithm() == other.algorithm()
          && challenge.session() == other.session()
          && challenge.withQop() == other.withQop();
    }

    String authorization(String method, String uri) {
      DigestAlgorithm algorithm = challenge.algorithm();
      String nc = challenge.withQop() ? nextCount() : null;
      String fresh = nc == null ? "" : cnonce == null ? cnonces.get() : cnonce;
      byte[] response =
          Digests.ofThisThread()
              .response(algorithm, ha1, challenge.nonce(), nc, fresh, method, uri);
      StringBuilder value = new StringBuilder(320).append("Digest ");
      append(value, "username", credentials.user()).append(", ");
      append(value, "realm", challenge.realm()).append(", ");
      append(value, "nonce", challenge.nonce()).append(", ");
      append(value, "uri", uri).append(", ");
      append(value, "response", new String(response, StandardCharsets.US_ASCII));
      value.append(", algorithm=").append(algorithm.token());
      if (challenge.session()) {
        value.append(SESSION_SUFFIX);
      }
      if (nc != null) {
        append(value.append(", "), "cnonce", fresh).append(", qop=auth, nc=").append(nc);
      }
      String opaque = challenge.opaque();
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
