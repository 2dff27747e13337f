package dev.tandem.sip.auth;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The comma-separated {@code name=value} list of a Digest challenge or of Digest credentials.
 * Tolerates missing and needless quotes, space around everything, folded lines and empty elements.
 */
final class DigestParameters {
  static final int MAX_LENGTH = 4096;
  static final int MAX_PARAMETERS = 32;

  private final List<String> namesAndValues = new ArrayList<>(24);

  private DigestParameters() {}

  /** The scheme of a header value, which is followed by space; "" when there is none. */
  static String scheme(String value) {
    int from = skipSpace(value, 0);
    int to = from;
    while (to < value.length() && !isSpace(value.charAt(to))) {
      to++;
    }
    return value.substring(from, to);
  }

  /**
   * Reads the parameters that follow the scheme.
   *
   * @throws MalformedException when they cannot be understood, or are more than anybody needs
   */
  static DigestParameters read(String value) throws MalformedException {
    if (value.length() > MAX_LENGTH) {
      throw new MalformedException("longer than " + MAX_LENGTH + " characters");
    }
    DigestParameters result = new DigestParameters();
    int at = skipSpace(value, 0);
    while (at < value.length() && !isSpace(value.charAt(at))) {
      at++;
    }
    while (true) {
      at = skipSpaceAndCommas(value, at);
      if (at == value.length()) {
        return result;
      }
      at = result.readOne(value, at);
      at = skipSpace(value, at);
      if (at < value.length() && value.charAt(at) != ',') {
        throw new MalformedException("no comma after a parameter");
      }
    }
  }

  private int readOne(String value, int from) throws MalformedException {
    int nameEnd = from;
    while (nameEnd < value.length() && isTokenCharacter(value.charAt(nameEnd))) {
      nameEnd++;
    }
    int at = skipSpace(value, nameEnd);
    if (nameEnd == from || at == value.length() || value.charAt(at) != '=') {
      throw new MalformedException("no parameter of the form name=value");
    }
    at = skipSpace(value, at + 1);
    String name = value.substring(from, nameEnd);
    if (at < value.length() && value.charAt(at) == '"') {
      int close = closingQuote(value, at + 1);
      add(name, value.substring(at + 1, close));
      return close + 1;
    }
    int end = at;
    while (end < value.length() && value.charAt(end) != ',' && !isSpace(value.charAt(end))) {
      if (value.charAt(end) == '"') {
        throw new MalformedException("a quote in a value without quotes");
      }
      end++;
    }
    if (end > at && value.charAt(end - 1) == '\\') {
      throw new MalformedException("nothing is escaped");
    }
    add(name, value.substring(at, end));
    return end;
  }

  private static int closingQuote(String value, int from) throws MalformedException {
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') {
        return i;
      }
      if (c == '\\') {
        i++;
      }
    }
    throw new MalformedException("a quote is not closed");
  }

  private void add(String name, String value) throws MalformedException {
    if (get(name) != null) {
      // Two readers could take different ones.
      throw new MalformedException("a parameter occurs twice");
    }
    if (namesAndValues.size() == 2 * MAX_PARAMETERS) {
      throw new MalformedException("more than " + MAX_PARAMETERS + " parameters");
    }
    if (value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
      throw new MalformedException("a control character in a value");
    }
    namesAndValues.add(name);
    namesAndValues.add(value);
  }

  @Nullable String get(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equalsIgnoreCase(name)) {
        return namesAndValues.get(i + 1);
      }
    }
    return null;
  }

  /** The value of a parameter that must be there. */
  String require(String name) throws MalformedException {
    String value = get(name);
    if (value == null) {
      throw new MalformedException("no " + name);
    }
    return value;
  }

  private static int skipSpace(String value, int from) {
    int at = from;
    while (at < value.length() && isSpace(value.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int skipSpaceAndCommas(String value, int from) {
    int at = from;
    while (at < value.length() && (isSpace(value.charAt(at)) || value.charAt(at) == ',')) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isTokenCharacter(char c) {
    return c > ' ' && c < 0x7f && c != '=' && c != ',' && c != '"';
  }

  /** Why a value cannot be understood, in words for the peer; carries no stack trace. */
  static final class MalformedException extends Exception {
    MalformedException(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      String message = getMessage();
      return message == null ? "" : message;
    }
  }
}
