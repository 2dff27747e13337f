package dev.tandem.sip.message;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@code sip:} or {@code sips:} URI (RFC 3261 §19.1) that keeps its text exactly as received.
 *
 * <p>Tolerant where peers are sloppy and nothing depends on it (characters of the user part, an
 * underscore in a host name), strict where two readers could disagree: one {@code @}, whole {@code
 * %HH} escapes, a port that is a port, no space, control character, quote or angle bracket.
 *
 * <p>Equality is that of the text; for the comparison of RFC 3261 §19.1.4, which is not transitive,
 * there is {@link #isEquivalentTo}.
 */
public final class SipUri {
  /** A URI longer than this is refused. */
  public static final int MAX_LENGTH = 2048;

  /** What {@link #port()} says when the URI names none. */
  public static final int NO_PORT = -1;

  /**
   * A parameter of these names that only one of two URIs has makes them differ; others are ignored
   * then. The list is in the rules of RFC 3261 §19.1.4, except transport, which is in its examples.
   */
  private static final Set<String> DECIDING = Set.of("user", "ttl", "method", "maddr", "transport");

  private final String text;
  private final boolean secure;
  private final @Nullable String userInfo;
  private final String host;
  private final int port;
  private final String parameters;
  private final String headers;

  private SipUri(
      String text,
      boolean secure,
      @Nullable String userInfo,
      String host,
      int port,
      String parameters,
      String headers) {
    this.text = text;
    this.secure = secure;
    this.userInfo = userInfo;
    this.host = host;
    this.port = port;
    this.parameters = parameters;
    this.headers = headers;
  }

  /** Reads a URI without surrounding space or brackets; null when it is no SIP or SIPS URI. */
  public static @Nullable SipUri parse(String text) {
    if (text.length() > MAX_LENGTH || !hasOnlyUriCharacters(text)) {
      return null;
    }
    boolean secure = text.regionMatches(true, 0, "sips:", 0, 5);
    if (!secure && !text.regionMatches(true, 0, "sip:", 0, 4)) {
      return null;
    }
    int from = secure ? 5 : 4;
    int at = text.indexOf('@', from);
    if (at >= 0 && text.indexOf('@', at + 1) >= 0) {
      return null;
    }
    String userInfo = at < 0 ? null : text.substring(from, at);
    if (userInfo != null && !isUserInfo(userInfo)) {
      return null;
    }
    int hostFrom = at < 0 ? from : at + 1;
    int question = indexOrEnd(text, '?', hostFrom);
    int semicolon = Math.min(indexOrEnd(text, ';', hostFrom), question);
    int hostTo = hostEnd(text, hostFrom, semicolon);
    if (hostTo < 0) {
      return null;
    }
    int port = NO_PORT;
    if (hostTo < semicolon) {
      port = port(text, hostTo + 1, semicolon);
      if (port < 0) {
        return null;
      }
    }
    return new SipUri(
        text,
        secure,
        userInfo,
        text.substring(hostFrom, hostTo).toLowerCase(Locale.ROOT),
        port,
        text.substring(semicolon, question),
        question < text.length() ? text.substring(question + 1) : "");
  }

  /**
   * Where JAIN-SIP meets a character that no user has, it takes what is before for the host. So a
   * user has odd characters, or what may stand behind a host, not both.
   */
  private static boolean isUserInfo(String text) {
    int colon = text.indexOf(':');
    if (text.isEmpty() || colon == 0) {
      return false;
    }
    boolean odd = false;
    boolean hostLike = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean reserved = ":;?/#,&=$".indexOf(c) >= 0;
      boolean afterPassword = colon >= 0 && i > colon && ":;?/#".indexOf(c) >= 0;
      hostLike |= reserved;
      odd |= afterPassword || (!reserved && !PercentEncoding.mayStandInUser(c) && c != '%');
    }
    return !odd || !hostLike;
  }

  private static boolean hasOnlyUriCharacters(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"' || c == '\\') {
        return false;
      }
    }
    return PercentEncoding.isWellFormed(text);
  }

  /** Where the host that begins at {@code from} ends: at a colon or at {@code to}; or negative. */
  private static int hostEnd(String text, int from, int to) {
    int end;
    if (from < to && text.charAt(from) == '[') {
      end = text.indexOf(']', from) + 1;
      if (end <= from + 2 || end > to) {
        return -1;
      }
      for (int i = from + 1; i < end - 1; i++) {
        char c = text.charAt(i);
        if (c >= 0x80 || (Character.digit(c, 16) < 0 && c != ':' && c != '.')) {
          return -1;
        }
      }
    } else {
      end = from;
      while (end < to && isHostCharacter(text.charAt(end))) {
        end++;
      }
      if (end == from) {
        return -1;
      }
    }
    return end == to || text.charAt(end) == ':' ? end : -1;
  }

  private static boolean isHostCharacter(char c) {
    return PercentEncoding.isAlphanumeric(c) || c == '.' || c == '-' || c == '_';
  }

  private static int port(String text, int from, int to) {
    if (to == from || to - from > 5) {
      return -1;
    }
    int port = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      port = port * 10 + (c - '0');
    }
    return port <= 0xffff ? port : -1;
  }

  private static int indexOrEnd(String text, char c, int from) {
    int index = text.indexOf(c, from);
    return index < 0 ? text.length() : index;
  }

  /** Whether the scheme is {@code sips}. */
  public boolean isSecure() {
    return secure;
  }

  /** The user part as written, escapes included and without a password; null when there is none. */
  public @Nullable String user() {
    int colon = userInfo == null ? -1 : userInfo.indexOf(':');
    return userInfo == null || colon < 0 ? userInfo : userInfo.substring(0, colon);
  }

  /** The host in lower case; an IPv6 address keeps its brackets. */
  public String host() {
    return host;
  }

  /** The port, or {@link #NO_PORT}. */
  public int port() {
    return port;
  }

  /**
   * The value of a URI parameter as written, "" for one without a value, null for one that is not
   * there. The name is case-insensitive; of several the first counts.
   */
  public @Nullable String parameter(String name) {
    int at = 0;
    while (at < parameters.length()) {
      int end = indexOrEnd(parameters, ';', at + 1);
      int equals = Math.min(indexOrEnd(parameters, '=', at + 1), end);
      if (equals - at - 1 == name.length()
          && parameters.regionMatches(true, at + 1, name, 0, name.length())) {
        return equals == end ? "" : parameters.substring(equals + 1, end);
      }
      at = end;
    }
    return null;
  }

  /** Whether headers follow, behind a question mark (RFC 3261 §19.1.1). */
  public boolean hasHeaders() {
    return !headers.isEmpty();
  }

  /** The URI comparison of RFC 3261 §19.1.4: symmetric, but not transitive. */
  public boolean isEquivalentTo(SipUri other) {
    return text.equals(other.text)
        || (hasSameAddress(other)
            && parametersMatch(other)
            && assignments(headers, '&').equals(assignments(other.headers, '&')));
  }

  /** Whether scheme, user, password, host and port agree, whatever the parameters and headers. */
  public boolean hasSameAddress(SipUri other) {
    return secure == other.secure
        && port == other.port
        && host.equals(other.host)
        && userInfoMatches(other);
  }

  private boolean userInfoMatches(SipUri other) {
    if (userInfo == null || other.userInfo == null) {
      return userInfo == null && other.userInfo == null;
    }
    return userInfo.equals(other.userInfo)
        || PercentEncoding.normalise(userInfo).equals(PercentEncoding.normalise(other.userInfo));
  }

  private boolean parametersMatch(SipUri other) {
    if (parameters.equalsIgnoreCase(other.parameters)) {
      return true;
    }
    Map<String, String> ours = assignments(parameters, ';');
    Map<String, String> theirs = assignments(other.parameters, ';');
    for (Map.Entry<String, String> entry : ours.entrySet()) {
      String value = theirs.remove(entry.getKey());
      if (value == null ? DECIDING.contains(entry.getKey()) : !value.equals(entry.getValue())) {
        return false;
      }
    }
    return theirs.keySet().stream().noneMatch(DECIDING::contains);
  }

  /** Names and values without regard to case, order and needless escapes; the first of a name. */
  private static Map<String, String> assignments(String text, char separator) {
    Map<String, String> result = new TreeMap<>();
    for (int at = 0; at < text.length(); ) {
      int end = indexOrEnd(text, separator, at);
      int equals = Math.min(indexOrEnd(text, '=', at), end);
      if (end > at) {
        result.putIfAbsent(
            folded(text.substring(at, equals)),
            folded(text.substring(Math.min(equals + 1, end), end)));
      }
      at = end + 1;
    }
    return result;
  }

  private static String folded(String text) {
    return PercentEncoding.normalise(text).toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SipUri uri && text.equals(uri.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The URI exactly as it was received. */
  @Override
  public String toString() {
    return text;
  }
}
