package dev.tandem.sip.auth;

import static dev.tandem.sip.auth.DigestAlgorithm.MD5;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DigestSettingsTest {

  @Test
  void badValuesAreRefused() {
    refuses("", List.of(MD5), Duration.ofMinutes(1), 16);
    refuses("a\"b", List.of(MD5), Duration.ofMinutes(1), 16);
    refuses("a\\b", List.of(MD5), Duration.ofMinutes(1), 16);
    refuses("a\nb", List.of(MD5), Duration.ofMinutes(1), 16);
    refuses("a", List.of(), Duration.ofMinutes(1), 16);
    refuses("a", List.of(MD5, MD5), Duration.ofMinutes(1), 16);
    refuses("a", List.of(MD5), Duration.ZERO, 16);
    refuses("a", List.of(MD5), Duration.ofMinutes(1), 15);
    refuses("a", List.of(MD5), Duration.ofMinutes(1), 0);
    refuses("a", List.of(MD5), Duration.ofMinutes(1), 1 << 25);
    refuses("a", List.of(MD5), Duration.ofMinutes(1), Integer.MIN_VALUE);
  }

  private static void refuses(
      String realm, List<DigestAlgorithm> algorithms, Duration lifetime, int slots) {
    assertThatThrownBy(() -> new DigestSettings(realm, algorithms, lifetime, slots, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ha1MustBeADigest() {
    assertThatThrownBy(() -> Credentials.ofHa1(Map.of(MD5, "abc")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 hex digits")
        .hasMessageNotContaining("abc");
    assertThatThrownBy(() -> Credentials.ofHa1(Map.of(MD5, "x".repeat(32))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
