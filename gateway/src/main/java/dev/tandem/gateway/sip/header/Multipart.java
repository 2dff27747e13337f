package dev.tandem.gateway.sip.header;

import dev.tandem.gateway.call.Body;
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
 * there are, and in what is said of each; what goes beyond is not understood.
 *
 * @param sdp null when no part describes the session
 * @param isUnderstood false when the request that has it is to be refused with 415
 */
public record Multipart(@Nullable Body sdp, boolean isUnderstood) {
  static final int MAX_DEPTH = 3;
  static final int MAX_PARTS = 16;
  private static final int MAX_HEADER = 2048;

  /** What we take, for the Accept of a 415. */
  public static final String ACCEPTED = "application/sdp, multipart/mixed, multipart/alternative";

  private static final String SDP = "application/sdp";
  private static final Set<String> AS_IT_IS = Set.of("", "7bit", "8bit", "binary");
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary\\s*=\\s*(?:\"([^\"\r\n]{1,70})\"|([^\\s;\"]{1,70}))");
  private static final Pattern HANDLING =
      Pattern.compile("(?i);\\s*handling\\s*=\\s*\"?optional\"?\\s*(?:;|$)");

  private static final Multipart NOT_UNDERSTOOD = new Multipart(null, false);

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
      Matcher boundary = BOUNDARY.matcher(contentType);
      if (depth > MAX_DEPTH || !boundary.find()) {
        return NOT_UNDERSTOOD;
      }
      String word = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
      boolean alternatives = essence(contentType).equals("multipart/alternative");
      Matcher line =
          Pattern.compile("(?:^|\r\n)--" + Pattern.quote(word) + "(--)?[ \t]*(?=\r\n|$)")
              .matcher(body);
      Body sdp = null;
      boolean allUnderstood = true;
      boolean someUnderstood = false;
      int from = -1;
      boolean hasParts = false;
      boolean ended = false;
      while (!ended && line.find()) {
        if (from >= 0) {
          hasParts = true;
          Multipart part = part(body.substring(from, Math.max(from, line.start())), depth);
          // Of alternatives the last that is understood counts (RFC 2046 §5.1.4), else the first.
          sdp = part.sdp() != null && (sdp == null || alternatives) ? part.sdp() : sdp;
          allUnderstood &= part.isUnderstood();
          someUnderstood |= part.isUnderstood();
        }
        from = Math.min(body.length(), line.end() + 2);
        ended = line.group(1) != null;
      }
      boolean understood = alternatives ? someUnderstood : allUnderstood;
      return new Multipart(sdp, hasParts && ended && understood);
    }

    private Multipart part(String text, int depth) {
      int end = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
      if (++parts > MAX_PARTS || end > MAX_HEADER || (end < 0 && text.length() > MAX_HEADER)) {
        return NOT_UNDERSTOOD;
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
        return new Multipart(new Body(SDP, whole.getBytes(StandardCharsets.ISO_8859_1)), true);
      }
      return new Multipart(null, HANDLING.matcher(disposition).find());
    }

    private static Map<String, String> headers(String text) {
      Map<String, String> headers = new TreeMap<>();
      for (String line : text.split("\r\n(?![ \t])")) { // one that goes on has a blank
        int colon = line.indexOf(':');
        if (colon > 0) {
          headers.putIfAbsent(
              lower(line.substring(0, colon)), line.substring(colon + 1).replace("\r\n", " "));
        }
      }
      return headers;
    }
  }

  /** The value without its parameters. */
  private static String essence(String value) {
    return lower(value.split(";", 2)[0]);
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
  }
}
