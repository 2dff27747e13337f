package dev.tandem.gateway.config.value;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits {@code host:port}, {@code [v6]:port} and {@code :port}; asks no DNS. */
public record HostPort(String host, int port) {
  private static final Pattern WRITTEN =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+(?:%[\\w.-]+)?)]|([\\w.-]*))(?::(\\d{1,5}))?");

  /**
   * Reads one.
   *
   * @param defaultPort what a missing port means; -1 when one must be there
   * @param expected the end of the message when the text is something else
   */
  public static HostPort parse(String text, int defaultPort, int leastPort, String expected) {
    Matcher matcher = WRITTEN.matcher(text);
    if (matcher.matches()) {
      String host = matcher.group(1) != null ? "[" + matcher.group(1) + "]" : matcher.group(2);
      int port = matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : defaultPort;
      if (port >= leastPort && port <= 65535 && host != null) {
        return new HostPort(host, port);
      }
    }
    throw new IllegalArgumentException(expected);
  }
}
