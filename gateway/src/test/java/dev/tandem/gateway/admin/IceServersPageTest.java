package dev.tandem.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.TestGateway;
import dev.tandem.gateway.token.TestTokens;
import dev.tandem.testkit.ManualClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IceServersPageTest {
  private static final String TURN =
      """
      ice:
        stun: ["stun:stun.example:3478"]
        turn: {urls: ["turn:turn.example:3478?transport=udp"], secret: north, lifetime: 1h}
      """;

  private final ManualClock clock = new ManualClock();
  private final HttpClient client = HttpClient.newHttpClient();
  private TestGateway gateway;

  private void start(String yaml) throws Exception {
    gateway =
        TestGateway.start(
            """
            domain: example.test
            http: {listen: ["127.0.0.1:0"]}
            sip: {listen: {udp: [], tcp: []}}
            websocket: {allowedOrigins: ["https://app.example"]}
            users: [{user: alice}]
            auth: {tokens: {secret: "%s"}}
            %s"""
                .formatted(TestTokens.SECRET, yaml),
            clock);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private HttpResponse<String> ask(String method, String... headers) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + gateway.address("http").getPort() + "/ice-servers");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }

  private static String bearer() {
    return "Bearer " + TestTokens.shared("alice");
  }

  @Test
  void credentialsAreTheUsersOwnAndCoturnWillTakeThem() throws Exception {
    start(TURN);
    HttpResponse<String> response = ask("GET", "Authorization", bearer());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    JsonNode body = json(response);
    assertThat(body.path("ttl").asInt()).isEqualTo(3600);
    assertThat(body.at("/iceServers/0/urls").asText()).isEqualTo("stun:stun.example:3478");
    JsonNode turn = body.at("/iceServers/1");
    assertThat(turn.at("/urls/0").asText()).isEqualTo("turn:turn.example:3478?transport=udp");
    Instant expires = ManualClock.START.plus(Duration.ofHours(1));
    assertThat(turn.path("username").asText()).isEqualTo(expires.getEpochSecond() + ":alice");
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(
        new SecretKeySpec("north".getBytes(java.nio.charset.StandardCharsets.UTF_8), "HmacSHA1"));
    assertThat(turn.path("credential").asText())
        .isEqualTo(
            Base64.getEncoder()
                .encodeToString(
                    mac.doFinal(
                        turn.path("username")
                            .asText()
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8))));
  }

  @Test
  void cookieProvesTheUserToo() throws Exception {
    start(TURN);
    assertThat(ask("GET", "Cookie", "tandem_token=" + TestTokens.shared("alice")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void strangersGetNoCredentials() throws Exception {
    start(TURN);
    assertThat(ask("GET").statusCode()).isEqualTo(401);
    assertThat(ask("GET", "Authorization", bearer() + "x").statusCode()).isEqualTo(401);
  }

  @Test
  void strangersGetCredentialsWhereTheConfigurationSaysSo() throws Exception {
    start(TURN.replace("lifetime: 1h", "lifetime: 1h, anonymous: true"));
    assertThat(json(ask("GET")).at("/iceServers/1/username").asText()).endsWith(":anonymous");
    assertThat(ask("GET", "Authorization", bearer() + "x").statusCode()).isEqualTo(401);
  }

  @Test
  void withoutTurnThereIsNothingToProtect() throws Exception {
    start("ice: {stun: [\"stun:stun.example\"]}");
    assertThat(json(ask("GET")).at("/iceServers/0/urls").asText()).isEqualTo("stun:stun.example");
  }

  @Test
  void pagesOfTheAllowedOriginsMayReadIt() throws Exception {
    start(TURN);
    HttpResponse<String> preflight = ask("OPTIONS", "Origin", "https://app.example");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers"))
        .contains("Authorization");
    HttpResponse<String> response =
        ask("GET", "Origin", "https://app.example", "Authorization", bearer());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("https://app.example");
    HttpResponse<String> other =
        ask("GET", "Origin", "https://evil.example", "Authorization", bearer());
    assertThat(other.statusCode()).isEqualTo(403);
    assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void onlyReadingIsPossible() throws Exception {
    start(TURN);
    assertThat(ask("POST").statusCode()).isEqualTo(405);
  }
}
