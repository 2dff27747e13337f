package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.MESSAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of messages that had to wait, as their sender hears it. */
class JsonMessageLadderTest extends JsonLadderTest {

  @Override
  String yaml() {
    return super.yaml() + "messages: {store: {perUser: 2, for: 2m}}\n";
  }

  private static String stored(JsonPhone sender, String text) {
    ObjectNode reply = sender.asks("message", "to", "bob", "body", text);
    assertThat(reply.path("stored").asBoolean()).isTrue();
    assertThat(reply.path("message").asText()).isNotEmpty();
    return reply.path("message").asText();
  }

  private static ObjectNode hears(JsonPhone sender, String message, String status) {
    ObjectNode event = sender.receives("message_status");
    assertThat(event.path("message").asText()).isEqualTo(message);
    assertThat(event.path("status").asText()).isEqualTo(status);
    return event;
  }

  @Test
  void senderHearsThatAClientHasIt() {
    JsonPhone alice = json("alice", new String[0]);
    String one = stored(alice, "one");
    String two = stored(alice, "two");
    alice.isRefused("unavailable", "message", "to", "bob", "body", "one too many");
    JsonPhone bob = json("bob", new String[0]);
    assertThat(bob.receives("message").path("body").asText()).isEqualTo("one");
    assertThat(bob.receives("message").path("body").asText()).isEqualTo("two");
    hears(alice, one, "delivered");
    hears(alice, two, "delivered");
    ObjectNode atOnce = alice.asks("message", "to", "bob", "body", "three");
    assertThat(atOnce.path("stored").asBoolean()).isFalse();
    assertThat(atOnce.has("message")).isFalse();
    alice.hearsNothingMore();
  }

  @Test
  void senderHearsThatAPhoneHasItOnlyWhenItAnswers() {
    JsonPhone alice = json("alice", new String[0]);
    String one = stored(alice, "one");
    Phone bob = jsSip("bob");
    bob.registers();
    bob.receives(MESSAGE);
    alice.hearsNothingMore();
    bob.losesConnection(); // so it waits on
    settle();
    alice.hearsNothingMore();
    bob.connects();
    bob.registers();
    bob.receives(MESSAGE);
    bob.answers(200, MESSAGE);
    hears(alice, one, "delivered");
    alice.hearsNothingMore();
  }

  @Test
  void senderHearsThatItIsRefused() {
    JsonPhone alice = json("alice", new String[0]);
    String one = stored(alice, "one");
    Phone bob = sipJs("bob");
    bob.registers();
    bob.receives(MESSAGE);
    bob.answers(603, MESSAGE);
    ObjectNode failed = hears(alice, one, "failed");
    assertThat(failed.path("error").path("code").asText()).isEqualTo("declined");
    assertThat(failed.path("error").path("sip").asInt()).isEqualTo(603);
    alice.hearsNothingMore();
  }

  @Test
  void senderHearsThatNobodyCameForIt() {
    JsonPhone alice = json("alice", new String[0]);
    String one = stored(alice, "one");
    passes(Duration.ofMinutes(1));
    String two = stored(alice, "two");
    alice.hearsNothingMore();
    passes(Duration.ofMinutes(2));
    ObjectNode failed = hears(alice, one, "failed");
    assertThat(failed.path("error").path("code").asText()).isEqualTo("unavailable");
    passes(Duration.ofMinutes(1));
    hears(alice, two, "failed");
    json("bob", new String[0]).hearsNothingMore();
    alice.hearsNothingMore();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoComesBackHearsWhatBecameOfItMeanwhile(boolean beforeItCame) {
    JsonPhone alice = json("alice", new String[0]);
    String one = stored(alice, "one");
    long seen = alice.lastSeq();
    alice.loses();
    if (beforeItCame) {
      assertThat(alice.resumes(seen).path("replay").asText()).isEqualTo("events");
    }
    JsonPhone bob = json("bob", new String[0]);
    bob.receives("message");
    if (!beforeItCame) {
      assertThat(alice.resumes(seen).path("replay").asText()).isEqualTo("events");
    }
    hears(alice, one, "delivered");
    alice.hearsNothingMore();
  }

  /** Another session of the same user has sent nothing. */
  @Test
  void nobodyHearsForASessionThatIsOver() {
    JsonPhone alice = json("alice", new String[0]);
    stored(alice, "one");
    alice.asks("unregister");
    JsonPhone again = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    assertThat(bob.receives("message").path("body").asText()).isEqualTo("one");
    again.hearsNothingMore();
  }
}
