package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/operations.md tells every figure of a running gateway, and no other. */
class MetricsPageTest {
  private static final Pattern TOLD = Pattern.compile("`(tandem_\\w+)`");
  private static final Pattern SHOWN = Pattern.compile("(?m)^# TYPE (tandem_\\w+) ");

  @Test
  void thePageAndTheGatewayAgree() throws Exception {
    String yaml =
        """
        domain: a.b
        http: {listen: "127.0.0.1:0"}
        sip: {listen: {udp: "127.0.0.1:0", tcp: []}}
        media: {rtpengine: {engines: [{address: "127.0.0.1:9"}]}}
        trunks: [{name: t, address: "127.0.0.1:9", register: {user: u}, health: {interval: 1h}}]
        """;
    Set<String> told = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "operations.md"))) {
      if (line.startsWith("| `tandem_")) {
        told.addAll(all(TOLD, line));
      }
    }

    Set<String> shown;
    try (Gateway gateway =
        Gateway.start(
            new ConfigLoader().parse("test", yaml, Path.of("")), GatewayEnvironment.system())) {
      URI page = URI.create(gateway.endpoints().get(0).url() + "metrics");
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
      shown = all(SHOWN, response.body());
    }
    // Micrometer adds the longest of late to every timer.
    shown.removeIf(name -> name.endsWith("_max"));

    assertThat(told).isEqualTo(shown);
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
