package dev.tandem.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.TestGateway;
import dev.tandem.testkit.ManualClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the running gateway tells of where a call would go. */
class ExplainPageTest {
  private static final String YAML =
      """
      domain: example.test
      http: {listen: ["127.0.0.1:0"]}
      sip: {listen: {udp: ["127.0.0.1:0"], tcp: []}}
      users: [{user: alice, password: x, displayName: Alice}]
      trunks: [{name: pbx, address: 127.0.0.9}]
      routes: [{name: night, number: "9*", from: {addresses: [10.0.0.0/8]}, trunk: pbx}]
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private TestGateway gateway;

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void start(String more) throws Exception {
    gateway = TestGateway.start(YAML + more, new ManualClock());
  }

  private HttpRequest.Builder request(String query) {
    return HttpRequest.newBuilder(
        URI.create(
            "http://127.0.0.1:"
                + gateway.address("http").getPort()
                + "/api/route/explain"
                + query));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aQueryIsAnsweredInJson() throws Exception {
    start("");
    HttpResponse<String> answer =
        send(request("?from=alice&to=912&address=10.1.1.1&header=X-A%3A%201"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode root = new ObjectMapper().readTree(answer.body());
    assertThat(root.at("/asked/from").asText()).isEqualTo("\"Alice\" <sip:alice@example.test>");
    assertThat(root.at("/decision/trunks/0").asText()).isEqualTo("pbx");
    assertThat(root.at("/steps/3/subject").asText()).isEqualTo("route night");
    assertThat(root.at("/steps/3/taken").asBoolean()).isTrue();
    assertThat(root.at("/legs/0/uri").asText()).isEqualTo("sip:912@127.0.0.9");
    assertThat(root.at("/legs/0/changes/2/what").asText()).isEqualTo("X-A");
  }

  @Test
  void aPostIsTheSame() throws Exception {
    start("");
    HttpResponse<String> answer =
        send(
            request("")
                .header("Accept", "text/plain")
                .POST(
                    BodyPublishers.ofString(
                        """
                        {"from": "alice", "to": "912", "address": "192.0.2.1",
                         "at": "2026-11-20T12:00:00Z", "header": ["X-A: 1", "X-B: 2"]}
                        """)));
    assertThat(answer.body())
        .startsWith("Call to 912 from user alice \"Alice\" <sip:alice@example.test>, Fri 2026")
        .contains("source address 192.0.2.1 is not in 10.0.0.0/8")
        .endsWith("Refused: 404 Not Found (not_found)\n");
  }

  @ParameterizedTest
  @CsvSource({
    "?to=1, from is missing",
    "?from=alice&to=1&too=2, too is not known",
    "?from=alice&to=1&to=2, to is there more than once",
    "?from=alice&to=1&at=noon, at was",
    "?from=alice&to=1&source=pbxx, there is no trunk pbxx; there are pbx",
    "?from=alice&to=http://x, to was",
    "?from=alice&to=1&header=x, header was"
  })
  void whatCannotBeAskedIsTold(String query, String told) throws Exception {
    start("");
    HttpResponse<String> answer = send(request(query));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).startsWith("400 Bad Request: " + told);
  }

  @Test
  void whatIsNoJsonIsTold() throws Exception {
    start("");
    for (String body : new String[] {"{", "[]", ""}) {
      HttpResponse<String> answer = send(request("").POST(BodyPublishers.ofString(body)));
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
    }
    String large = "{\"from\": \"" + "x".repeat(20_000) + "\"}";
    assertThat(send(request("").POST(BodyPublishers.ofString(large))).statusCode()).isEqualTo(400);
  }

  @Test
  void itIsNotForThePublic() throws Exception {
    start("admin: {allowFrom: [192.0.2.0/24]}");
    assertThat(send(request("?from=alice&to=912")).statusCode()).isEqualTo(403);
    assertThat(send(request("").POST(BodyPublishers.ofString("{}"))).statusCode()).isEqualTo(403);
  }

  @Test
  void nothingCanBePutThere() throws Exception {
    start("");
    HttpResponse<String> answer = send(request("").PUT(BodyPublishers.ofString("x")));
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("GET, POST");
  }
}
