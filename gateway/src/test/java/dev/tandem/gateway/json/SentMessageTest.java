package dev.tandem.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A client learns a message's name before what became of it, whoever is quicker. */
class SentMessageTest {
  private final ManualClock clock = new ManualClock();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Session session =
      new Session(
          new Login(
              Aor.of("alice", "example.test"),
              null,
              DialRights.ALL,
              null,
              false,
              DialRights.ALL,
              DialRights.ALL),
          ended -> sessions.remove(ended.id()),
          new Timers(clock, clock),
          Duration.ofMinutes(1),
          10);
  private final Reply reply = new Reply("message", "1", false, session::send);
  private final SentMessage sent = new SentMessage(session, sessions::get, reply);

  SentMessageTest() {
    sessions.put(session.id(), session);
  }

  private List<ObjectNode> told() {
    List<ObjectNode> frames = new ArrayList<>();
    for (ToldFrame frame : session.outbox().since(0)) {
      frames.add(new FrameReader(why -> {}).frame(frame.bytes()));
    }
    return frames;
  }

  @Test
  void whatBecameOfItWaitsForTheReply() {
    sent.later(200, "OK");
    assertThat(told()).isEmpty();
    sent.done(202, "Accepted");
    assertThat(told())
        .extracting(frame -> frame.path("type").asText())
        .containsExactly("message_response", "message_status");
    assertThat(told().get(1).path("message")).isEqualTo(told().get(0).path("message"));
  }

  @Test
  void nothingFollowsWhereNothingWaits() {
    sent.done(200, "OK");
    assertThat(told()).hasSize(1);
    assertThat(told().get(0).has("message")).isFalse();
  }

  @Test
  void aSessionThatIsOverIsFoundNoMore() {
    sent.done(202, "Accepted");
    session.end(Cause.of(480, "gone"));
    sent.later(200, "OK");
    assertThat(told()).hasSize(1);
  }
}
