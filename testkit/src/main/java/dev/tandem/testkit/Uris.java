package dev.tandem.testkit;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The little that a phone must read in a SIP URI. */
final class Uris {
  private static final Pattern LITERAL =
      Pattern.compile("sips?:(?:[^@;>]*@)?(\\d+\\.\\d+\\.\\d+\\.\\d+)(?::(\\d+))?(?:[;?].*)?");
  private static final Pattern USER = Pattern.compile("sips?:([^@;]*)@.*");

  private Uris() {}

  /** Where a URI with an IPv4 address says to send; null when it has a name. */
  static @Nullable InetSocketAddress literalAddress(String uri) {
    Matcher matcher = LITERAL.matcher(uri);
    if (!matcher.matches()) {
      return null;
    }
    String port = matcher.group(2);
    return new InetSocketAddress(matcher.group(1), port == null ? 5060 : Integer.parseInt(port));
  }

  /** Empty when there is none. */
  static String user(String uri) {
    Matcher matcher = USER.matcher(uri);
    return matcher.matches() ? matcher.group(1) : "";
  }
}
