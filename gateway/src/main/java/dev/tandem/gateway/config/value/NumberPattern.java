package dev.tandem.gateway.config.value;

import java.util.regex.Pattern;

/**
 * Which dialled numbers or users are meant: {@code 112} is one, {@code 9*} all that begin with 9,
 * {@code *} all.
 *
 * @param digits what the number is or begins with
 * @param prefix whether more may follow
 */
public record NumberPattern(String digits, boolean prefix) {
  private static final Pattern WRITTEN = Pattern.compile("[A-Za-z0-9+_.~#-]+\\*?|\\*");

  public static NumberPattern parse(String text) {
    if (!WRITTEN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a number or user, and a * at the end when more may follow, such as 112, 9*, +49* or"
              + " sales");
    }
    boolean prefix = text.endsWith("*");
    return new NumberPattern(prefix ? text.substring(0, text.length() - 1) : text, prefix);
  }

  public boolean matches(String number) {
    return prefix ? number.startsWith(digits) : number.equals(digits);
  }

  @Override
  public String toString() {
    return prefix ? digits + "*" : digits;
  }
}
