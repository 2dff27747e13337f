package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.testkit.ManualClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What operators see of trunks, over HTTP. */
class TrunksApiTest {
  private static final String YAML =
      """
      domain: example.test
      http: {listen: ["127.0.0.1:0"]}
      sip: {listen: {udp: ["127.0.0.1:0"], tcp: []}}
      users: [{user: alice, password: secret}]
      admin: {allowFrom: ["%s"]}
      trunks:
        - {name: pbx, address: "127.0.0.2:5099"}
        - name: lost
          address: no-such-host.invalid
          register: {user: u}
          auth: {user: u, password: secret-of-trunk}
      """;

  private final ManualClock clock = new ManualClock();

  private static HttpResponse<String> get(TestGateway gateway, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + gateway.address("http").getPort() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void stateIsToldInWordsAndNoSecret() throws Exception {
    try (TestGateway gateway = TestGateway.start(YAML.formatted("127.0.0.1"), clock)) {
      HttpResponse<String> response = get(gateway, "/api/trunks");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).doesNotContain("secret");
      JsonNode trunks = new ObjectMapper().readTree(response.body()).get("trunks");
      JsonNode pbx = trunks.get(0);
      assertThat(pbx.get("name").asText()).isEqualTo("pbx");
      assertThat(pbx.get("up").asBoolean()).isTrue();
      assertThat(pbx.get("reason").asText()).isEqualTo("not asked, so taken to be there");
      assertThat(pbx.get("addresses").get(0).asText()).isEqualTo("127.0.0.2:5099");
      assertThat(pbx.get("calls").asInt()).isZero();
      assertThat(pbx.has("registration")).isFalse();
      JsonNode lost = trunks.get(1);
      assertThat(lost.get("up").asBoolean()).isFalse();
      assertThat(lost.get("addresses")).isEmpty();
      assertThat(lost.get("registration").get("registered").asBoolean()).isFalse();
    }
  }

  /** A trunk whose name nobody knows keeps nothing from starting. */
  @Test
  void metricsTellEachTrunk() throws Exception {
    try (TestGateway gateway = TestGateway.start(YAML.formatted("127.0.0.1"), clock)) {
      assertThat(get(gateway, "/metrics").body())
          .contains(
              "tandem_trunk_up{trunk=\"pbx\"} 1.0",
              "tandem_trunk_up{trunk=\"lost\"} 0.0",
              "tandem_trunk_registered{trunk=\"lost\"} 0.0",
              "tandem_trunk_calls{trunk=\"pbx\"} 0.0");
    }
  }

  @Test
  void strangersSeeNothing() throws Exception {
    try (TestGateway gateway = TestGateway.start(YAML.formatted("10.0.0.0/8"), clock)) {
      assertThat(get(gateway, "/api/trunks").statusCode()).isEqualTo(403);
    }
  }
}
