package dev.tandem.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets Awaitility look at once, and then every few milliseconds: what is waited for here comes in a
 * millisecond or two, and Awaitility's own 100 ms were most of the time that the tests took. JUnit
 * finds it by itself.
 */
public final class QuickPolls implements BeforeAllCallback {
  private static final Duration INTERVAL = Duration.ofMillis(3);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(INTERVAL);
  }
}
