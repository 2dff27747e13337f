package dev.tandem.gateway.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** Listens in two tabs at once, again and again, until both hear what they should. */
final class Ears {
  private static final Duration STRETCH = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private Ears() {}

  static void bothHear(DemoTab one, DemoTab other, Sound sound) {
    hear(one, sound, other, sound);
  }

  static void bothHear(DemoTab one, DemoTab other, Sound sound, Duration patience) {
    hear(one, sound, other, sound, patience);
  }

  static void hear(DemoTab one, Sound oneHears, DemoTab other, Sound otherHears) {
    hear(one, oneHears, other, otherHears, PATIENCE);
  }

  private static void hear(
      DemoTab one, Sound oneHears, DemoTab other, Sound otherHears, Duration patience) {
    await()
        .pollInSameThread() // Playwright wants to be called from the thread that made it
        .pollDelay(Duration.ZERO)
        .atMost(patience)
        .untilAsserted(
            () -> {
              one.startListening(STRETCH);
              other.startListening(STRETCH);
              expect(one, oneHears);
              expect(other, otherHears);
            });
  }

  private static void expect(DemoTab tab, Sound sound) {
    assertThat(tab.heard()).as("%s hears %s", tab.name(), sound).matches(sound::is, sound.name());
  }
}
