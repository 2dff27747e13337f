package dev.tandem.gateway.config.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.route.TrunkGroupConfig.EarlyMedia;
import dev.tandem.gateway.config.route.TrunkGroupConfig.FailoverConfig;
import dev.tandem.gateway.config.route.TrunkGroupConfig.Member;
import dev.tandem.gateway.config.route.TrunkGroupConfig.Strategy;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.ConfigException.Fault;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.HeaderRules;
import dev.tandem.gateway.config.value.NumberPattern;
import dev.tandem.gateway.config.value.NumberStep;
import dev.tandem.gateway.config.value.Texts;
import dev.tandem.gateway.config.value.TimeWindow;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows the keys of routing: rules, groups of trunks and of users, and what trunks may be asked.
 */
public final class RouteReader {
  private static final java.util.regex.Pattern GROUP = java.util.regex.Pattern.compile("\\$(\\d?)");

  private RouteReader() {}

  public static RoutingConfig routing(Section root) {
    List<RouteConfig> routes = new ArrayList<>();
    root.items(
        "routes",
        section -> {
          routes.add(route(section, routes.size() + 1));
          return section;
        });
    return new RoutingConfig(
        routes,
        root.items("trunkGroups", RouteReader::trunkGroup),
        root.items("userGroups", RouteReader::userGroup),
        root.section("emergency", RouteReader::emergency));
  }

  // Routes.

  private static RouteConfig route(Section section, int number) {
    String name = section.optional("name", Texts::name);
    List<NumberPattern> numbers = section.list("number", List.of(), NumberPattern::parse);
    Pattern regex = section.optional("regex", RouteReader::regex);
    RouteSource from = section.section("from", RouteReader::source);
    Map<String, Pattern> headers = new LinkedHashMap<>();
    section
        .entries("headers", RouteReader::regex)
        .forEach(entry -> headers.put(entry.getKey(), entry.getValue()));
    List<TimeWindow> times = section.items("times", RouteReader::time);
    boolean beforeUsers = section.value("beforeUsers", "false", Texts::flag);
    RouteAction action = action(section);
    RewriteConfig rewrite = section.section("rewrite", RouteReader::rewrite);
    boolean record = section.value("record", "false", Texts::flag);
    List<Fault> faults = new ArrayList<>();
    requireOne(section, List.of("number", "regex"), "such as number: 9*", faults);
    requireOne(section, List.of("trunk", "user", "refuse"), "such as trunk: pbx", faults);
    if (action instanceof RouteAction.ToUser toUser && toUser.isTemplate()) {
      requireGroups(
          section.pathOf("user"), regex == null ? Pattern.compile("") : regex, toUser.user());
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return new RouteConfig(
        name == null ? "#" + number : name,
        new RouteMatch(numbers, regex, from, headers, times),
        action,
        record ? rewrite.recorded() : rewrite,
        beforeUsers);
  }

  private static void requireOne(
      Section section, List<String> keys, String example, List<Fault> faults) {
    long given = keys.stream().filter(section::has).count();
    if (given != 1) {
      faults.add(
          new Fault(
              section.pathOf(keys.get(0)),
              (given == 0 ? "is missing" : "is not alone")
                  + ", expected one of "
                  + String.join(", ", keys)
                  + ", "
                  + example));
    }
  }

  private static RouteAction action(Section section) {
    String trunk = section.optional("trunk", Texts::name);
    String user = section.optional("user", RouteReader::user);
    RouteAction.Refuse refuse =
        section.section(
            "refuse",
            given ->
                new RouteAction.Refuse(
                    given.value("code", "403", Texts::integer),
                    given.value("reason", "Forbidden", Texts::oneLine)));
    return section.has("trunk")
        ? new RouteAction.ToTrunk(trunk == null ? "" : trunk)
        : section.has("user") ? new RouteAction.ToUser(user == null ? "" : user) : refuse;
  }

  private static RouteSource source(Section section) {
    return new RouteSource(
        section.list("users", List.of(), NumberPattern::parse),
        section.list("groups", List.of(), Texts::name),
        section.list("trunks", List.of(), Texts::name),
        section.list("addresses", List.of(), AddressRange::parse),
        section.list("callers", List.of(), NumberPattern::parse));
  }

  private static TimeWindow time(Section section) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    section.list("days", List.of("mon-sun"), TimeWindow::days).forEach(days::addAll);
    List<TimeWindow.Hours> hours = section.list("hours", List.of(), TimeWindow.Hours::parse);
    ZoneId zone = section.value("zone", "UTC", TimeWindow::zone);
    return new TimeWindow(days, hours, zone);
  }

  private static RewriteConfig rewrite(Section section) {
    List<NumberStep> number = steps(section, "number");
    record Caller(List<NumberStep> number, @Nullable String name) {}
    Caller caller =
        section.section(
            "caller",
            given -> new Caller(steps(given, "number"), given.optional("name", Texts::oneLine)));
    return new RewriteConfig(number, caller.number(), caller.name(), headers(section), false);
  }

  // Pieces that routes and trunks share.

  private static List<NumberStep> steps(Section section, String key) {
    return section.items(key, RouteReader::step);
  }

  private static NumberStep step(Section section) {
    String set = section.optional("set", RouteReader::number);
    Integer strip = section.optional("strip", Texts::integer);
    String prepend = section.optional("prepend", RouteReader::number);
    NumberStep.E164 e164 = section.section("e164", given -> e164(given, section.has("e164")));
    NumberStep.Replace replace = section.section("replace", RouteReader::replace);
    List<Fault> faults = new ArrayList<>();
    requireOne(
        section, List.of("set", "strip", "prepend", "e164", "replace"), "such as strip: 1", faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    if (set != null) {
      return new NumberStep.SetTo(set);
    }
    if (strip != null) {
      return new NumberStep.Strip(strip);
    }
    if (prepend != null) {
      return new NumberStep.Prepend(prepend);
    }
    return section.has("e164") ? e164 : replace;
  }

  private static NumberStep.E164 e164(Section section, boolean wanted) {
    String country = section.optional("country", RouteReader::country);
    NumberStep.E164 step =
        new NumberStep.E164(
            country == null ? "" : country,
            section.value("international", "00", RouteReader::digits),
            section.value("national", "0", RouteReader::digitsOrNone),
            section.value("minDigits", "6", Texts::integer));
    if (wanted && !section.has("country")) {
      throw new ConfigException(
          section.pathOf("country"), "is missing, expected a country code such as 49");
    }
    return step;
  }

  private static NumberStep.Replace replace(Section section) {
    NumberStep.Replace step =
        new NumberStep.Replace(
            section.value("regex", "", RouteReader::regex),
            section.value("with", "", RouteReader::template));
    requireGroups(section.pathOf("with"), step.regex(), step.with());
    return step;
  }

  /** A text may name only groups that the expression has. */
  private static void requireGroups(String key, Pattern regex, String with) {
    java.util.regex.Matcher named = GROUP.matcher(with);
    while (named.find()) {
      String group = named.group(1);
      if (group.isEmpty() || Integer.parseInt(group) > regex.groupCount()) {
        throw new ConfigException(
            key, "was \"" + with + "\", expected only groups of the regex, such as $1");
      }
    }
  }

  private static HeaderRules headers(Section above) {
    return above.section(
        "headers",
        section -> {
          List<String> keep = section.list("keep", List.of(), HeaderRules::name);
          List<String> remove = section.list("remove", List.of(), HeaderRules::name);
          Map<String, String> add = new LinkedHashMap<>();
          section
              .entries("add", HeaderRules::value)
              .forEach(entry -> add.put(entry.getKey(), entry.getValue()));
          for (String name : add.keySet()) {
            if (!HeaderRules.mayBeAdded(name)) {
              throw new ConfigException(
                  section.pathOf("add." + name),
                  "is a header that the gateway sets itself, or none; expected one such as X-Site");
            }
          }
          return new HeaderRules(section.has("keep") ? keep : null, remove, add);
        });
  }

  // Groups.

  private static TrunkGroupConfig trunkGroup(Section section) {
    String name = section.required("name", "carriers", Texts::name);
    Strategy strategy = section.value("strategy", "priority", RouteReader::strategy);
    List<Member> members = section.items("members", RouteReader::member);
    List<String> on =
        section.list(
            "failoverOn", List.of("408", "5xx", "timeout", "transport"), RouteReader::reason);
    Set<Integer> codes = new HashSet<>();
    for (String reason : on) {
      if (Character.isDigit(reason.charAt(0))) {
        codes.add(Integer.parseInt(reason.replace("xx", "")));
      }
    }
    return new TrunkGroupConfig(
        name,
        strategy,
        members,
        new FailoverConfig(
            codes,
            on.contains("timeout"),
            on.contains("transport"),
            section.value("tryTimeout", "3s", Durations::parse)),
        section.value("maxTries", "3", Texts::integer),
        section.value("earlyMedia", "pass", RouteReader::earlyMedia));
  }

  private static Member member(Section section) {
    return new Member(
        section.required("trunk", "carrier", Texts::name),
        section.value("priority", "1", Texts::integer),
        section.value("weight", "1", Texts::integer));
  }

  private static UserGroupConfig userGroup(Section section) {
    return new UserGroupConfig(
        section.required("name", "office", Texts::name),
        section.list("users", List.of(), NumberPattern::parse),
        limits(section),
        dial(section));
  }

  private static EmergencyConfig emergency(Section section) {
    return new EmergencyConfig(
        section.list("numbers", List.of(), NumberPattern::parse),
        section.value("bypassRights", "false", Texts::flag));
  }

  // Trunks.

  public static TrunkPolicy policy(Section section) {
    LimitConfig limits = limits(section);
    DialConfig dial = dial(section);
    record Plan(List<NumberStep> in, List<NumberStep> out) {}
    Plan plan =
        section.section("numbers", given -> new Plan(steps(given, "in"), steps(given, "out")));
    IdentityConfig identity =
        section.section(
            "identity",
            given ->
                new IdentityConfig(
                    given.value("trust", "in", RouteReader::trust),
                    given.value("send", "none", RouteReader::send),
                    given.value("caller", "from", RouteReader::caller)));
    return new TrunkPolicy(limits, dial, plan.in(), plan.out(), identity, headers(section));
  }

  private static LimitConfig limits(Section above) {
    return above.section(
        "limits",
        section ->
            new LimitConfig(
                section.value("calls", "0", Texts::integer),
                section.value("perSecond", "0", Texts::integer)));
  }

  private static DialConfig dial(Section section) {
    return new DialConfig(
        section.list("allow", List.of(), NumberPattern::parse),
        section.list("deny", List.of(), NumberPattern::parse));
  }

  // Small kinds of values.

  private static Pattern regex(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("a regular expression (RE2): " + e.getDescription(), e);
    }
  }

  private static String user(String text) {
    return matching("[A-Za-z0-9\\-_.!~*'()&=+$,;?/]+", text, "a user such as alice, or $1");
  }

  private static String number(String text) {
    return matching("[A-Za-z0-9+*#_.~-]+", text, "a number such as +4930123456");
  }

  private static String template(String text) {
    return matching("[A-Za-z0-9+*#_.~$-]*", text, "a number, in which $1 stands for a group");
  }

  private static String digits(String text) {
    return matching("\\d{1,5}", text, "digits such as 00");
  }

  private static String digitsOrNone(String text) {
    return text.equals("none") ? "" : matching("\\d{1,5}", text, "digits such as 0, or none");
  }

  private static String country(String text) {
    return matching("[1-9]\\d{0,2}", text, "a country code such as 49");
  }

  private static String reason(String text) {
    return matching(
        "[3456]\\d\\d|[456]xx|timeout|transport",
        text,
        "a status such as 503, 5xx, timeout or transport");
  }

  private static String matching(String regex, String text, String expected) {
    if (!text.matches(regex)) {
      throw new IllegalArgumentException(expected);
    }
    return text;
  }

  private static Strategy strategy(String text) {
    return word(Strategy.values(), text);
  }

  private static EarlyMedia earlyMedia(String text) {
    return word(EarlyMedia.values(), text);
  }

  private static IdentityConfig.Trust trust(String text) {
    return word(IdentityConfig.Trust.values(), text);
  }

  private static IdentityConfig.Send send(String text) {
    return word(IdentityConfig.Send.values(), text);
  }

  private static IdentityConfig.Caller caller(String text) {
    return word(IdentityConfig.Caller.values(), text);
  }

  private static <T extends Enum<T>> T word(T[] values, String text) {
    return Texts.oneOf(values, RouteReader::camel, text);
  }

  /** {@code ROUND_ROBIN} is written roundRobin. */
  static String camel(Enum<?> value) {
    String[] words = value.name().toLowerCase(java.util.Locale.ROOT).split("_", -1);
    StringBuilder text = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      text.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return text.toString();
  }
}
