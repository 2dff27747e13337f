package dev.tandem.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GarbageTest {
  @Test
  void sameSeedGivesTheSameGarbage() {
    Garbage one = new Garbage(7, "WS");
    Garbage other = new Garbage(7, "WS");
    for (int i = 0; i < 200; i++) {
      assertThat(other.next()).isEqualTo(one.next());
    }
  }

  @ParameterizedTest
  @EnumSource(Garbage.Kind.class)
  void everyKindCanBeMade(Garbage.Kind kind) {
    Garbage garbage = new Garbage(42, "UDP");
    for (int i = 0; i < 50; i++) {
      byte[] message = garbage.next(kind);
      switch (kind) {
        case EMPTY -> assertThat(message).isEmpty();
        case TRUNCATED -> assertThat(message).hasSizeLessThan(1000);
        default -> assertThat(message).hasSizeBetween(1, 1_100_000);
      }
    }
  }

  @Test
  void oneMegabyteIsLargerThanAnyLimit() {
    assertThat(new Garbage(1, "TCP").next(Garbage.Kind.ONE_MEGABYTE).length)
        .isGreaterThan(1024 * 1024);
  }
}
