package dev.tandem.gateway.sip.header;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.gateway.call.Body;
import dev.tandem.testkit.Mutations;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any body of several parts is read, and what is taken for a description stands in it as it is. */
class MultipartFuzzTest {
  private static final String SDP = "Content-Type: application/sdp\r\n\r\nv=0\r\ns=-\r\n";
  private static final String ISUP =
      "content-type:application/isup\r\n"
          + "Content-Disposition: signal;handling=optional\r\n\r\n\1\2\r\n";
  private static final List<String> SEEDS =
      List.of(
          "multipart/mixed;boundary=b\n--b\r\n" + SDP + "\r\n--b\r\n" + ISUP + "\r\n--b--\r\n",
          "multipart/alternative; boundary=\"a b\"\npreamble\r\n--a b\r\n\r\nplain\r\n--a b \t\r\n"
              + SDP
              + "\r\n--a b--epilogue",
          "multipart/mixed;boundary=b\n--b\r\nContent-Type: multipart/mixed;\r\n boundary=c\r\n\r\n"
              + "--c\r\n"
              + SDP
              + "\r\n--c--\r\n--b\r\nContent-Transfer-Encoding: binary\r\n"
              + SDP
              + "--b--");
  private static final List<String> WORDS =
      List.of(
          "\r\n",
          "\r\n\r\n",
          "\r\n ",
          "--",
          "--b\r\n",
          "\r\n--b--",
          "\r\n--c\r\n",
          "boundary=",
          ";boundary=\"b\"",
          "multipart/",
          "multipart/alternative;boundary=b",
          "Content-Type: ",
          "application/sdp",
          "Content-Disposition: session;handling=required",
          "handling=optional",
          "Content-Transfer-Encoding: base64",
          ";",
          "\"",
          ":",
          "\0");

  @Test
  void nearlyRightBodiesDoNoHarm() {
    int[] found = new int[1];
    int count = Mutations.count(100_000);
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(2046, count, bytes -> found[0] += take(bytes).sdp() == null ? 0 : 1);
    assertThat(found[0]).as("with a description").isBetween(count / 50, count - count / 50);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) {
    take(bytes);
  }

  /** The first line is the Content-Type. */
  private static Multipart take(byte[] bytes) {
    String[] input = new String(bytes, ISO_8859_1).split("\n", 2);
    String body = input.length < 2 ? "" : input[1];
    Multipart read = Multipart.of(input[0], body);
    Body sdp = read.sdp();
    if (sdp != null) {
      assertThat(sdp.contentType()).isEqualTo("application/sdp");
      assertThat(body + "\r\n").contains(new String(sdp.bytes(), ISO_8859_1));
    }
    return read;
  }
}
