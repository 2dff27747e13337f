package dev.tandem.gateway.config.value;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** One step of rewriting a number. A step that does not fit leaves the number as it is. */
public sealed interface NumberStep {

  /** The number after this step. */
  String apply(String number);

  /** This one, whatever it was. */
  record SetTo(String number) implements NumberStep {
    @Override
    public String apply(String before) {
      return number;
    }

    @Override
    public String toString() {
      return "set " + number;
    }
  }

  /** Without its first characters; one that has no more than these stays. */
  record Strip(int characters) implements NumberStep {
    @Override
    public String apply(String number) {
      return number.length() > characters ? number.substring(characters) : number;
    }

    @Override
    public String toString() {
      return "strip " + characters;
    }
  }

  /** With something before it. */
  record Prepend(String text) implements NumberStep {
    @Override
    public String apply(String number) {
      return text + number;
    }

    @Override
    public String toString() {
      return "prepend " + text;
    }
  }

  /**
   * As {@code +} and country code (E.164). What has a {@code +} already, is shorter than a
   * subscriber's number, or has something else than digits in it stays.
   *
   * @param country its code, such as 49
   * @param international what is dialled before a country code, such as 00
   * @param national what is dialled before an area code, such as 0; empty where nothing is
   * @param minDigits shorter numbers are services, not subscribers
   */
  record E164(String country, String international, String national, int minDigits)
      implements NumberStep {
    @Override
    public String apply(String number) {
      if (number.length() < minDigits || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return number;
      }
      if (!international.isEmpty() && number.startsWith(international)) {
        return "+" + number.substring(international.length());
      }
      return number.startsWith(national)
          ? "+" + country + number.substring(national.length())
          : number;
    }

    @Override
    public String toString() {
      return "e164 " + country;
    }
  }

  /**
   * The whole number replaced, when the expression matches it, and something is left.
   *
   * @param with may name groups: $1
   */
  record Replace(Pattern regex, String with) implements NumberStep {
    @Override
    public String apply(String number) {
      Matcher matcher = regex.matcher(number);
      String replaced = matcher.matches() ? matcher.replaceFirst(with) : number;
      return replaced.isEmpty() ? number : replaced;
    }

    @Override
    public String toString() {
      return "replace " + regex + " with " + with;
    }
  }
}
