package dev.tandem.gateway.token;

import org.jspecify.annotations.Nullable;

/** Finds the token in what a client sends. */
public final class BearerTokens {
  private static final String SUB_PROTOCOL = "bearer.";

  private BearerTokens() {}

  /**
   * The token of an Authorization value: {@code Bearer} (RFC 6750, RFC 8898), or {@code JWT}, which
   * JsSIP's documentation writes. Null for another scheme.
   */
  public static @Nullable String ofAuthorization(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    int space = text.indexOf(' ');
    if (space < 0) {
      return null;
    }
    String scheme = text.substring(0, space);
    return scheme.equalsIgnoreCase("Bearer") || scheme.equalsIgnoreCase("JWT")
        ? text.substring(space + 1).strip()
        : null;
  }

  /** The token of a WebSocket sub-protocol, such as {@code bearer.eyJ...}; null for another. */
  static @Nullable String ofSubProtocol(String name) {
    return name.startsWith(SUB_PROTOCOL) ? name.substring(SUB_PROTOCOL.length()) : null;
  }
}
