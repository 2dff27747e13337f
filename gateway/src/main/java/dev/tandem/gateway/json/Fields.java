package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.routing.Crossing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request, read within bounds. Every method throws {@link Refusal} {@code
 * bad_field} with the path of what is wrong. A text that could reach a SIP header must be one line,
 * whatever way its end is written.
 */
final class Fields {
  static final int MAX_ID = 64;
  static final int MAX_SDP = 48 * 1024;
  static final int MAX_HEADERS = 10;
  static final int MAX_HEADER = 512;

  private static final Pattern ESCAPED_END =
      Pattern.compile("%0[ad]|%00", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.!%*_+`'~-]{1,64}");

  /** They cross a call, but say something of a message that the client does not write. */
  private static final Set<String> NOT_THE_CLIENTS =
      Set.of(
          "content-disposition",
          "content-encoding",
          "info-package",
          "reason",
          "retry-after",
          "warning",
          "content-language");

  private final ObjectNode frame;

  Fields(ObjectNode frame) {
    this.frame = frame;
  }

  ObjectNode frame() {
    return frame;
  }

  boolean has(String name) {
    JsonNode value = frame.get(name);
    return value != null && !value.isNull();
  }

  boolean hasNull(String name) {
    JsonNode value = frame.get(name);
    return value != null && value.isNull();
  }

  /** Text of one line. */
  String line(String name, int max) {
    return present(name, optionalLine(name, max));
  }

  @Nullable String optionalLine(String name, int max) {
    String text = optionalText(name, max);
    if (text != null) {
      oneLine(name, text);
    }
    return text;
  }

  /** An identifier of the client's choice. */
  String id(String name) {
    String id = line(name, MAX_ID);
    if (id.isEmpty()) {
      throw Refusal.field(name, "is empty");
    }
    return id;
  }

  /** Any text. */
  String text(String name, int max) {
    return present(name, optionalText(name, max));
  }

  @Nullable String optionalText(String name, int max) {
    JsonNode value = frame.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw Refusal.field(name, "is no text");
    }
    String text = value.textValue();
    if (text.length() > max) {
      throw Refusal.field(name, "is longer than " + max);
    }
    return text;
  }

  private static String present(String name, @Nullable String value) {
    if (value == null) {
      throw Refusal.field(name, "is missing");
    }
    return value;
  }

  /** A session description. It has no control characters but its line ends. */
  String sdp(String name) {
    return present(name, optionalSdp(name));
  }

  @Nullable String optionalSdp(String name) {
    String sdp = optionalText(name, MAX_SDP);
    if (sdp == null) {
      return null;
    }
    if (!sdp.startsWith("v=0")) {
      throw Refusal.field(name, "is no session description");
    }
    if (sdp.indexOf('\0') >= 0) {
      throw Refusal.field(name, "has a NUL");
    }
    return sdp;
  }

  boolean flag(String name, boolean otherwise) {
    JsonNode value = frame.get(name);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw Refusal.field(name, "is neither true nor false");
    }
    return value.booleanValue();
  }

  long number(String name, long least, long most, long otherwise) {
    JsonNode value = frame.get(name);
    if (value == null || value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw Refusal.field(name, "is no whole number");
    }
    long number = value.longValue();
    if (number < least || number > most) {
      throw Refusal.field(name, "is not from " + least + " to " + most);
    }
    return number;
  }

  double measure(String name, double most) {
    JsonNode value = frame.get(name);
    if (value == null || value.isNull()) {
      return -1;
    }
    if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > most) {
      throw Refusal.field(name, "is no number from 0 to " + (long) most);
    }
    return value.doubleValue();
  }

  /** One of a few words. */
  @Nullable String word(String name, Set<String> known) {
    String text = optionalLine(name, 32);
    if (text != null && !known.contains(text)) {
      throw Refusal.field(
          name, "is none of " + String.join(", ", known.stream().sorted().toList()));
    }
    return text;
  }

  /** Short texts, such as the names of features. */
  List<String> words(String name, int most) {
    JsonNode value = frame.get(name);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > most) {
      throw Refusal.field(name, "is no list of up to " + most);
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      JsonNode each = value.get(i);
      String path = name + "[" + i + "]";
      if (!each.isTextual() || each.textValue().length() > 32) {
        throw Refusal.field(path, "is no short text");
      }
      oneLine(path, each.textValue());
      words.add(each.textValue());
    }
    return words;
  }

  /** The headers that a page may set; never those that say who calls, or by which way. */
  List<Header> headers() {
    JsonNode value = frame.get("headers");
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isObject() || value.size() > MAX_HEADERS) {
      throw Refusal.field("headers", "is no object of up to " + MAX_HEADERS);
    }
    List<Header> headers = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String path = "headers." + entry.getKey();
      if (!NAME.matcher(entry.getKey()).matches() || !isTheClients(entry.getKey())) {
        throw Refusal.field(printable(path), "is not for a page to set");
      }
      if (!entry.getValue().isTextual() || entry.getValue().textValue().length() > MAX_HEADER) {
        throw Refusal.field(path, "is no text of up to " + MAX_HEADER);
      }
      oneLine(path, entry.getValue().textValue());
      headers.add(new Header(entry.getKey(), entry.getValue().textValue().strip()));
    }
    return headers;
  }

  static boolean isTheClients(String name) {
    return Crossing.allows(name) && !NOT_THE_CLIENTS.contains(name.toLowerCase(Locale.ROOT));
  }

  private static String printable(String path) {
    return path.replaceAll("[^\\x20-\\x7e]", "?");
  }

  /** Refuses every kind of line end and control, escaped ones included. */
  static void oneLine(String path, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        throw Refusal.field(path, "has a line end or control character");
      }
      if (Character.isSurrogate(c)
          && !(Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1)))
          && !(Character.isLowSurrogate(c)
              && i > 0
              && Character.isHighSurrogate(text.charAt(i - 1)))) {
        throw Refusal.field(path, "has half a character");
      }
    }
    if (text.indexOf('%') >= 0 && ESCAPED_END.matcher(text).find()) {
      throw Refusal.field(path, "has an escaped line end");
    }
  }
}
