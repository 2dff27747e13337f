package dev.tandem.gateway.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.browser.Chromium.Profile;
import dev.tandem.testkit.Cable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One gateway and one Chromium for a class, a fresh profile for each test. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
abstract class BrowserTest {
  private static final Path PICTURES = Path.of("target", "browser-failures");

  private @Nullable GatewayWithPage gateway;
  private @Nullable Chromium chromium;
  private @Nullable Profile profile;

  /**
   * What the tabs looked like, and what they had sent and received, when a test failed, while they
   * are still there.
   */
  @RegisterExtension
  final AfterTestExecutionCallback picturesOfFailures =
      test -> {
        if (test.getExecutionException().isPresent() && profile != null) {
          List<DemoTab> tabs = profile.tabs();
          for (DemoTab tab : tabs) {
            String file =
                test.getRequiredTestMethod().getName()
                    + "-"
                    + test.getDisplayName().replaceAll("\\W+", "-")
                    + "-"
                    + tab.name();
            tab.screenshot(PICTURES.resolve(file + ".png"));
            Files.write(PICTURES.resolve(file + ".txt"), tab.wire());
          }
        }
      };

  @BeforeAll
  void start() throws Exception {
    gateway = GatewayWithPage.start();
    chromium = new Chromium();
  }

  @AfterAll
  void stop() {
    if (chromium != null) {
      chromium.close();
    }
    if (gateway != null) {
      gateway.close();
    }
  }

  @BeforeEach
  void openProfile() {
    profile = chromium.newProfile();
  }

  @AfterEach
  void closeProfile() {
    List<String> complaints = profile.complaints();
    profile.close();
    assertThat(complaints).as("scripts that failed, and policies that were violated").isEmpty();
  }

  /** A tab at the sign-in form. */
  DemoTab tab() {
    return profile.open(gateway.pageUrl());
  }

  /** A tab at the sign-in form of a page from elsewhere. */
  DemoTab tabAt(String url) {
    return profile.open(url);
  }

  /** A tab that is signed in. */
  DemoTab tabOf(String user, Library library) {
    return tab().signsInAs(user, library);
  }

  /** A tab that is signed in, and has the gateway at the other end of a cable. */
  DemoTab tabOf(String user, Library library, Cable cable) {
    return tabAt("http://127.0.0.1:" + cable.address().getPort() + "/").signsInAs(user, library);
  }

  GatewayWithPage gateway() {
    return gateway;
  }
}
