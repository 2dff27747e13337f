package dev.tandem.gateway.sdp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import dev.tandem.testkit.Sdp;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes are a description whose lines are all there, whatever they say. */
class DescriptionFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          Sdp.browser(),
          "v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=inactive\r\n"
              + "m=audio 0 RTP/AVP 0 8\r\nm=video 9 RTP/SAVP 96\r\na=rtpmap:96 VP8/90000\r\n");
  private static final List<String> WORDS =
      List.of(
          "m=",
          "m=audio",
          "a=rtpmap:",
          "a=fmtp:",
          "a=mid:",
          "a=group:BUNDLE",
          "\r\n",
          "\n",
          "\r",
          " ",
          ":",
          "/",
          "IN IP4",
          "a=sendrecv",
          "a=inactive",
          "c=",
          "b=AS:",
          "o=",
          "\0");

  @Test
  void nearlyRightDescriptionsDoNoHarm() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(8866, Mutations.count(150_000), this::anyBytesDoNoHarm);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) {
    SdpText text = SdpText.parse(bytes);
    assertThat(new String(text.bytes(), ISO_8859_1)).isEqualTo(new String(bytes, ISO_8859_1));
  }
}
