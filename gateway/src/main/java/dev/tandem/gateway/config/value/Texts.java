package dev.tandem.gateway.config.value;

import dev.tandem.sip.transport.Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/** Small kinds of values, from text. Each refusal says what was expected. */
public final class Texts {
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+]");
  private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9._~/-]*");
  private static final Pattern ORIGIN =
      Pattern.compile(
          "\\*|null|[a-z][a-z0-9+.-]*://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:(\\d{1,5}|\\*))?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  private Texts() {}

  public static int integer(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("a whole number");
    }
    return Integer.parseInt(text);
  }

  public static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> throw new IllegalArgumentException("true or false");
    };
  }

  public static String host(String text) {
    return matching(HOST, text, "a host name or an IP address").toLowerCase(Locale.ROOT);
  }

  public static String path(String text) {
    return matching(PATH, text, "a path such as /ws");
  }

  public static String origin(String text) {
    return matching(ORIGIN, text, "an origin such as https://phone.example or http://localhost:*");
  }

  public static String name(String text) {
    return matching(NAME, text, "a name of letters, digits, '-', '_' and '.'");
  }

  public static String stun(String text) {
    return matching(Pattern.compile("stuns?:\\S+"), text, "a STUN server such as stun:host:3478");
  }

  public static String turn(String text) {
    return matching(
        Pattern.compile("turns?:\\S+"), text, "a TURN server such as turn:host:3478?transport=udp");
  }

  /** An https address, or an http one on this machine. */
  public static URI httpsUri(String text) {
    try {
      URI uri = new URI(text);
      String host = uri.getHost();
      boolean here = "localhost".equals(host) || "127.0.0.1".equals(host) || "[::1]".equals(host);
      if (host != null
          && ("https".equals(uri.getScheme()) || (here && "http".equals(uri.getScheme())))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new IllegalArgumentException("an https address, such as https://id.example/jwks.json");
  }

  public static String route(String text) {
    return "<"
        + matching(
            Pattern.compile("sips?:[^\\s<>\"]+;lr"), text, "a route such as sip:edge.example;lr")
        + ">";
  }

  public static String oneLine(String text) {
    return matching(Pattern.compile("[^\\p{Cntrl}\"\\\\]*"), text, "one line without quotes");
  }

  public static Optional<Duration> durationOrNone(String text) {
    if (text.equals("none")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Durations.parse(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Durations.EXPECTED + ", or none", e);
    }
  }

  static Transport transport(String text) {
    Transport[] sockets = {Transport.UDP, Transport.TCP, Transport.TLS};
    return oneOf(sockets, transport -> transport.name().toLowerCase(Locale.ROOT), text);
  }

  /** Empty when DNS is to say which. */
  public static Optional<Transport> transportOrAuto(String text) {
    if (text.equalsIgnoreCase("auto")) {
      return Optional.empty();
    }
    try {
      return Optional.of(transport(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("one of udp, tcp, tls, auto", e);
    }
  }

  /** The user part of a SIP URI, as it is written there. */
  public static String userPart(String text) {
    return matching(
        Pattern.compile("(?:[A-Za-z0-9\\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2})+"),
        text,
        "the user of a SIP address, such as 4930123456 or +4930123456");
  }

  /** One of an enum's constants, in lower case and with '-' for '_'. */
  public static <T extends Enum<T>> T word(Class<T> words, String text) {
    T[] values = words.getEnumConstants();
    return oneOf(values, value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'), text);
  }

  public static Level level(String text) {
    return oneOf(Level.values(), level -> level.name().toLowerCase(Locale.ROOT), text);
  }

  public static <T> T oneOf(T[] values, java.util.function.Function<T, String> word, String text) {
    return Arrays.stream(values)
        .filter(value -> word.apply(value).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "one of " + Arrays.stream(values).map(word).collect(Collectors.joining(", "))));
  }

  private static String matching(Pattern pattern, String text, String expected) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException(expected);
    }
    return text;
  }
}
