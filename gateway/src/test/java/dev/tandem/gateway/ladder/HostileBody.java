package dev.tandem.gateway.ladder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A body of several parts as nobody who means well writes it, or hardly anybody, and what becomes
 * of an INVITE that has it.
 *
 * @param body a character for each byte, below 128: a text frame has to be UTF-8
 * @param verdict the status of a refusal; {@link #SESSION} when the callee gets the description
 *     that is in it and nothing else, {@link #AS_IT_IS} when it gets all of it, {@link #NOTHING}
 *     when it gets no body
 * @param counted the cause under which {@code tandem_sip_parse_failures_total} has it, or "none"
 */
record HostileBody(String name, String type, String body, String verdict, String counted)
    implements Consumer<SipText> {
  static final String SESSION = "session";
  static final String AS_IT_IS = "as it is";
  static final String NOTHING = "nothing";

  /** The description that is to be found. */
  static final String GOOD = Sdp.rtp();

  private static final String EVIL = GOOD.replaceAll("m=audio \\d+", "m=audio 6666");
  private static final String MIXED = "multipart/mixed;boundary=b";
  private static final String SDP = "Content-Type: application/sdp\r\n\r\n";
  private static final String ISUP =
      "Content-Type: application/isup\r\nContent-Disposition: signal;handling=";
  private static final String NOTE = ISUP + "optional\r\n\r\n\1\0\r\177\2";

  private static final String TOO_MUCH = "multipart_limit";
  private static final String BROKEN = "multipart";
  private static final String UNCOUNTED = "none";

  /** The cases, and the verdict of each. */
  static List<HostileBody> all() {
    return List.of(
        // Too much.
        refused("four deep", MIXED, nested(4), TOO_MUCH),
        refused("three hundred deep", MIXED, nested(300), TOO_MUCH),
        refused("17 parts", MIXED, "--b\r\n" + SDP + GOOD + more(16) + "--b--", TOO_MUCH),
        refused("thousands of boundaries", MIXED, "--b\r\n".repeat(1900) + "--b--", TOO_MUCH),
        refused("a flood of headers in a part", MIXED, headers(100), TOO_MUCH),
        refused(
            "headers without end in a part",
            MIXED,
            headers(100).replace("\r\n\r\n", "\r\n"),
            TOO_MUCH),
        new HostileBody(
            "more lines than a description may have",
            MIXED,
            "--b\r\n" + SDP + GOOD + "a=x\r\n".repeat(2000) + "\r\n--b--",
            "513",
            "header_limit"),
        // Broken.
        refused("no end", MIXED, "--b\r\n" + SDP + GOOD, BROKEN),
        refused("an end and nothing before it", MIXED, "--b--\r\n", BROKEN),
        refused("the end first", MIXED, "--b--\r\n--b\r\n" + SDP + EVIL + "\r\n--b--", BROKEN),
        refused("no boundary at all", MIXED, SDP + GOOD, BROKEN),
        refused("no parameter that names it", "multipart/mixed", mixed("b"), BROKEN),
        refused("an empty boundary", "multipart/mixed;boundary=\"\"", mixed(""), BROKEN),
        refused(
            "71 characters of boundary", boundary("x".repeat(71)), mixed("x".repeat(71)), BROKEN),
        refused("parts within that end with the one around", MIXED, inner("b"), BROKEN),
        // Not for us.
        refused(
            "a part that must be understood",
            MIXED,
            "--b\r\n" + SDP + GOOD + "\r\n--b\r\n" + ISUP + "required\r\n\r\n\1\r\n--b--",
            UNCOUNTED),
        refused(
            "a description in base64",
            MIXED,
            "--b\r\nContent-Transfer-Encoding: base64\r\n" + SDP + "dj0w\r\n--b--",
            UNCOUNTED),
        // Odd, and right.
        session("70 characters of boundary", boundary("x".repeat(70)), mixed("x".repeat(70))),
        session("a boundary in quotes", "multipart/mixed;boundary=\"a; b='c'\"", mixed("a; b='c'")),
        session(
            "a boundary within the quotes of something else",
            "multipart/mixed;x=\";boundary=evil\";boundary=good",
            "--evil\r\n" + SDP + EVIL + "\r\n--evil--\r\n" + mixed("good")),
        session("a boundary that begins like the one around", MIXED, inner("bb")),
        session(
            "garbage before and after",
            MIXED,
            "\0\1--b--\r\n --b\r\n" + mixed("b") + "\r\n--b\r\n" + SDP + EVIL + "\r\n--b--"),
        session(
            "bytes of all kinds beside",
            MIXED,
            "--b\r\n" + NOTE + "\r\n--b\r\n" + SDP + GOOD + "\r\n--b--"),
        session(
            "two descriptions",
            MIXED,
            "--b\r\n" + SDP + GOOD + "\r\n--b\r\n" + SDP + EVIL + "\r\n--b--"),
        session("three deep", MIXED, nested(3)),
        new HostileBody(
            "none that describes", MIXED, "--b\r\n" + NOTE + "\r\n--b--", AS_IT_IS, UNCOUNTED),
        new HostileBody("no body", MIXED, "", NOTHING, UNCOUNTED));
  }

  private static HostileBody refused(String name, String type, String body, String counted) {
    return new HostileBody(name, type, body, "415", counted);
  }

  private static HostileBody session(String name, String type, String body) {
    return new HostileBody(name, type, body, SESSION, UNCOUNTED);
  }

  private static String boundary(String word) {
    return "multipart/mixed;boundary=" + word;
  }

  private static String mixed(String word) {
    return "--" + word + "\r\n" + SDP + GOOD + "\r\n--" + word + "--\r\n";
  }

  /** The description in parts within a part. */
  private static String inner(String word) {
    return "--b\r\nContent-Type: " + boundary(word) + "\r\n\r\n" + mixed(word) + "\r\n--b--\r\n";
  }

  private static String nested(int depth) {
    String text = SDP + GOOD;
    for (int i = depth; i > 1; i--) {
      text =
          "Content-Type: multipart/mixed;boundary=n%1$d\r\n\r\n--n%1$d\r\n%2$s\r\n--n%1$d--\r\n"
              .formatted(i, text);
    }
    return "--b\r\n" + text + "\r\n--b--\r\n";
  }

  private static String more(int parts) {
    return ("\r\n--b\r\n" + NOTE).repeat(parts) + "\r\n";
  }

  private static String headers(int count) {
    String flood =
        IntStream.range(0, count)
            .mapToObj(i -> "X-" + i + ": " + "x".repeat(20) + "\r\n")
            .collect(Collectors.joining());
    return "--b\r\n" + flood + SDP + GOOD + "\r\n--b--\r\n";
  }

  /** The body's bytes. */
  byte[] bytes() {
    return body.getBytes(ISO_8859_1);
  }

  /** Puts it into a message. */
  @Override
  public void accept(SipText message) {
    message.body(type, bytes());
  }

  @Override
  public String toString() {
    return name;
  }
}
