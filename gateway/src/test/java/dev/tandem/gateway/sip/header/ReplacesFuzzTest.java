package dev.tandem.gateway.sip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A dialog that a Replaces names is written on one line, and read as the same again. */
class ReplacesFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "12345@atlanta.example;to-tag=1;from-tag=2",
          "a ; from-tag = x ; to-tag=\ty;early-only",
          "<q\"@[::1]>;to-tag=1;other=\"z\";from-tag=2");
  private static final List<String> WORDS =
      List.of(
          ";",
          "=",
          ",",
          "\"",
          "<",
          "@",
          " ",
          "\t",
          "\r\n",
          "\n",
          "\r",
          "to-tag=",
          ";from-tag=",
          ";early-only",
          "TO-TAG",
          "\u00e9",
          "\u2028",
          "\0");

  @Test
  void whatIsNearlyRightIsWrittenAsItIsRead() {
    int[] read = new int[1];
    int count = Mutations.count(30_000);
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(3891, count, bytes -> read[0] += take(bytes) == null ? 0 : 1);
    assertThat(read[0]).as("that were read").isBetween(count / 50, count - count / 50);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyValueIsWrittenAsItIsRead(byte[] bytes) {
    take(bytes);
  }

  private static @Nullable Replaces take(byte[] bytes) {
    Replaces replaces = Replaces.parse(new String(bytes, UTF_8));
    if (replaces != null) {
      isWrittenAsItIsRead(replaces);
      assertThat(replaces.turned().turned()).isEqualTo(replaces);
    }
    return replaces;
  }

  static void isWrittenAsItIsRead(Replaces replaces) {
    assertThat(replaces.text()).doesNotContainPattern("[\\s\0]");
    assertThat(Replaces.parse(replaces.text())).isEqualTo(replaces);
  }
}
