package dev.tandem.gateway.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.tandem.gateway.browser.Chromium.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages and subscriptions of SIP.js and JsSIP as they are shipped, in a real browser. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
class EventsInBrowserTest {
  private static final String AWAY =
      "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@tandem.example\">"
          + "<tuple id=\"t\"><status><basic>open</basic></status><note>at lunch</note></tuple>"
          + "</presence>";

  private GatewayWithPage gateway;
  private Chromium chromium;
  private String libraries;
  private String phones;

  @BeforeAll
  void start() throws Exception {
    libraries = bundle();
    phones = resource("event-phones.js");
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

  /** Both libraries as npm has them, in one script. */
  private static String bundle() throws IOException, InterruptedException {
    Process esbuild =
        new ProcessBuilder(
                "node_modules/.bin/esbuild",
                "--bundle",
                "--format=iife",
                "--global-name=libraries",
                "--log-level=error")
            .directory(Path.of("../web-demo").toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var input = esbuild.outputWriter(StandardCharsets.UTF_8)) {
      input.write("export * as sip from 'sip.js'; export { default as JsSIP } from 'jssip';");
    }
    String script =
        new String(esbuild.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .replaceFirst("var libraries", "globalThis.libraries");
    assertThat(esbuild.waitFor()).isZero();
    return script;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = EventsInBrowserTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A page with a phone that is registered. */
  private final class Person {
    private final Page page;

    Person(Profile profile, String library, String user) {
      page = profile.page();
      page.addInitScript(libraries);
      page.addInitScript(phones);
      page.navigate(gateway.pageUrl());
      page.evaluate(
          "([library, user, server]) => openPhone(library, user, server)",
          List.of(library, user, gateway.webSocketUrl()));
    }

    void does(String what, Object... arguments) {
      page.evaluate("(given) => { phone." + what + "(...given); }", List.of(arguments));
    }

    /** Waits until the phone is told something that has all of these in it, after the last. */
    void hears(String... parts) {
      page.waitForFunction(
          """
          (parts) => {
            const found = heard.findIndex((told) => parts.every((part) => told.includes(part)));
            heard.splice(0, found + 1);
            return found >= 0;
          }
          """,
          List.of(parts));
    }

    void stopsWatching() {
      page.evaluate("() => { stopWatching(); }");
    }

    void leaves() {
      page.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"SIP.js,JsSIP", "JsSIP,SIP.js", "SIP.js,SIP.js", "JsSIP,JsSIP"})
  void messagesAndPresence(String hers, String his) {
    try (Profile profile = chromium.newProfile()) {
      Person alice = new Person(profile, hers, "alice");
      alice.does("watches", "bob", "presence");
      alice.hears("presence", "<basic>closed</basic>");
      alice.does("says", "bob", "are you there?");
      alice.hears("refused 480");

      Person bob = new Person(profile, his, "bob");
      alice.hears("presence", "<basic>open</basic>");
      alice.does("says", "bob", "¿Qué tal?");
      bob.hears("message ¿Qué tal?");
      alice.hears("accepted 200");
      bob.does("says", "alice", "all well");
      alice.hears("message all well");
      bob.hears("accepted 200");

      bob.leaves();
      alice.hears("presence", "<basic>closed</basic>");
      alice.stopsWatching();
    }
    gateway.hasNothingLeft(Duration.ofSeconds(70)); // as long as a device may take to come back
  }

  @Test
  void publicationAndBusyLamp() {
    try (Profile profile = chromium.newProfile()) {
      Person alice = new Person(profile, "JsSIP", "alice");
      Person bob = new Person(profile, "SIP.js", "bob");
      alice.does("watches", "bob", "presence");
      alice.hears("<basic>open</basic>");
      bob.does("publishes", AWAY);
      bob.hears("publication Published");
      alice.hears("at lunch");
      bob.does("watches", "alice", "dialog");
      bob.hears("dialog-info", "state=\"full\"");
    }
  }
}
