package dev.tandem.gateway.sip.header;

import dev.tandem.gateway.call.Body;
import dev.tandem.sip.stack.BadMessage.Fault;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.header.ContentType;
import gov.nist.javax.sip.message.SIPMessage;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A body of several parts (RFC 2046 §5.1, RFC 5621): which of them describes the session, and
 * whether one must be understood that nobody here understands. Bounded in depth, in how many parts
 * there are, and in what is said of each; what goes beyond is not read.
 *
 * @param sdp null when no part describes the session
 */
public record Multipart(@Nullable Body sdp, Reading reading) {
  static final int MAX_DEPTH = 3;
  static final int MAX_PARTS = 16;
  static final int MAX_HEADER = 2048;
  private static final int MAX_BOUNDARY = 70; // RFC 2046 §5.1.1

  /** How far it was understood, the best first. */
  public enum Reading {
    UNDERSTOOD,
    /** A part that must be understood is not. */
    UNKNOWN,
    /** It has no boundary, no part or no end. */
    BROKEN,
    /** It has more parts, parts within parts, or headers of a part than are read. */
    TOO_MUCH;

    private Reading orWorse(Reading other) {
      return compareTo(other) < 0 ? other : this;
    }

    private Reading orBetter(Reading other) {
      return compareTo(other) < 0 ? this : other;
    }
  }

  /** What we take, for the Accept of a 415. */
  public static final String ACCEPTED = "application/sdp, multipart/mixed, multipart/alternative";

  private static final String SDP = "application/sdp";
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);
  private static final Set<String> AS_IT_IS = Set.of("", "7bit", "8bit", "binary");

  /** Null when the message's body is not of several parts. */
  public static @Nullable Multipart in(SIPMessage message) {
    byte[] bytes = message.getRawContent();
    ContentType type = message.getContentTypeHeader();
    if (bytes == null || type == null || !"multipart".equalsIgnoreCase(type.getContentType())) {
      return null;
    }
    return of(type.getHeaderValue(), new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /**
   * Whether a request is to be refused with 415 for its body. One that is broken or too much is
   * counted.
   */
  public static boolean isNotUnderstoodIn(ServerExchange request) {
    Multipart parts = in(request.request());
    if (parts == null || parts.isUnderstood()) {
      return false;
    }
    if (parts.reading == Reading.BROKEN) {
      request.countFault(Fault.MULTIPART);
    } else if (parts.reading == Reading.TOO_MUCH) {
      request.countFault(Fault.MULTIPART_LIMIT);
    }
    return true;
  }

  boolean isUnderstood() {
    return reading == Reading.UNDERSTOOD;
  }

  /**
   * Reads one.
   *
   * @param contentType with its parameters
   * @param body a character for each byte
   */
  static Multipart of(String contentType, String body) {
    return new Reader().multipart(contentType, body, 1);
  }

  /** Counts the parts of one body, the inner ones included. */
  private static final class Reader {
    private int parts;

    Multipart multipart(String contentType, String body, int depth) {
      if (depth > MAX_DEPTH) {
        return new Multipart(null, Reading.TOO_MUCH);
      }
      String boundary = parameter(contentType, "boundary");
      if (boundary == null || boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
        return new Multipart(null, Reading.BROKEN);
      }
      boolean alternatives = essence(contentType).equals("multipart/alternative");
      Matcher line =
          Pattern.compile("(?:^|\r\n)--" + Pattern.quote(boundary) + "(--)?[ \t]*(?=\r\n|$)")
              .matcher(body);
      Body sdp = null;
      Reading best = Reading.TOO_MUCH;
      Reading worst = Reading.UNDERSTOOD;
      int from = -1;
      boolean hasParts = false;
      boolean ended = false;
      while (!ended && parts <= MAX_PARTS && line.find()) {
        if (from >= 0) {
          hasParts = true;
          Multipart part = part(body.substring(from, Math.max(from, line.start())), depth);
          // Of alternatives the last that is understood counts (RFC 2046 §5.1.4), else the first.
          sdp = part.sdp() != null && (sdp == null || alternatives) ? part.sdp() : sdp;
          best = best.orBetter(part.reading());
          worst = worst.orWorse(part.reading());
        }
        from = Math.min(body.length(), line.end() + 2);
        ended = line.group(1) != null;
      }
      if (parts > MAX_PARTS) {
        return new Multipart(sdp, Reading.TOO_MUCH);
      }
      Reading reading = alternatives ? best : worst;
      return new Multipart(sdp, hasParts && ended ? reading : worst.orWorse(Reading.BROKEN));
    }

    private Multipart part(String text, int depth) {
      int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
      if (++parts > MAX_PARTS || end > MAX_HEADER || (end < 0 && text.length() > MAX_HEADER)) {
        return new Multipart(null, Reading.TOO_MUCH);
      }
      Map<String, String> headers = headers(end < 0 ? text : text.substring(0, end));
      String body = end < 0 ? "" : text.substring(end == 0 ? 2 : end + 4);
      String type = headers.getOrDefault("content-type", "text/plain");
      String disposition = headers.getOrDefault("content-disposition", "");
      boolean plain = AS_IT_IS.contains(lower(headers.get("content-transfer-encoding")));
      if (plain && essence(type).startsWith("multipart/")) {
        return multipart(type, body, depth + 1);
      }
      boolean session = disposition.isEmpty() || essence(disposition).equals("session");
      if (plain && session && essence(type).equals(SDP)) {
        String whole = body.endsWith("\r\n") ? body : body + "\r\n"; // it was the boundary's
        return new Multipart(
            new Body(SDP, whole.getBytes(StandardCharsets.ISO_8859_1)), Reading.UNDERSTOOD);
      }
      boolean optional = "optional".equals(lower(parameter(disposition, "handling")));
      return new Multipart(null, optional ? Reading.UNDERSTOOD : Reading.UNKNOWN);
    }

    private static Map<String, String> headers(String text) {
      Map<String, String> headers = new TreeMap<>();
      for (String line : text.split("\r\n(?![ \t])", -1)) { // one that goes on has a blank
        int colon = line.indexOf(':');
        if (colon > 0) {
          headers.putIfAbsent(
              lower(line.substring(0, colon)), line.substring(colon + 1).replace("\r\n", " "));
        }
      }
      return headers;
    }
  }

  // What header values say.

  /** The value without its parameters. */
  private static String essence(String value) {
    return lower(value.split(";", 2)[0]);
  }

  /** What a parameter says, without its quotes; null when there is none of that name. */
  private static @Nullable String parameter(String value, String name) {
    int at = semicolon(value, 0);
    while (at < value.length()) {
      int end = semicolon(value, at + 1);
      int equals = value.indexOf('=', at);
      if (equals > 0 && equals < end && lower(value.substring(at + 1, equals)).equals(name)) {
        return unquoted(value.substring(equals + 1, end).strip());
      }
      at = end;
    }
    return null;
  }

  /** Where the next one stands outside quotes, or the end. */
  private static int semicolon(String value, int from) {
    boolean quoted = false;
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == ';' && !quoted) {
        return i;
      }
      quoted ^= c == '"';
      if (c == '\\' && quoted) {
        i++;
      }
    }
    return value.length();
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? ESCAPE.matcher(text.substring(1, text.length() - 1)).replaceAll("$1") : text;
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
  }
}
