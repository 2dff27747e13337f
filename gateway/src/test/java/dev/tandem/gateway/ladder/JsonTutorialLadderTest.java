package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.schema.Frames;
import dev.tandem.testkit.Sdp;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The pages that tutorials of WebRTC signalling have a server offer. */
class JsonTutorialLadderTest extends JsonLadderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  String yaml() {
    return super.yaml()
        + """
          json:
            guests: true
            tutorial: true
          """;
  }

  private HttpResponse<String> posts(String path, Object body) {
    HttpJsonClient client = new HttpJsonClient(ladder, "page", webSocket());
    return HttpJsonClient.send(
        client.request(path).POST(BodyPublishers.ofString(JSON.valueToTree(body).toString())));
  }

  private HttpResponse<String> signals(Object body) {
    HttpResponse<String> answer = posts("/webrtc-signaling", body);
    assertThat(Frames.errors("webrtc_signaling_reply", HttpJsonClient.parse(answer.body())))
        .isEmpty();
    return answer;
  }

  @Test
  void whatIsPostedToARoomReachesAllOthersThere() {
    JsonPhone alice = json("alice", new String[0]);
    alice.asks("join", "room", "r1");
    Map<String, Object> post = Map.of("room_id", "r1", "peer_id", "client1", "data", "abc");
    HttpResponse<String> answer = signals(post);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"success\"}");
    JsonNode joined = alice.receives("peer_joined").path("peer");
    assertThat(joined.path("name").asText()).isEqualTo("client1");
    ObjectNode heard = alice.receives("broadcast");
    assertThat(heard.path("from")).isEqualTo(joined.path("id"));
    assertThat(heard.path("body").asText()).isEqualTo("abc");

    signals(post);
    assertThat(alice.receives("broadcast").path("from")).isEqualTo(joined.path("id"));
    alice.hearsNothingMore();
    passes(Duration.ofSeconds(74));
    signals(post);
    assertThat(alice.receives("broadcast").path("from")).isEqualTo(joined.path("id"));
    passes(Duration.ofSeconds(75));
    assertThat(alice.receives("peer_left").path("peer")).isEqualTo(joined.path("id"));
  }

  @Test
  void postThatCannotBeIsRefusedWithTheReason() {
    HttpResponse<String> incomplete = signals(Map.of("room_id", "r1", "data", "abc"));
    assertThat(incomplete.statusCode()).isEqualTo(400);
    assertThat(HttpJsonClient.parse(incomplete.body()).path("error").path("path").asText())
        .isEqualTo("peer_id");
    json("alice", new String[0]).asks("join", "room", "r2", "pin", "1234");
    HttpResponse<String> locked =
        signals(Map.of("room_id", "r2", "peer_id", "client1", "data", "abc"));
    assertThat(locked.statusCode()).isEqualTo(403);
    assertThat(HttpJsonClient.parse(locked.body()).path("status").asText()).isEqualTo("error");
    assertThat(posts("/webrtc-signaling", "no object").statusCode()).isEqualTo(400);
  }

  @Test
  void sipRequestOfATutorialIsTakenApartAndCorrected() {
    HttpResponse<String> answer =
        posts(
            "/sip",
            Map.of(
                "method",
                "OPTIONS",
                "uri",
                "sip:bob@example.com",
                "headers",
                Map.of(
                    "From", "<sip:alice@example.com>;tag=1",
                    "To", "<sip:bob@example.com>",
                    "Call-ID", "1234@example.com",
                    "Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK/4711"),
                "body",
                ""));
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode told = HttpJsonClient.parse(answer.body());
    assertThat(told.path("method").asText()).isEqualTo("OPTIONS");
    assertThat(told.path("headers").path("Call-ID").asText()).isEqualTo("1234@example.com");
    assertThat(told.path("violations"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "CSeq: is missing (RFC 3261 §8.1.1)",
            "Max-Forwards: is missing (RFC 3261 §8.1.1)",
            "Via: its branch is no token (RFC 3261 §25.1)");
    assertThat(told.path("response").asText()).isEqualTo("SIP/2.0 400 Bad Request");
  }

  @Test
  void sipRequestInOrderHasNoViolations() {
    HttpResponse<String> answer =
        posts(
            "/sip",
            Map.of(
                "method",
                "BYE",
                "uri",
                "sip:bob@example.com",
                "headers",
                Map.of(
                    "From", "<sip:alice@example.com>;tag=1",
                    "To", "<sip:bob@example.com>;tag=2",
                    "Call-ID", "1234@example.com",
                    "CSeq", "2 BYE",
                    "Max-Forwards", "70",
                    "Via", "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK4711")));
    JsonNode told = HttpJsonClient.parse(answer.body());
    assertThat(told.path("violations")).isEmpty();
    assertThat(told.path("response").asText()).isEqualTo("SIP/2.0 200 OK");
  }

  @Test
  void descriptionIsTakenApart() {
    JsonNode good = HttpJsonClient.parse(posts("/SDP", Map.of("body", Sdp.browser())).body());
    assertThat(good.path("violations")).isEmpty();
    assertThat(good.path("media").get(0).path("type").asText()).isEqualTo("audio");
    JsonNode bad =
        HttpJsonClient.parse(
            posts("/SDP", Map.of("body", "v=0\r\no=me\r\ns=-\r\nm=audio\r\nnonsense\r\n")).body());
    assertThat(bad.path("violations"))
        .extracting(JsonNode::asText)
        .anySatisfy(text -> assertThat(text).startsWith("t= is missing"))
        .anySatisfy(text -> assertThat(text).startsWith("line 2: is no origin"))
        .anySatisfy(text -> assertThat(text).startsWith("line 4: is no medium"))
        .anySatisfy(text -> assertThat(text).startsWith("line 5: is no type=value"));
    assertThat(posts("/SDP", "text").statusCode()).isEqualTo(400);
  }
}
