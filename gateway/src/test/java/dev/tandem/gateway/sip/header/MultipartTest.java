package dev.tandem.gateway.sip.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.sip.header.Multipart.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
  private static final String TYPE = "multipart/mixed;boundary=b";
  private static final String SDP = "v=0\r\nm=audio 4000 RTP/AVP 0\r\n";
  private static final String OTHER = part("application/isup", "handling=optional", "\001");
  private static final String NEEDED = part("application/isup", "handling=required", "\001");
  private static final String SESSION = "Content-Type: application/sdp\r\n\r\n" + SDP;

  private static String part(String type, String parameter, String body) {
    return "Content-Type: "
        + type
        + "\r\nContent-Disposition: signal;"
        + parameter
        + "\r\n\r\n"
        + body;
  }

  private static String body(String... parts) {
    return "--b\r\n" + String.join("\r\n--b\r\n", parts) + "\r\n--b--\r\n";
  }

  private static String sdp(Multipart found) {
    Body sdp = found.sdp();
    return sdp == null ? "none" : new String(sdp.bytes(), StandardCharsets.ISO_8859_1);
  }

  private static void finds(Multipart found, String sdp, boolean understood) {
    assertThat(sdp(found)).isEqualTo(sdp);
    assertThat(found.isUnderstood()).isEqualTo(understood);
  }

  @Test
  void theSessionIsFoundAmongOthersThatNobodyHasToUnderstand() {
    finds(Multipart.of(TYPE, body(SESSION)), SDP, true);
    finds(Multipart.of(TYPE, body(OTHER, SESSION)), SDP, true);
    finds(Multipart.of(TYPE, "to be ignored\r\n" + body(SESSION, OTHER) + "this too"), SDP, true);
    finds(Multipart.of("multipart/mixed; boundary=\"b\"", body(SESSION)), SDP, true);
    finds(Multipart.of(TYPE, body(OTHER)), "none", true);
  }

  @Test
  void whatIsNeededAndUnknownIsNotUnderstood() {
    finds(Multipart.of(TYPE, body(NEEDED, SESSION)), SDP, false);
    finds(Multipart.of(TYPE, body(SESSION, "Content-Type: text/x\r\n\r\nx")), SDP, false);
    String encoded =
        "Content-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\ndj0w";
    finds(Multipart.of(TYPE, body(encoded)), "none", false);
    String early =
        "Content-Type: application/sdp\r\n"
            + "Content-Disposition: early-session;handling=optional\r\n\r\n";
    finds(Multipart.of(TYPE, body(early + "v=1\r\n", SESSION)), SDP, true);
  }

  @Test
  void ofAlternativesTheLastThatIsUnderstoodCounts() {
    String other = SDP.replace("4000", "6000");
    String both = body(SESSION, NEEDED, "Content-Type: Application/SDP\r\n\r\n" + other);
    finds(Multipart.of("multipart/alternative;boundary=b", both), other, true);
    finds(Multipart.of("multipart/alternative;boundary=b", body(NEEDED)), "none", false);
  }

  private static String nested(int depth) {
    String inner = SESSION;
    for (int i = depth; i > 1; i--) {
      inner =
          "Content-Type: multipart/mixed;boundary=n%1$d\r\n\r\n--n%1$d\r\n%2$s\r\n--n%1$d--\r\n"
              .formatted(i, inner);
    }
    return body(inner);
  }

  @Test
  void partsWithinPartsAreReadUpToABound() {
    finds(Multipart.of(TYPE, nested(Multipart.MAX_DEPTH)), SDP, true);
    finds(Multipart.of(TYPE, nested(Multipart.MAX_DEPTH + 1)), "none", false);
    finds(Multipart.of(TYPE, nested(500)), "none", false);
    String[] many = new String[Multipart.MAX_PARTS];
    java.util.Arrays.fill(many, OTHER);
    many[0] = SESSION;
    finds(Multipart.of(TYPE, body(many)), SDP, true);
    String[] tooMany = java.util.Arrays.copyOf(many, many.length + 1);
    tooMany[many.length] = OTHER;
    finds(Multipart.of(TYPE, body(tooMany)), SDP, false);
  }

  private static Reading reading(String body) {
    return Multipart.of(TYPE, body).reading();
  }

  /** What is too much is told from what is broken, and that from what is only not known. */
  @Test
  void whyItIsNotUnderstoodIsTold() {
    assertThat(reading(body(SESSION))).isEqualTo(Reading.UNDERSTOOD);
    assertThat(reading(body(NEEDED, SESSION))).isEqualTo(Reading.UNKNOWN);
    assertThat(reading("--b\r\n" + SESSION)).isEqualTo(Reading.BROKEN);
    assertThat(reading("--b\r\n" + NEEDED)).isEqualTo(Reading.BROKEN);
    assertThat(reading(nested(Multipart.MAX_DEPTH + 1))).isEqualTo(Reading.TOO_MUCH);
    assertThat(reading("--b\r\n".repeat(Multipart.MAX_PARTS + 3))).isEqualTo(Reading.TOO_MUCH);
    String flood = "X: " + "x".repeat(Multipart.MAX_HEADER) + "\r\n" + SESSION;
    assertThat(reading(body(NEEDED, flood))).isEqualTo(Reading.TOO_MUCH);
    assertThat(Multipart.of("multipart/mixed", body(SESSION)).reading()).isEqualTo(Reading.BROKEN);
    String alternatives = "multipart/alternative;boundary=b";
    assertThat(Multipart.of(alternatives, body(NEEDED, flood)).reading())
        .isEqualTo(Reading.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/mixed;BOUNDARY=b",
        "multipart/mixed ; x ; boundary = \"b\" ; y=z",
        "multipart/mixed;x=\";boundary=evil;\";boundary=b",
        "multipart/mixed;x=\"\\\";boundary=evil;\";boundary=b",
        "multipart/mixed;xboundary=evil;boundary=\"\\b\"",
        "multipart/mixed;=;;boundary=b;boundary=evil"
      })
  void theBoundaryIsTheParameterOfThatName(String type) {
    finds(Multipart.of(type, body(SESSION)), SDP, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";boundary", ";boundary=", ";boundary=\"\"", ";x=\";boundary=b"})
  void whatHasNoBoundaryIsBroken(String parameters) {
    Multipart found = Multipart.of("multipart/mixed" + parameters, body(SESSION));
    assertThat(found.reading()).isEqualTo(Reading.BROKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--b",
        "--b--",
        "--b\r\n",
        "--b\r\n--b--",
        "--b\r\n\r\n\r\n--b--",
        "--b\r\n:\r\n--b--",
        "\r\n\r\n--b"
      })
  void whatIsCutOffIsNotUnderstood(String body) {
    finds(Multipart.of(TYPE, body), "none", false);
  }

  @Test
  void withoutBoundaryNothingIsUnderstood() {
    finds(Multipart.of("multipart/mixed", body(SESSION)), "none", false);
    finds(Multipart.of("multipart/mixed;boundary=" + "x".repeat(71), body(SESSION)), "none", false);
  }

  /** Whatever comes, it is read to its end. */
  @Test
  void noBytesAreTooStrange() {
    Random random = new Random(5);
    String good = body(OTHER, SESSION, nested(3));
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int changes = random.nextInt(6); changes >= 0; changes--) {
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) {
          text.setCharAt(at, (char) random.nextInt(256));
        } else {
          text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
        }
      }
      assertThat(Multipart.of(TYPE, text.toString())).isNotNull();
    }
  }
}
