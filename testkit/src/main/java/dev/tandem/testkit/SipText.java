package dev.tandem.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A SIP message as text: a start line, header lines in their order, and a body. It checks little,
 * so that it can also hold what is wrong. Header names compare without case, and a compact form is
 * the same as the long one (RFC 3261 §7.3.3). Not thread-safe.
 */
public final class SipText {
  private static final Map<String, String> LONG_FORMS =
      Map.ofEntries(
          Map.entry("a", "accept-contact"),
          Map.entry("b", "referred-by"),
          Map.entry("c", "content-type"),
          Map.entry("e", "content-encoding"),
          Map.entry("f", "from"),
          Map.entry("i", "call-id"),
          Map.entry("j", "reject-contact"),
          Map.entry("k", "supported"),
          Map.entry("l", "content-length"),
          Map.entry("m", "contact"),
          Map.entry("o", "event"),
          Map.entry("r", "refer-to"),
          Map.entry("s", "subject"),
          Map.entry("t", "to"),
          Map.entry("u", "allow-events"),
          Map.entry("v", "via"),
          Map.entry("x", "session-expires"));

  static final Charset CHARSET = UTF_8;

  /** One header line. */
  public record Line(String name, String value) {}

  private String startLine;
  private final List<Line> lines;
  private byte[] body;
  private byte @Nullable [] received;

  private SipText(String startLine, List<Line> lines, byte[] body) {
    this.startLine = startLine;
    this.lines = lines;
    this.body = body;
  }

  /** A request without any header. */
  public static SipText request(String method, String uri) {
    return new SipText(method + " " + uri + " SIP/2.0", new ArrayList<>(), new byte[0]);
  }

  /** A response without any header. */
  public static SipText response(int status, String reason) {
    return new SipText("SIP/2.0 " + status + " " + reason, new ArrayList<>(), new byte[0]);
  }

  /**
   * Reads one whole message; whatever follows the empty line is the body. Folded lines are joined.
   *
   * @throws IllegalArgumentException if it has no empty line, or a header line without colon, or a
   *     start line that is neither a request's nor a response's
   */
  public static SipText parse(byte[] message) {
    int end = endOfHead(message);
    if (end < 0) {
      throw new IllegalArgumentException("no empty line after the headers");
    }
    String[] head = new String(message, 0, end, UTF_8).split("\r\n", -1);
    List<Line> lines = new ArrayList<>();
    for (int i = 1; i < head.length; i++) {
      String line = head[i];
      if (line.startsWith(" ") || line.startsWith("\t")) {
        if (lines.isEmpty()) {
          throw new IllegalArgumentException("folded line without a header: " + line);
        }
        Line folded = lines.remove(lines.size() - 1);
        lines.add(new Line(folded.name, folded.value + " " + line.strip()));
      } else {
        int colon = line.indexOf(':');
        if (colon < 1) {
          throw new IllegalArgumentException("header without name: " + line);
        }
        lines.add(new Line(line.substring(0, colon).strip(), line.substring(colon + 1).strip()));
      }
    }
    SipText text =
        new SipText(head[0], lines, Arrays.copyOfRange(message, end + 4, message.length));
    text.checkStartLine();
    text.received = message.clone();
    return text;
  }

  public static SipText parse(String message) {
    return parse(message.getBytes(UTF_8));
  }

  /** Index of the CRLFCRLF that ends the headers; -1 if it is not there. */
  static int endOfHead(byte[] message) {
    for (int i = 0; i + 3 < message.length; i++) {
      if (message[i] == '\r'
          && message[i + 1] == '\n'
          && message[i + 2] == '\r'
          && message[i + 3] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void checkStartLine() {
    boolean good =
        isRequest()
            ? startLine.matches("\\S+ \\S+ SIP/2\\.0")
            : startLine.matches("SIP/2\\.0 [1-6][0-9][0-9] [^\r\n]*");
    if (!good) {
      throw new IllegalArgumentException("bad start line: " + startLine);
    }
  }

  public SipText copy() {
    return new SipText(startLine, new ArrayList<>(lines), body.clone());
  }

  // Start line.

  public String startLine() {
    return startLine;
  }

  public SipText startLine(String line) {
    startLine = line;
    return this;
  }

  public boolean isRequest() {
    return !startLine.startsWith("SIP/2.0 ");
  }

  public boolean isResponse() {
    return !isRequest();
  }

  /** Of a request, its method; of a response, the method of its CSeq. */
  public String method() {
    return isRequest() ? startLine.split(" ", 2)[0] : cseqMethod();
  }

  public String requestUri() {
    return startLine.split(" ", 3)[1];
  }

  /** Zero for a request. */
  public int status() {
    return isRequest() ? 0 : Integer.parseInt(startLine.substring(8, 11));
  }

  /** The reason phrase of a response. */
  public String reasonPhrase() {
    return startLine.length() > 12 ? startLine.substring(12) : "";
  }

  // Headers.

  private static boolean same(String one, String other) {
    return canonical(one).equals(canonical(other));
  }

  private static String canonical(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return LONG_FORMS.getOrDefault(lower, lower);
  }

  /** Every header line, in order. */
  public List<Line> lines() {
    return List.copyOf(lines);
  }

  /** The first value with that name; null when there is none. */
  public @Nullable String find(String name) {
    for (Line line : lines) {
      if (same(line.name, name)) {
        return line.value;
      }
    }
    return null;
  }

  public boolean has(String name) {
    return find(name) != null;
  }

  /**
   * The first value with that name.
   *
   * @throws AssertionError when there is none
   */
  public String header(String name) {
    String value = find(name);
    if (value == null) {
      throw new AssertionError("no " + name + " in\n" + this);
    }
    return value;
  }

  /** All values with that name, line by line; lists separated by comma are not taken apart. */
  public List<String> headers(String name) {
    return lines.stream().filter(line -> same(line.name, name)).map(Line::value).toList();
  }

  /** All values with that name, comma-separated lists taken apart (RFC 3261 §7.3.1). */
  public List<String> values(String name) {
    List<String> values = new ArrayList<>();
    headers(name).forEach(line -> values.addAll(splitList(line)));
    return values;
  }

  private static List<String> splitList(String line) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    boolean inUri = false;
    int start = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else {
          quoted = c != '"';
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '<' || c == '>') {
        inUri = c == '<';
      } else if (c == ',' && !inUri) {
        parts.add(line.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(line.substring(start).strip());
    return parts;
  }

  public SipText add(String name, String value) {
    lines.add(new Line(name, value));
    return this;
  }

  public SipText addFirst(String name, String value) {
    lines.add(0, new Line(name, value));
    return this;
  }

  /** Adds a line right after the first one called {@code after}. */
  public SipText addAfter(String after, String name, String value) {
    for (int i = 0; i < lines.size(); i++) {
      if (same(lines.get(i).name, after)) {
        lines.add(i + 1, new Line(name, value));
        return this;
      }
    }
    return add(name, value);
  }

  /** Replaces the first line of that name and drops the others; adds one when there was none. */
  public SipText set(String name, String value) {
    for (int i = 0; i < lines.size(); i++) {
      if (same(lines.get(i).name, name)) {
        lines.set(i, new Line(lines.get(i).name, value));
        dropAfter(i, name);
        return this;
      }
    }
    return add(name, value);
  }

  private void dropAfter(int index, String name) {
    for (int i = lines.size() - 1; i > index; i--) {
      if (same(lines.get(i).name, name)) {
        lines.remove(i);
      }
    }
  }

  /** Replaces the first line of that name and leaves the others. */
  public SipText setFirst(String name, String value) {
    for (int i = 0; i < lines.size(); i++) {
      if (same(lines.get(i).name, name)) {
        lines.set(i, new Line(lines.get(i).name, value));
        return this;
      }
    }
    return add(name, value);
  }

  public SipText remove(String name) {
    lines.removeIf(line -> same(line.name, name));
    return this;
  }

  // Body.

  public byte[] body() {
    return body.clone();
  }

  public String bodyText() {
    return new String(body, UTF_8);
  }

  public boolean hasBody() {
    return body.length > 0;
  }

  /** Sets the body with its Content-Type and Content-Length, as the last two headers. */
  public SipText body(String contentType, byte[] bytes) {
    remove("Content-Type");
    remove("Content-Length");
    add("Content-Type", contentType);
    add("Content-Length", Integer.toString(bytes.length));
    body = bytes.clone();
    return this;
  }

  public SipText body(String contentType, String text) {
    return body(contentType, text.getBytes(UTF_8));
  }

  public SipText sdp(String text) {
    return body("application/sdp", text);
  }

  /** Takes the body away, and sets Content-Length to 0. */
  public SipText noBody() {
    remove("Content-Type");
    remove("Content-Length");
    add("Content-Length", "0");
    body = new byte[0];
    return this;
  }

  // Readings that every script needs.

  public String callId() {
    return header("Call-ID");
  }

  public int cseqNumber() {
    return Integer.parseInt(header("CSeq").split("\\s+", -1)[0]);
  }

  public String cseqMethod() {
    String value = find("CSeq");
    return value == null || !value.contains(" ") ? "?" : value.split("\\s+", -1)[1];
  }

  public @Nullable String toTag() {
    return parameter(header("To"), "tag");
  }

  public @Nullable String fromTag() {
    return parameter(header("From"), "tag");
  }

  /** The branch of the top Via. */
  public @Nullable String branch() {
    return parameter(values("Via").get(0), "branch");
  }

  /** The URI of the first Contact. */
  public String contactUri() {
    return uriOf(header("Contact"));
  }

  /** The URI in a name-addr or addr-spec (RFC 3261 §20.10). */
  public static String uriOf(String value) {
    int open = value.indexOf('<');
    if (open >= 0) {
      return value.substring(open + 1, value.indexOf('>', open));
    }
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).strip();
  }

  /** A header parameter, those inside the angle brackets not counted; without its quotes. */
  public static @Nullable String parameter(String value, String name) {
    int from = value.lastIndexOf('>') + 1;
    for (String part : value.substring(from).split(";", -1)) {
      int equals = part.indexOf('=');
      String key = (equals < 0 ? part : part.substring(0, equals)).strip();
      if (key.equalsIgnoreCase(name)) {
        return equals < 0 ? "" : unquote(part.substring(equals + 1).strip());
      }
    }
    return null;
  }

  static String unquote(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
        : value;
  }

  // Things made up.

  /** A branch with the magic cookie (RFC 3261 §8.1.1.7). */
  public static String newBranch() {
    return "z9hG4bK" + token(12);
  }

  public static String newTag() {
    return token(10);
  }

  /** Random letters and digits. */
  public static String token(int length) {
    String alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    return ThreadLocalRandom.current()
        .ints(length, 0, alphabet.length())
        .mapToObj(i -> alphabet.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  /**
   * The header section as it came, byte by byte, without the empty line after it.
   *
   * @throws IllegalStateException if this was made and not read
   */
  public byte[] receivedHead() {
    byte[] whole = received;
    if (whole == null) {
      throw new IllegalStateException("was not received");
    }
    return Arrays.copyOf(whole, endOfHead(whole));
  }

  public byte[] bytes() {
    byte[] head = head().getBytes(UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  private String head() {
    StringBuilder text = new StringBuilder(startLine).append("\r\n");
    for (Line line : lines) {
      text.append(line.name).append(": ").append(line.value).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  /** The whole message, as it goes over the wire. */
  @Override
  public String toString() {
    return head() + bodyText();
  }
}
