package dev.tandem.sip.message;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An address-of-record in the canonical form of RFC 3261 §10.3 step 5: user with its escapes
 * undone, case kept; host in lower case. Scheme, port, password and parameters are no part of it,
 * so that {@code sips:a@b} and {@code sip:a@b:5060} name the same user.
 */
public final class Aor {
  /** Up to here, three octets for each character and three characters for each octet fit. */
  private static final int LONG = SipUri.MAX_LENGTH / 9 - 64;

  private final String text;

  private Aor(String text) {
    this.text = text;
  }

  /**
   * The AOR of a user by name and domain.
   *
   * @param user not escaped, not empty, without control characters
   */
  public static Aor of(String user, String host) {
    if (user.isEmpty() || host.isEmpty() || hasControlCharacter(user)) {
      throw new IllegalArgumentException("not a user of a domain: " + user + "@" + host);
    }
    return new Aor(user + "@" + host.toLowerCase(Locale.ROOT));
  }

  /**
   * The AOR that a URI of To, From or a request names; null when it names no user, or one that does
   * not fit into a URI when it is escaped.
   */
  public static @Nullable Aor of(SipUri uri) {
    String raw = uri.user();
    if (raw == null) {
      return null;
    }
    String user = PercentEncoding.decode(raw);
    Aor aor = new Aor(user + "@" + uri.host());
    boolean isLong = user.length() > LONG && aor.uri().length() > SipUri.MAX_LENGTH;
    return isLong || hasControlCharacter(user) ? null : aor;
  }

  /** The AOR in the text of a URI; null when it is no SIP URI, or one without a user. */
  public static @Nullable Aor parse(String uri) {
    SipUri parsed = SipUri.parse(uri);
    return parsed == null ? null : of(parsed);
  }

  private static boolean hasControlCharacter(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** The user, not escaped. */
  public String user() {
    return text.substring(0, text.lastIndexOf('@'));
  }

  /** The host in lower case. */
  public String host() {
    return text.substring(text.lastIndexOf('@') + 1);
  }

  /** The AOR as a SIP URI, escaped where it must be. */
  public String uri() {
    return "sip:" + PercentEncoding.encodeUser(user()) + "@" + host();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Aor aor && text.equals(aor.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** {@code user@host}, not escaped: for logs. */
  @Override
  public String toString() {
    return text;
  }
}
