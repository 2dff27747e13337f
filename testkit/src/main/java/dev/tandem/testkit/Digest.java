package dev.tandem.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The client's side of HTTP digest (RFC 7616, RFC 8760): MD5 and SHA-256, qop=auth or none. */
public final class Digest {
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|[^,\\s]+)");

  private Digest() {}

  /** A WWW-Authenticate or Proxy-Authenticate value. */
  public record Challenge(Map<String, String> parameters) {
    /** Reads one challenge; throws AssertionError when it is not Digest. */
    public static Challenge parse(String value) {
      if (!value.regionMatches(true, 0, "Digest ", 0, 7)) {
        throw new AssertionError("not a digest challenge: " + value);
      }
      Map<String, String> parameters = new LinkedHashMap<>();
      Matcher matcher = PARAMETER.matcher(value.substring(7));
      while (matcher.find()) {
        parameters.put(
            matcher.group(1).toLowerCase(Locale.ROOT), SipText.unquote(matcher.group(2)));
      }
      return new Challenge(parameters);
    }

    public @Nullable String find(String name) {
      return parameters.get(name);
    }

    public String get(String name) {
      String value = find(name);
      if (value == null) {
        throw new AssertionError("no " + name + " in the challenge " + parameters);
      }
      return value;
    }

    public String algorithm() {
      return parameters.getOrDefault("algorithm", "MD5");
    }

    public boolean isStale() {
      return "true".equalsIgnoreCase(find("stale"));
    }

    boolean offersAuth() {
      String qop = find("qop");
      return qop != null && List.of(qop.split("\\s*,\\s*", -1)).contains("auth");
    }
  }

  /**
   * The request-digest of RFC 7616 §3.4.1.
   *
   * @param nc eight hex digits; without qop, null
   */
  public static String response(
      Challenge challenge,
      String user,
      String password,
      String method,
      String uri,
      @Nullable String nc,
      String cnonce) {
    String algorithm = challenge.algorithm();
    String ha1 = hash(algorithm, user + ":" + challenge.get("realm") + ":" + password);
    String ha2 = hash(algorithm, method + ":" + uri);
    String nonce = challenge.get("nonce");
    return nc == null
        ? hash(algorithm, ha1 + ":" + nonce + ":" + ha2)
        : hash(algorithm, ha1 + ":" + nonce + ":" + nc + ":" + cnonce + ":auth:" + ha2);
  }

  /** An Authorization or Proxy-Authorization value, in the order that SIP.js and JsSIP write. */
  public static String authorization(
      Challenge challenge, String user, String password, String method, String uri, int nonceUse) {
    String cnonce = SipText.token(12);
    String nc = challenge.offersAuth() ? String.format(Locale.ROOT, "%08x", nonceUse) : null;
    StringBuilder value =
        new StringBuilder("Digest algorithm=" + challenge.algorithm())
            .append(", username=\"" + user + "\"")
            .append(", realm=\"" + challenge.get("realm") + "\"")
            .append(", nonce=\"" + challenge.get("nonce") + "\"")
            .append(", uri=\"" + uri + "\"")
            .append(", response=\"")
            .append(response(challenge, user, password, method, uri, nc, cnonce))
            .append("\"");
    String opaque = challenge.find("opaque");
    if (opaque != null) {
      value.append(", opaque=\"" + opaque + "\"");
    }
    if (nc != null) {
      value.append(", qop=auth, cnonce=\"" + cnonce + "\", nc=" + nc);
    }
    return value.toString();
  }

  private static String hash(String algorithm, String text) {
    try {
      byte[] hash = MessageDigest.getInstance(algorithm).digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("a challenge with an algorithm nobody has: " + algorithm, e);
    }
  }
}
