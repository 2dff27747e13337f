package dev.tandem.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.trunk.TrunkConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings in config/peers can be used, and each has a page that says how far it was tried. */
class PeerProfilesTest {
  private static final Path PROFILES = Path.of("..", "config", "peers");
  private static final Path PAGES = Path.of("..", "docs", "peers");

  @ParameterizedTest
  @ValueSource(strings = {"asterisk", "freeswitch", "kamailio", "3cx", "cucm", "twilio", "telnyx"})
  void aProfileLoadsWithoutWarnings(String name) throws Exception {
    TandemConfig config = new ConfigLoader().load(PROFILES.resolve(name + ".yaml"));

    assertThat(config.trunks()).extracting(TrunkConfig::name).containsExactly(name);
    // Carriers whose realm we did not find in their pages: the page says how to see it.
    assertThat(TrunkLint.warnings(config))
        .allSatisfy(warning -> assertThat(warning).startsWith("trunks[0].auth.realm: "))
        .hasSize(List.of("twilio", "telnyx").contains(name) ? 1 : 0);
  }

  @Test
  void everyProfileHasAPageThatSaysHowItWasTried() throws Exception {
    for (String name : names(PROFILES, ".yaml")) {
      String page = Files.readString(PAGES.resolve(name + ".md"));
      boolean tried = List.of("asterisk", "kamailio").contains(name);
      assertThat(page)
          .contains(tried ? "**Run in tests**" : "**From documentation only**")
          .contains("../../config/peers/" + name + ".yaml");
    }
    assertThat(names(PAGES, ".md")).isEqualTo(names(PROFILES, ".yaml"));
  }

  private static List<String> names(Path folder, String ending) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(ending))
          .map(file -> file.substring(0, file.length() - ending.length()))
          .sorted()
          .toList();
    }
  }
}
