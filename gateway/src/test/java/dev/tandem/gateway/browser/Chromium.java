package dev.tandem.gateway.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Debian's Chromium with a fake microphone that beeps several times a second. Its name resolution
 * is switched off but for this machine, so nothing leaves. Owns the browser's processes; they end
 * with {@link #close}. Not thread-safe, like everything in Playwright.
 */
final class Chromium implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--use-fake-device-for-media-stream",
          "--use-fake-ui-for-media-stream",
          "--autoplay-policy=no-user-gesture-required",
          // Without it no candidate on 127.0.0.1 is gathered, and a machine with only lo is deaf.
          "--allow-loopback-in-peer-connection",
          "--force-webrtc-ip-handling-policy=default",
          // Chromium honours only the last --disable-features, so all of them go in one.
          "--disable-features=WebRtcHideLocalIpsWithMdns",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-domain-reliability",
          "--metrics-recording-only",
          "--no-first-run",
          "--no-default-browser-check",
          "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");

  private final Playwright playwright;
  private final Browser browser;

  Chromium() {
    this(Path.of("/usr/bin/chromium"), List.of());
  }

  /** One that is started in another way, or with flags in addition. */
  Chromium(Path executable, List<String> flags) {
    PlaywrightAssertions.setDefaultAssertionTimeout(12_000);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      browser =
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(executable)
                      // "Headless" would ask for the old headless mode; the flag asks for the new.
                      .setHeadless(false)
                      .setArgs(Stream.concat(FLAGS.stream(), flags.stream()).toList()));
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  /** A fresh profile: tabs of one profile see each other on the page's list of people. */
  Profile newProfile() {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setPermissions(List.of("microphone"))
                .setViewportSize(1000, 780));
    context.setDefaultTimeout(10_000);
    return new Profile(context);
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }

  /** One person's browser profile, and the tabs opened in it. */
  static final class Profile implements AutoCloseable {
    private final BrowserContext context;
    private final List<DemoTab> tabs = new ArrayList<>();

    private Profile(BrowserContext context) {
      this.context = context;
    }

    DemoTab open(String url) {
      DemoTab tab = new DemoTab(context.newPage());
      tabs.add(tab);
      tab.visit(url);
      return tab;
    }

    /** An empty page, for what is no demo page. */
    Page page() {
      return context.newPage();
    }

    /** Scripts that failed, and what the content security policy forbade, in any tab. */
    List<String> complaints() {
      return tabs.stream().flatMap(tab -> tab.complaints().stream()).toList();
    }

    List<DemoTab> tabs() {
      return tabs;
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
