package dev.tandem.gateway.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.event.Publications.Outcome;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicationsTest {
  private static final Aor ALICE = Aor.of("alice", "example.test");
  private static final Aor BOB = Aor.of("bob", "example.test");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualClock clock = new ManualClock();
  private final List<String> changes = new ArrayList<>();
  private final Publications publications =
      new Publications(
          new Timers(clock, clock), 15, (name, user) -> changes.add(name + " " + user.user()));

  private String publish(Aor user, String text) {
    return publications.publish("p", user, document(text), false, MINUTE).entityTag();
  }

  private static Document document(String text) {
    return new Document("text/plain", text.getBytes(UTF_8));
  }

  private String latest(Aor user) {
    Publication latest = publications.latest("p", user);
    return latest == null ? "none" : new String(latest.document().bytes(), UTF_8);
  }

  @Test
  void mostRecentPublicationSpeaks() {
    String first = publish(ALICE, "one");
    publish(ALICE, "two");
    assertThat(latest(ALICE)).isEqualTo("two");
    publications.republish("p", ALICE, first, null, MINUTE);
    assertThat(latest(ALICE)).isEqualTo("one");
    assertThat(latest(BOB)).isEqualTo("none");
  }

  @Test
  void tagIsGoodOnceAndForItsUserAndPackage() {
    String tag = publish(ALICE, "one");
    assertThat(publications.republish("p", BOB, tag, null, MINUTE).outcome())
        .isEqualTo(Outcome.NO_SUCH_TAG);
    assertThat(publications.republish("q", ALICE, tag, null, MINUTE).outcome())
        .isEqualTo(Outcome.NO_SUCH_TAG);
    assertThat(publications.republish("p", ALICE, tag, null, MINUTE).outcome())
        .isEqualTo(Outcome.DONE);
    assertThat(publications.republish("p", ALICE, tag, null, MINUTE).outcome())
        .isEqualTo(Outcome.NO_SUCH_TAG);
    assertThat(publications.size()).isEqualTo(1);
  }

  @Test
  void expiredOneLetsTheEarlierSpeak() {
    publish(ALICE, "long");
    publications.publish("p", ALICE, document("short"), false, Duration.ofSeconds(30));
    clock.advance(Duration.ofSeconds(30));
    assertThat(latest(ALICE)).isEqualTo("long");
    clock.advance(Duration.ofSeconds(30));
    assertThat(latest(ALICE)).isEqualTo("none");
    assertThat(publications.size()).isZero();
    assertThat(changes).hasSize(4).containsOnly("p alice");
  }

  @Test
  void removalLeavesNothing() {
    String tag = publish(ALICE, "one");
    publications.republish("p", ALICE, tag, null, Duration.ZERO);
    assertThat(latest(ALICE)).isEqualTo("none");
    assertThat(publications.size()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void oldestMakesRoomForOneUsersEleventh() {
    String first = publish(ALICE, "0");
    for (int i = 1; i <= 10; i++) {
      publish(ALICE, "" + i);
    }
    assertThat(publications.size()).isEqualTo(10);
    assertThat(publications.republish("p", ALICE, first, null, MINUTE).outcome())
        .isEqualTo(Outcome.NO_SUCH_TAG);
  }

  @Test
  void thereIsNoRoomForMoreThanTheLimit() {
    for (int i = 0; i < 15; i++) {
      publish(Aor.of("u" + i, "example.test"), "x");
    }
    assertThat(publications.publish("p", BOB, document("y"), false, MINUTE).outcome())
        .isEqualTo(Outcome.FULL);
  }
}
