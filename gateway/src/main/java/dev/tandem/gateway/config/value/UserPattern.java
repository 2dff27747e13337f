package dev.tandem.gateway.config.value;

import java.util.regex.Pattern;

/**
 * Which users are meant: {@code alice} is one, {@code 60*} all whose names begin with 60, {@code *}
 * everybody.
 *
 * @param name what the name is or begins with, as it is without escapes
 * @param prefix whether more may follow
 */
public record UserPattern(String name, boolean prefix) {
  private static final Pattern WRITTEN = Pattern.compile("[A-Za-z0-9\\-_.!~'()&=+$,;?/]*\\*?");

  public static UserPattern parse(String text) {
    if (text.isEmpty() || !WRITTEN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a user, with a * at the end when more may follow, such as alice, 60* or *");
    }
    boolean prefix = text.endsWith("*");
    return new UserPattern(prefix ? text.substring(0, text.length() - 1) : text, prefix);
  }

  public boolean matches(String user) {
    return prefix ? user.startsWith(name) : user.equals(name);
  }

  @Override
  public String toString() {
    return prefix ? name + "*" : name;
  }
}
