package dev.tandem.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.file.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/configuration.md tells every key with its true default, and no other key. */
class ReferencePageTest {
  private static final Pattern ROW = Pattern.compile("\\| `([\\w.\\[\\]]+)` \\| ?([^|]*) \\|.*");

  private static final Pattern STEPS =
      Pattern.compile(
          "(trunks\\[]\\.numbers\\.(in|out)|routes\\[]\\.rewrite\\.caller\\.number)\\[]\\..*");

  @Test
  void thePageAndTheReaderAgree() throws Exception {
    Map<String, String> known =
        new TreeMap<>(
            ConfigLoader.reference(
                """
                domain: a.b
                users: [{user: a, password: b}]
                trunks:
                  - name: t
                    address: a
                    numbers: {in: [{strip: 1}], out: [{strip: 1}]}
                trunkGroups: [{name: g, members: [{trunk: t}]}]
                userGroups: [{name: g}]
                media: {rtpengine: {engines: [{address: "127.0.0.1:2223"}]}}
                registrar: {forward: [{users: [a], trunk: t}]}
                routes:
                  - number: 9*
                    trunk: t
                    times: [{}]
                    rewrite: {number: [{strip: 1}], caller: {number: [{strip: 1}]}}
                """));
    known.values().removeIf(Catalogue.SECTION::equals);
    known
        .keySet()
        .removeAll(
            java.util.List.of(
                "users",
                "trunks",
                "routes",
                "routes[].times",
                "routes[].rewrite.number",
                "trunkGroups",
                "trunkGroups[].members",
                "userGroups",
                "media.rtpengine.engines",
                "registrar.forward"));
    // Said once, for numbers everywhere: how steps are written.
    known.keySet().removeIf(STEPS.asMatchPredicate());

    Map<String, String> told = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "configuration.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        told.put(row.group(1), row.group(2).strip().replace("`", ""));
      }
    }

    assertThat(told).isEqualTo(known);
  }
}
