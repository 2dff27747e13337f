package dev.tandem.sip.stack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads header values from the bytes of a message as they came, for what must be echoed exactly
 * (Contact in REGISTER) and for answering what the parser refused. Folded lines are unfolded (RFC
 * 3261 §7.3.1); nothing else is touched.
 */
public final class RawHeaders {
  private RawHeaders() {}

  /**
   * The name of a header.
   *
   * @param text the long one, any case
   * @param compact the compact form, or '\0' when there is none
   */
  record Name(String text, char compact) {}

  /**
   * Every value of a header, one string a header line, in order.
   *
   * @param name the long name, any case
   * @param compact the compact form, or '\0' when there is none
   */
  public static List<String> values(byte[] message, String name, char compact) {
    return values(message, List.of(new Name(name, compact))).get(0);
  }

  /** The same of several headers in one pass: a list for each of the names. */
  static List<List<String>> values(byte[] message, List<Name> names) {
    List<List<String>> found = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      found.add(new ArrayList<>(2));
    }
    int lineStart = next(message, 0);
    while (lineStart < message.length) {
      int lineEnd = next(message, lineStart);
      while (lineEnd < message.length && isBlank(message[lineEnd])) {
        lineEnd = next(message, lineEnd);
      }
      if (isEmptyLine(message, lineStart)) {
        break;
      }
      for (int i = 0; i < names.size(); i++) {
        Name name = names.get(i);
        int colon = valueStart(message, lineStart, lineEnd, name.text(), name.compact());
        if (colon >= 0) {
          found.get(i).add(unfold(message, colon + 1, lineEnd));
        }
      }
      lineStart = lineEnd;
    }
    return found;
  }

  /** The request line or status line. */
  public static String startLine(byte[] message) {
    int end = 0;
    while (end < message.length && message[end] != '\r' && message[end] != '\n') {
      end++;
    }
    return new String(message, 0, end, StandardCharsets.UTF_8);
  }

  /** What stands between the method and the version, or an empty string. */
  public static String requestUri(byte[] message) {
    String line = startLine(message).strip();
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    return first < 0 || first == last ? "" : line.substring(first, last).strip();
  }

  private static int next(byte[] message, int from) {
    int i = from;
    while (i < message.length && message[i] != '\n') {
      i++;
    }
    return Math.min(i + 1, message.length);
  }

  private static boolean isEmptyLine(byte[] message, int start) {
    return message[start] == '\n' || message[start] == '\r';
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  private static int valueStart(byte[] message, int from, int to, String name, char compact) {
    int i = from;
    while (i < to && message[i] != ':' && !isBlank(message[i])) {
      i++;
    }
    int length = i - from;
    while (i < to && isBlank(message[i])) {
      i++;
    }
    if (i >= to || message[i] != ':') {
      return -1;
    }
    boolean matches =
        length == 1
            ? compact != '\0' && lower(message[from]) == compact
            : length == name.length() && matches(message, from, name);
    return matches ? i : -1;
  }

  private static boolean matches(byte[] message, int from, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (lower(message[from + i]) != Character.toLowerCase(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static char lower(byte b) {
    return (char) (b >= 'A' && b <= 'Z' ? b + 32 : b);
  }

  private static String unfold(byte[] message, int from, int to) {
    String text = new String(message, from, to - from, StandardCharsets.UTF_8);
    if (text.stripTrailing().indexOf('\n') >= 0) {
      text = text.replaceAll("\\r?\\n[ \\t]+", " ");
    }
    return text.strip();
  }

  /** The method of a request line, upper case as sent, or an empty string. */
  static String method(byte[] message) {
    String line = startLine(message);
    int space = line.indexOf(' ');
    return space <= 0 || line.startsWith("SIP/")
        ? ""
        : line.substring(0, space).toUpperCase(Locale.ROOT);
  }
}
