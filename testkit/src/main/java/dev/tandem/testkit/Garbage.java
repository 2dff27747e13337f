package dev.tandem.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Messages that no client should send, made from valid ones. The same seed gives the same garbage.
 * Not thread-safe.
 */
public final class Garbage {

  /** Ways to be wrong. */
  public enum Kind {
    RANDOM_BYTES,
    EMPTY,
    TRUNCATED,
    FLIPPED_BYTES,
    ONE_MEGABYTE,
    LENGTH_TOO_SMALL,
    LENGTH_TOO_LARGE,
    LENGTH_NEGATIVE,
    LENGTH_HUGE,
    LENGTH_NO_NUMBER,
    WITHOUT_VIA,
    WITHOUT_FROM,
    WITHOUT_TO,
    WITHOUT_CALL_ID,
    WITHOUT_CSEQ,
    WITHOUT_MAX_FORWARDS,
    WITHOUT_CONTACT,
    WITHOUT_ANY_HEADER,
    DUPLICATE_HEADERS,
    BAD_UTF8,
    DEEP_PARENTHESES,
    DEEP_QUOTES,
    MANY_HEADERS,
    MANY_VALUES,
    LONG_LINE,
    LINES_WITHOUT_COLON,
    BARE_LINE_FEEDS,
    NUL_BYTES,
    BAD_START_LINE,
    BAD_REQUEST_URI,
    BAD_STATUS,
    STRAY_RESPONSE,
    BAD_CSEQ,
    BAD_VIA,
    OTHER_VERSION,
    UNKNOWN_METHOD,
    ACK_OF_NOTHING,
    CANCEL_OF_NOTHING
  }

  private static final String OFFER =
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n";
  private static final Kind[] KINDS = Kind.values();
  private static final int MEGABYTE = 1024 * 1024;

  private final Random random;
  private final String transport;

  /**
   * A source of garbage.
   *
   * @param transport what the Via lines name: "WS", "TCP", "UDP"
   */
  public Garbage(long seed, String transport) {
    this.random = new Random(seed);
    this.transport = transport;
  }

  /** One message of any kind. */
  public byte[] next() {
    return next(KINDS[random.nextInt(KINDS.length)]);
  }

  /** One message of this kind. */
  public byte[] next(Kind kind) {
    SipText valid = valid();
    return switch (kind) {
      case RANDOM_BYTES -> randomBytes(1 + random.nextInt(2000));
      case EMPTY -> new byte[0];
      case TRUNCATED -> Arrays.copyOf(valid.bytes(), random.nextInt(valid.bytes().length));
      case FLIPPED_BYTES -> flipped(valid.bytes());
      case ONE_MEGABYTE -> valid.body("text/plain", randomBytes(MEGABYTE)).bytes();
      case LENGTH_TOO_SMALL -> length(valid, Integer.toString(valid.body().length / 2));
      case LENGTH_TOO_LARGE ->
          length(valid, Integer.toString(valid.body().length + 1 + random.nextInt(1000)));
      case LENGTH_NEGATIVE -> length(valid, "-" + (1 + random.nextInt(1000)));
      case LENGTH_HUGE ->
          length(valid, pick("2147483647", "4294967296", "9223372036854775808", "9".repeat(400)));
      case LENGTH_NO_NUMBER -> length(valid, pick("", "abc", "0x10", "1e3", "5 5", "\u0665"));
      case WITHOUT_VIA -> valid.remove("Via").bytes();
      case WITHOUT_FROM -> valid.remove("From").bytes();
      case WITHOUT_TO -> valid.remove("To").bytes();
      case WITHOUT_CALL_ID -> valid.remove("Call-ID").bytes();
      case WITHOUT_CSEQ -> valid.remove("CSeq").bytes();
      case WITHOUT_MAX_FORWARDS -> valid.remove("Max-Forwards").bytes();
      case WITHOUT_CONTACT -> valid.remove("Contact").bytes();
      case WITHOUT_ANY_HEADER -> (valid.startLine() + "\r\n\r\n").getBytes(UTF_8);
      case DUPLICATE_HEADERS -> duplicated(valid).bytes();
      case BAD_UTF8 -> badUtf8(valid);
      case DEEP_PARENTHESES ->
          valid.add("Subject", "(".repeat(50_000)).add("Server", "x (" + "(".repeat(9000)).bytes();
      case DEEP_QUOTES ->
          valid.set("From", "\"" + "\\\"".repeat(20_000) + " <sip:a@b>;tag=x").bytes();
      case MANY_HEADERS -> manyHeaders(valid).bytes();
      case MANY_VALUES ->
          valid.set("Contact", "<sip:a@b.invalid>,".repeat(2_500) + "<sip:c@d>").bytes();
      case LONG_LINE -> valid.add("X-Long", "y".repeat(200_000)).bytes();
      case LINES_WITHOUT_COLON -> withLines(valid, "no colon here", ":", " folded first", "\t");
      case BARE_LINE_FEEDS -> valid.toString().replace("\r\n", "\n").getBytes(UTF_8);
      case NUL_BYTES -> valid.set("Call-ID", "a\0b\0" + random.nextInt()).add("X\0", "\0").bytes();
      case BAD_START_LINE ->
          valid
              .startLine(
                  pick(
                      "",
                      " ",
                      "INVITE",
                      "INVITE sip:x",
                      "sip:x INVITE SIP/2.0",
                      "\0\0\0",
                      "GET / HTTP/1.1",
                      "INVITE  sip:x  SIP/2.0",
                      "INVITE sip:x SIP/2.0 more"))
              .bytes();
      case BAD_REQUEST_URI ->
          valid
              .startLine(
                  valid.method()
                      + " "
                      + pick(
                          "sip:",
                          "sip:@",
                          "<sip:bob@x>",
                          "sip:bob@[::1",
                          "sip:%zz@x",
                          "tel:",
                          "http://x/",
                          "sip:a@b:99999999",
                          "\u0000",
                          "sip:bob@x;;;=",
                          "sip:a b@c")
                      + " SIP/2.0")
              .bytes();
      case BAD_STATUS ->
          valid
              .startLine("SIP/2.0 " + pick("", "0", "99", "700", "-1", "4294967496", "abc"))
              .bytes();
      case STRAY_RESPONSE ->
          valid.startLine("SIP/2.0 " + pick("100", "180", "200", "401", "486") + " Stray").bytes();
      case BAD_CSEQ ->
          valid
              .set(
                  "CSeq",
                  pick("", "INVITE", "-1 INVITE", "4294967296 INVITE", "1", "1 BYE", "x y z"))
              .bytes();
      case BAD_VIA ->
          valid
              .set(
                  "Via",
                  pick(
                      "",
                      "SIP",
                      "SIP/2.0/",
                      "SIP/2.0/UDP",
                      "SIP/3.0/X y;branch=z",
                      ";;;",
                      "SIP/2.0/UDP x:99999999;branch=z9hG4bKa",
                      "SIP/2.0/UDP x",
                      "SIP/2.0/UDP ;branch="))
              .bytes();
      case OTHER_VERSION -> valid.startLine(valid.method() + " sip:b@c SIP/7.0").bytes();
      case UNKNOWN_METHOD -> unknownMethod(valid).bytes();
      case ACK_OF_NOTHING -> method(valid, Sip.ACK).bytes();
      case CANCEL_OF_NOTHING -> method(valid, Sip.CANCEL).bytes();
    };
  }

  /** A message that is right in itself, though it comes from nobody. */
  private SipText valid() {
    String method = pick(Sip.INVITE, Sip.REGISTER, Sip.OPTIONS, Sip.BYE, Sip.MESSAGE, Sip.INFO);
    String host = token() + ".invalid";
    String user = "<sip:" + token() + "@example.test>";
    SipText text =
        SipText.request(method, "sip:" + token() + "@example.test")
            .add("Via", "SIP/2.0/" + transport + " " + host + ";branch=z9hG4bK" + token())
            .add("Max-Forwards", "70")
            .add("To", user)
            .add("From", user + ";tag=" + token())
            .add("Call-ID", token())
            .add("CSeq", (1 + random.nextInt(9999)) + " " + method)
            .add("Contact", "<sip:" + token() + "@" + host + ";transport=ws>")
            .add("Supported", "outbound")
            .add("User-Agent", "Garbage");
    return method.equals(Sip.INVITE) || method.equals(Sip.INFO) ? text.sdp(OFFER) : text.noBody();
  }

  private String token() {
    return Long.toString(random.nextLong() & Long.MAX_VALUE, 36);
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] length(SipText text, String value) {
    return text.set("Content-Length", value).bytes();
  }

  private static SipText method(SipText text, String method) {
    text.startLine(method + " " + text.requestUri() + " SIP/2.0");
    return text.set("CSeq", text.cseqNumber() + " " + method);
  }

  private SipText unknownMethod(SipText text) {
    return method(text, pick("FOO", "invite", "X".repeat(3000), "!%*_+`'~"));
  }

  private byte[] flipped(byte[] bytes) {
    for (int i = 1 + random.nextInt(20); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private SipText duplicated(SipText text) {
    for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq", "Content-Length")) {
      if (random.nextBoolean()) {
        text.add(name, text.header(name).toUpperCase(Locale.ROOT) + random.nextInt(10));
      }
    }
    return text;
  }

  private byte[] badUtf8(SipText text) {
    byte[] bytes = text.set("Call-ID", "@@@@").add("Subject", "@@@@").bytes();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '@') {
        bytes[i] = (byte) (0x80 + random.nextInt(0x80));
      }
    }
    return bytes;
  }

  private static SipText manyHeaders(SipText text) {
    for (int i = 0; i < 3_000; i++) {
      text.add("X-" + i, "1");
    }
    return text;
  }

  private static byte[] withLines(SipText text, String... lines) {
    String whole = text.toString();
    int end = whole.indexOf("\r\n") + 2;
    String more = String.join("\r\n", lines) + "\r\n";
    return (whole.substring(0, end) + more + whole.substring(end)).getBytes(ISO_8859_1);
  }
}
