package dev.tandem.gateway.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any reply is a dictionary that can be written again, or no reply. */
class BencodeFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "d6:result4:ponge",
          "d3:sdp5:v=0\r\n6:result2:ok4:tagsd1:ad6:mediasld5:indexi1eeeeee",
          "d12:error-reason7:Unknown6:result5:errore",
          "d7:createdi-12e7:streamslli0ei18446744073709551615eeee");
  private static final List<String> WORDS =
      List.of("d", "l", "i", "e", "0:", "1:a", "6:result", "-", "i-0e", "i01e", "li", "de", "\0");

  @Test
  void nearlyRightRepliesDoNoHarm() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(2223, Mutations.count(250_000), this::anyBytesDoNoHarm);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) throws Exception {
    Map<String, Object> reply;
    try {
      reply = Bencode.decode(bytes, 0);
    } catch (Bencode.BadBencode e) {
      return;
    }
    byte[] written = Bencode.encode(reply);
    assertThat(Bencode.decode(written, 0)).as(new String(written, UTF_8)).isEqualTo(reply);
  }
}
