package dev.tandem.gateway.config.user;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Secret;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Many users in one line: {@code u{0..19999}} is u0, u1, … u19999; {@code {0100..0199}} keeps the
 * leading zeros. They share a password. Costs no memory per user: each is made when asked for.
 */
public record UserRange(
    String before,
    int first,
    int last,
    int width,
    String after,
    @Nullable Secret password,
    @Nullable String displayName) {
  private static final Pattern WRITTEN =
      Pattern.compile("([^{}]*)\\{(\\d{1,9})\\.\\.(\\d{1,9})}([^{}]*)");

  public static boolean isRange(String user) {
    return user.contains("{") || user.contains("}");
  }

  public static UserRange of(String user, @Nullable Secret password, @Nullable String displayName) {
    Matcher matcher = WRITTEN.matcher(user);
    if (!matcher.matches()) {
      throw new ConfigException(
          "users[].user", "was \"" + user + "\", expected a range such as u{0..99} or {100..199}");
    }
    String first = matcher.group(2);
    String last = matcher.group(3);
    boolean padded = first.length() > 1 && first.startsWith("0");
    if (Integer.parseInt(first) > Integer.parseInt(last)
        || (padded && first.length() != last.length())) {
      throw new ConfigException(
          "users[].user",
          "was \"" + user + "\", expected the lower end first, both of one length if zeros lead");
    }
    UserRange range =
        new UserRange(
            matcher.group(1),
            Integer.parseInt(first),
            Integer.parseInt(last),
            padded ? first.length() : 0,
            matcher.group(4),
            password,
            displayName);
    // Its names must be as good as any user's; the record says what is wrong when not.
    range.at(range.first());
    return range;
  }

  /** The user of this name, or null when the name is not one of the range's. */
  @Nullable UserConfig find(String user) {
    int digits = user.length() - before.length() - after.length();
    if (digits < 1 || digits > 9 || !user.startsWith(before) || !user.endsWith(after)) {
      return null;
    }
    int number = 0;
    for (int i = before.length(); i < before.length() + digits; i++) {
      char c = user.charAt(i);
      if (c < '0' || c > '9') {
        return null;
      }
      number = number * 10 + (c - '0');
    }
    boolean leadingZero = digits > 1 && user.charAt(before.length()) == '0';
    boolean spelled = width > 0 ? digits == width : !leadingZero;
    return spelled && number >= first && number <= last
        ? new UserConfig(user, password, null, null, displayName)
        : null;
  }

  private UserConfig at(int number) {
    String digits = String.format(java.util.Locale.ROOT, "%0" + Math.max(1, width) + "d", number);
    return new UserConfig(before + digits + after, password, null, null, displayName);
  }

  @Override
  public String toString() {
    return before + "{" + first + ".." + last + "}" + after;
  }
}
