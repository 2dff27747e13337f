package dev.tandem.gateway.config;

import java.util.regex.Pattern;

/**
 * Which dialled numbers are meant: {@code 112} is one number, {@code 9*} all that begin with 9,
 * {@code *} all.
 *
 * @param digits what the number is or begins with
 * @param prefix whether more may follow
 */
public record NumberPattern(String digits, boolean prefix) {
  private static final Pattern WRITTEN = Pattern.compile("\\+?\\d+\\*?|\\+?\\*");

  static NumberPattern parse(String text) {
    if (!WRITTEN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "digits, and a * at the end when more may follow, such as 112, 9* or +49*");
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
