package dev.tandem.gateway.probe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A SIP message as its lines (RFC 3261 §7). Reads whatever has header lines, since it serves to
 * show what a peer really says. Immutable.
 *
 * @param startLine without its line end
 */
record PlainMessage(String startLine, List<Header> headers, String body) {
  private static final Map<String, String> COMPACT =
      Map.of(
          "v",
          "via",
          "f",
          "from",
          "t",
          "to",
          "i",
          "call-id",
          "m",
          "contact",
          "c",
          "content-type",
          "l",
          "content-length",
          "k",
          "supported",
          "s",
          "subject",
          "e",
          "content-encoding");

  private static final Pattern SECRET =
      Pattern.compile("(?i)\\b(response|cnonce)(\\s*=\\s*)(\"[^\"]*\"|[^,\\s]+)");

  record Header(String name, String value) {}

  PlainMessage {
    headers = List.copyOf(headers);
  }

  static PlainMessage request(String method, String uri) {
    return new PlainMessage(method + " " + uri + " SIP/2.0", List.of(), "");
  }

  static PlainMessage parse(String text) {
    Matcher end = Pattern.compile("\r?\n\r?\n").matcher(text);
    boolean whole = end.find();
    String head = whole ? text.substring(0, end.start()) : text;
    String body = whole ? text.substring(end.end()) : "";
    List<Header> headers = new ArrayList<>();
    String start = "";
    for (String line : head.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (start.isEmpty()) {
        start = line.strip();
      } else if (line.startsWith(" ") || line.startsWith("\t")) {
        if (!headers.isEmpty()) {
          Header last = headers.remove(headers.size() - 1);
          headers.add(new Header(last.name(), last.value() + " " + line.strip()));
        }
      } else if (colon > 0) {
        headers.add(
            new Header(line.substring(0, colon).strip(), line.substring(colon + 1).strip()));
      }
    }
    return new PlainMessage(start, headers, body);
  }

  PlainMessage with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new PlainMessage(startLine, more, body);
  }

  PlainMessage withBody(String type, String content) {
    PlainMessage typed = with("Content-Type", type);
    return new PlainMessage(typed.startLine, typed.headers, content);
  }

  boolean isResponse() {
    return startLine.startsWith("SIP/");
  }

  /** Of a request. */
  String method() {
    return startLine.split(" ", 2)[0];
  }

  /** Of a request. */
  String requestUri() {
    String[] parts = startLine.split(" ", 3);
    return parts.length > 1 ? parts[1] : "";
  }

  /** Of a response; 0 when it has none. */
  int status() {
    Matcher matcher = Pattern.compile("^SIP/\\S+ +(\\d{3})\\b.*").matcher(startLine);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Status and reason phrase. */
  String told() {
    String[] parts = startLine.split(" +", 2);
    return parts.length < 2 ? startLine : parts[1];
  }

  /** The first of that name, whole; null when there is none. */
  @Nullable String header(String name) {
    return headers(name).stream().findFirst().orElse(null);
  }

  List<String> headers(String name) {
    String wanted = longName(name);
    return headers.stream()
        .filter(header -> longName(header.name()).equals(wanted))
        .map(Header::value)
        .toList();
  }

  private static String longName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return COMPACT.getOrDefault(lower, lower);
  }

  /** The elements of comma-separated headers: commas in quotes or brackets do not separate. */
  List<String> elements(String name) {
    List<String> elements = new ArrayList<>();
    for (String value : headers(name)) {
      int from = 0;
      boolean quoted = false;
      boolean bracketed = false;
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        quoted = (c == '"') != quoted;
        bracketed = !quoted && (c == '<' || (bracketed && c != '>'));
        if (c == ',' && !quoted && !bracketed) {
          elements.add(value.substring(from, i).strip());
          from = i + 1;
        }
      }
      elements.add(value.substring(from).strip());
    }
    return elements;
  }

  /** A parameter of a header value, after its address; null when it is not there. */
  static @Nullable String parameter(String value, String name) {
    String tail = value.substring(value.indexOf('>') + 1);
    Matcher matcher =
        Pattern.compile("(?i);\\s*" + Pattern.quote(name) + "(?:\\s*=\\s*\"?([^\";,\\s]*))?")
            .matcher(tail);
    if (!matcher.find()) {
      return null;
    }
    return matcher.group(1) == null ? "" : matcher.group(1);
  }

  /** The URI of an address header. */
  static String uri(String value) {
    int open = value.indexOf('<');
    int close = value.indexOf('>', open + 1);
    return open >= 0 && close > open
        ? value.substring(open + 1, close)
        : value.split(";", 2)[0].strip();
  }

  /** What tells the transaction: the branch of the topmost Via, and the method of CSeq. */
  String transaction() {
    String via = elements("Via").stream().findFirst().orElse("");
    String cseq = header("CSeq");
    String[] parts = cseq == null ? new String[0] : cseq.split("\\s+", 2);
    return parameter(via, "branch") + " " + (parts.length > 1 ? parts[1] : "");
  }

  /** As it goes on the wire; Content-Length is added. */
  String text() {
    StringBuilder out = new StringBuilder(startLine).append("\r\n");
    for (Header header : headers) {
      out.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    if (header("Content-Length") == null) {
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      out.append("Content-Length: ").append(length).append("\r\n");
    }
    return out.append("\r\n").append(body).toString();
  }

  /** The text without what would help to guess a password. */
  static String masked(String text) {
    StringBuilder out = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      boolean secret = line.toLowerCase(Locale.ROOT).matches("(proxy-)?authorization\\s*:.*\r?");
      out.append(secret ? SECRET.matcher(line).replaceAll("$1$2\"***\"") : line).append('\n');
    }
    return out.substring(0, out.length() - 1);
  }
}
