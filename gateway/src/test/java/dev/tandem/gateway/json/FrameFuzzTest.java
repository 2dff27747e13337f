package dev.tandem.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes are a frame or {@code bad_json}. */
class FrameFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "{\"type\":\"call\",\"id\":\"1\",\"call\":\"c1\",\"to\":\"bob\",\"sdp\":\"v=0\\r\\n\","
              + "\"headers\":{\"X-A\":\"a\"},\"media\":[true,null,1.5e3,-0]}",
          "{\"type\":\"register\",\"data\":{\"id\":\"Anna\",\"user\":\"alice\",\"features\":[]}}",
          "\0\0\0\0{\"type\":\"message\"}",
          "{\"type\":\"message\",\"to\":\"bob\",\"body\":\"\\ud83d\\ude00 \\u0000\"}");
  private static final List<String> WORDS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          ":",
          ",",
          "\\u0000",
          "\\ud800",
          "1e999",
          "-",
          "null",
          "true",
          "\"data\":{",
          "\"type\":",
          "\"id\":",
          "\u00ff",
          "[[[[[[[[[[",
          "{\"a\":{\"a\":",
          "\0",
          "\0\0\0");

  @Test
  void nearlyRightFramesDoNoHarm() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(8259, Mutations.count(100_000), this::anyBytesDoNoHarm);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) {
    try {
      assertThat(new FrameReader(why -> {}).frame(bytes).isObject()).isTrue();
    } catch (Refusal e) {
      assertThat(e).hasMessageNotContaining("Exception");
    }
  }
}
