package dev.tandem.gateway.ladder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.SipText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Headers that a hostile client writes, made by lot, and how to see whether one of them is in what
 * a trunk got. Not thread-safe.
 */
final class Forgeries {
  /** Stands in every forged value, and nowhere else. */
  static final String CANARY = "f0rged";

  /**
   * What trunks believe, and what steers a request; in its short form, too, where it has one. Not
   * Via: who adds one hears no answer any more, as RFC 3261 §8.1.3.3 has it.
   */
  static final List<String> TRUSTED =
      List.of(
          "P-Asserted-Identity",
          "P-Preferred-Identity",
          "Remote-Party-ID",
          "Diversion",
          "History-Info",
          "P-Charging-Vector",
          "P-Charging-Function-Addresses",
          "P-Access-Network-Info",
          "P-Called-Party-ID",
          "P-Visited-Network-ID",
          "P-Asserted-Service",
          "P-Served-User",
          "Privacy",
          "Identity",
          "y",
          "Identity-Info",
          "Record-Route",
          "Route",
          "Path",
          "Service-Route",
          "Referred-By",
          "b",
          "Contact",
          "m",
          "Proxy-Authorization",
          "Authorization",
          "Server",
          "Alert-Info",
          "Call-Info",
          "Reply-To",
          "Organization",
          "Geolocation",
          "Resource-Priority",
          "X-Internal",
          "X-Tandem-Cause",
          "Warning");

  /** What crosses a call because it is for the person at the other end, and proves nothing. */
  private static final Set<String> MAY_CROSS =
      Set.of("alert-info", "call-info", "organization", "subject", "warning", "x-a");

  /** Compact forms of what is forged. */
  private static final List<String> COMPACT = List.of("y=identity", "b=referred-by", "m=contact");

  /** A trunk that is told who calls, so that there is something to forge. */
  private static final String PROVING =
      "largeRequests: udp, identity: {send: asserted}, headers: {remove: [X-Internal]},";

  /** Line ends and what some reader takes for one. */
  private static final List<String> ENDS =
      List.of("\r\n ", "\r\n\t", "\r", "\n ", "\n", "\r\n", "\r\r\n ", "\0", "\u2028", "\u0085");

  private final Random random;

  Forgeries(long seed) {
    random = new Random(seed);
  }

  /** The configuration with a carrier to whom callers are proved. */
  static String proving(String yaml) {
    return yaml.replace("largeRequests: udp,", PROVING);
  }

  /** Puts one to four of them somewhere into a message; says which. */
  List<String> into(SipText message, Predicate<String> wanted) {
    List<String> forged = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      String trusted = TRUSTED.get(random.nextInt(TRUSTED.size()));
      if (wanted.test(trusted)) {
        SipText.Line line = line(trusted);
        List<SipText.Line> lines = message.lines();
        // Behind the first, or the top Via would not be the top one.
        String after = lines.get(1 + random.nextInt(lines.size() - 1)).name();
        forged.add(line.name() + ": " + line.value());
        message.addAfter(after, line.name(), line.value());
      }
    }
    return forged;
  }

  List<String> into(SipText message) {
    return into(message, any -> true);
  }

  private SipText.Line line(String trusted) {
    String end = ENDS.get(random.nextInt(ENDS.size()));
    return switch (random.nextInt(12)) {
      case 0, 1 -> new SipText.Line(harmless(), "a" + end + spelled(trusted) + ": " + bare());
      case 2 -> new SipText.Line(harmless(), "a, " + spelled(trusted) + ": " + value());
      case 3 -> new SipText.Line(harmless() + end + spelled(trusted), value());
      case 4, 5 -> new SipText.Line(spelled(trusted), value() + "," + end + bare());
      default -> new SipText.Line(spelled(trusted), value());
    };
  }

  private String harmless() {
    return List.of("Subject", "X-A", "Call-Info", "Organization").get(random.nextInt(4));
  }

  /** In another case, with blanks before the colon, or what some take for one. */
  String spelled(String name) {
    StringBuilder spelled = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      spelled.append(random.nextInt(4) == 0 ? flipped(c) : c);
    }
    return spelled
        + List.of("", "", " ", "\t", "  \t", "\0", "\u00a0", "\u200b").get(random.nextInt(8));
  }

  private static char flipped(char c) {
    return Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c);
  }

  String value() {
    return (random.nextInt(3) == 0 ? "\r\n " : "") + bare();
  }

  /** Behind a line end another would end the headers. */
  private String bare() {
    return List.of(
            "<sip:" + CANARY + "@bank.test>",
            "\"" + CANARY + "\" <sip:+1900@bank.test>",
            "<tel:+1900>;x=" + CANARY,
            "<sip:" + CANARY + ".test;lr>",
            "Digest username=\"" + CANARY + "\"",
            CANARY)
        .get(random.nextInt(6));
  }

  /** The names of headers with a forged value that may not have crossed. */
  static Set<String> forgedIn(SipText got) {
    return got.lines().stream()
        .filter(line -> line.value().contains(CANARY) || line.name().contains(CANARY))
        .map(line -> canonical(line.name()))
        .filter(name -> !mayCross(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * With which names the lines of a header section begin, and how often each: what crosses for
   * people left out. A line ends where the most careless reader has it end.
   */
  static Map<String, Integer> lineStarts(SipText got) {
    Map<String, Integer> starts = new TreeMap<>();
    String[] lines = new String(got.receivedHead(), ISO_8859_1).split("\r\n|\r|\n", -1);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String name = canonical(colon < 0 ? "no header: " + lines[i] : lines[i].substring(0, colon));
      if (!mayCross(name)) {
        starts.merge(name, 1, Integer::sum);
      }
    }
    return starts;
  }

  /** It says what an honest one says, and nothing that was forged. */
  static void isAsHonest(SipText got, Map<String, Integer> honest, List<String> forged) {
    assertThat(forgedIn(got)).as("%s made of %s", got, forged).isEmpty();
    assertThat(lineStarts(got)).as("%s made of %s", got, forged).isEqualTo(honest);
  }

  private static boolean mayCross(String name) {
    return MAY_CROSS.contains(name);
  }

  private static String canonical(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    return COMPACT.stream()
        .filter(pair -> pair.startsWith(lower + "="))
        .map(pair -> pair.substring(2))
        .findAny()
        .orElse(lower);
  }
}
