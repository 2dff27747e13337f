package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients whose connection is cut, and who come back to their session or do not. */
class JsonResumeLadderTest extends JsonLadderTest {

  private void isWaitedFor(int sessions) {
    await("sessions that wait: " + sessions)
        .until(() -> gateway.gateway().json().detached() == sessions);
  }

  private String talk(JsonPhone alice, JsonPhone bob) {
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    String call = bob.receives("incoming").path("call").asText();
    alice.receives("progress");
    bob.asks("accept", "call", call, "sdp", ungathered());
    alice.receives("accepted");
    return call;
  }

  @Test
  void clientThatComesBackMissesNothing() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    String call = talk(alice, bob);

    long seen = bob.lastSeq();
    bob.loses();
    isWaitedFor(1);
    alice.asks("hold", "call", "c1", "on", true);
    alice.asks("message", "to", "bob", "body", "Still there?");
    ObjectNode resumed = bob.resumes(seen);
    assertThat(resumed.path("replay").asText()).isEqualTo("events");
    assertThat(resumed.path("calls").get(0).path("call").asText()).isEqualTo(call);
    assertThat(resumed.path("calls").get(0).path("state").asText()).isEqualTo("active");
    assertThat(resumed.path("calls").get(0).path("needsOffer").asBoolean()).isFalse();
    assertThat(bob.receives("hold").path("remote").asBoolean()).isTrue();
    assertThat(bob.receives("message").path("body").asText()).isEqualTo("Still there?");
    bob.hearsNothingMore();

    bob.asks("hangup", "call", call);
    bob.receives("ended");
    alice.receives("ended");
  }

  @Test
  void callOfOneWhoDoesNotComeBackEndsAfterTheWindow() {
    JsonPhone alice = json("alice", new String[0]);
    Phone bob = jsSip("bob");
    bob.registers();
    alice.asks("call", "call", "c1", "to", "bob", "sdp", Sdp.browser(), "trickle", false);
    bob.receives(INVITE);
    bob.answers(200);
    bob.receives(ACK);
    alice.receives("accepted");

    alice.loses();
    isWaitedFor(1);
    passes(Duration.ofSeconds(59));
    assertThat(bob.isIdle()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(bob.receives(BYE).header("Reason")).contains("Q.850;cause=102");
    bob.answers(200);
    assertThat(gateway.gateway().json().sessions()).isZero();
    ladder.nothingMore();
  }

  @Test
  void tokenIsGoodOnceAndOnlyForItsSession() {
    JsonPhone alice = json("alice", new String[0]);
    String session = alice.registered().path("session").asText();
    String token = alice.registered().path("resumeToken").asText();
    alice.loses();
    isWaitedFor(1);
    alice.resumes(1);

    JsonPhone thief = json("thief");
    thief.isRefused("resume_failed", "resume", "session", session, "token", token, "seq", 0);
    thief.isRefused("resume_failed", "resume", "session", "nobody", "token", token, "seq", 0);
  }

  @Test
  void newConnectionTakesTheSessionFromTheOld() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone again = json("again");
    ObjectNode reply =
        again.asks(
            "resume",
            "session",
            alice.registered().path("session").asText(),
            "token",
            alice.registered().path("resumeToken").asText(),
            "seq",
            1);
    assertThat(reply.path("replay").asText()).isEqualTo("events");
    assertThat(alice.receives("session").path("state").asText()).isEqualTo("replaced");
    assertThat(alice.isClosed()).isEqualTo(4409);
    again.asks("ice");
  }

  @Test
  void whatIsLostForGoodIsToldAsASnapshot() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);
    String call = talk(alice, bob);

    long seen = bob.lastSeq();
    bob.loses();
    isWaitedFor(1);
    for (int i = 0; i < 300; i++) {
      clock.advance(Duration.ofMillis(50));
      alice.asks("info", "call", "c1", "contentType", "text/plain", "body", "n" + i);
    }
    ObjectNode resumed = bob.resumes(seen);
    assertThat(resumed.path("replay").asText()).isEqualTo("snapshot");
    assertThat(resumed.path("calls").get(0).path("call").asText()).isEqualTo(call);
    assertThat(resumed.path("calls").get(0).path("needsOffer").asBoolean()).isTrue();
    bob.hearsNothingMore();
    bob.asks("hangup", "call", call);
    bob.receives("ended");
    alice.receives("ended");
  }

  @Test
  void sameRequestAgainHasTheSameReplyAndIsDoneOnce() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);

    String id = alice.sends("call", "call", "c1", "to", "bob", "sdp", ungathered());
    ObjectNode first = alice.reply(id);
    alice.receives("progress");
    alice.sendsRaw(
        JsonPhone.frame("call", "call", "c1", "to", "bob", "sdp", ungathered())
            .put("id", id)
            .toString());
    ObjectNode second = alice.reply(id);
    assertThat(second.path("ok")).isEqualTo(first.path("ok"));
    bob.receives("incoming");
    bob.hearsNothingMore();
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");
  }

  @Test
  void callForOneWhoIsAwayWaitsAMomentAndRingsWhenItIsBack() {
    JsonPhone alice = json("alice", new String[0]);
    JsonPhone bob = json("bob", new String[0]);

    long seen = bob.lastSeq();
    bob.loses();
    isWaitedFor(1);
    alice.asks("call", "call", "c1", "to", "bob", "sdp", ungathered());
    bob.resumes(seen);
    String call = bob.receives("incoming").path("call").asText();
    bob.asks("accept", "call", call, "sdp", ungathered());
    alice.receives("accepted");
    alice.asks("hangup", "call", "c1");
    alice.receives("ended");
    bob.receives("ended");

    bob.loses();
    isWaitedFor(1);
    alice.asks("call", "call", "c2", "to", "bob", "sdp", ungathered());
    alice.roundTrip(); // the call has begun to wait
    clock.advance(Duration.ofSeconds(10));
    assertThat(alice.receives("ended").path("code").asText()).isEqualTo("unavailable");
  }

  /** A close frame would wait for a network that is gone. */
  @Test
  void whoAnswersNoPingIsCutWithoutAWordAndComesBack() {
    JsonPhone alice = json("alice", new String[0]);
    long seen = alice.lastSeq();
    alice.fallsSilent();
    await("the gateway to cut it")
        .untilAsserted(
            () -> {
              clock.advance(Duration.ofSeconds(5));
              assertThat(gateway.gateway().json().detached()).isEqualTo(1);
            });
    alice.wakesUp();
    assertThat(alice.isClosed()).isZero();
    assertThat(alice.resumes(seen).path("replay").asText()).isEqualTo("events");
    alice.asks("ice");
  }
}
