package dev.tandem.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthCheckTest extends TrunkTest {
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofSeconds(33);
  private static final String WATCHED =
      "  - {name: c, address: 10.0.0.1, health: {interval: 30s, timeout: 5s, up: 2, down: 3}}\n";

  private Trunk trunk() {
    Trunk trunk = start(WATCHED);
    untilSent(Duration.ofSeconds(2));
    return trunk;
  }

  @Test
  void trunkIsAskedAgainAndAgainAtSlightlyDifferentTimes() {
    Trunk trunk = trunk();
    assertThat(client.sent).containsExactly("OPTIONS 10.0.0.1:5060");
    clock.advance(Duration.ofMillis(40));
    client.answers(200);
    assertThat(trunk.report().roundTrip()).isBetween(Duration.ofMillis(40), Duration.ofMillis(140));
    for (int i = 0; i < 10; i++) {
      assertThat(untilSent(LONGEST)).isBetween(Duration.ofSeconds(27), LONGEST);
      client.answers(200);
    }
    assertThat(trunk.report().reason()).isEqualTo("OPTIONS was answered 200 Words");
    assertThat(told).isEmpty();
  }

  @Test
  void failuresInARowBringItDownAndAnswersUp() {
    Trunk trunk = trunk();
    client.saysNothing();
    untilSent(LONGEST);
    client.saysNothing();
    untilSent(LONGEST);
    assertThat(trunk.isUp()).isTrue();
    assertThat(trunk.report().contrary()).isEqualTo(2);
    assertThat(trunk.report().threshold()).isEqualTo(3);
    client.saysNothing();
    assertThat(trunk.isUp()).isFalse();
    assertThat(trunk.report().threshold()).isEqualTo(2);
    untilSent(LONGEST);
    client.answers(200);
    assertThat(trunk.isUp()).isFalse();
    untilSent(LONGEST);
    client.answers(404);
    assertThat(trunk.isUp()).isTrue();
    assertThat(told)
        .containsExactly("c down: OPTIONS: no answer", "c up: OPTIONS was answered 404 Words");
    assertThat(trunk.report().since()).isEqualTo(timers.now());
  }

  @Test
  void oneAnswerInBetweenStartsTheCountAnew() {
    Trunk trunk = trunk();
    for (int i = 0; i < 4; i++) {
      client.saysNothing();
      untilSent(LONGEST);
      client.answers(503);
      untilSent(LONGEST);
      client.answers(200);
      untilSent(LONGEST);
    }
    assertThat(trunk.isUp()).isTrue();
    assertThat(told).isEmpty();
  }

  @Test
  void anAnswerMayCrossItsTimeOut() {
    Trunk trunk = trunk();
    client.answersCross();
    clock.advance(Duration.ofSeconds(5));
    assertThat(trunk.report().contrary()).isOne();
    untilSent(LONGEST);
    trunk.stop(Duration.ofSeconds(1));
    assertThat(client.open()).isZero();
  }

  @Test
  void whoIsSilentIsNotWaitedFor() {
    Trunk trunk = trunk();
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofSeconds(5));
      assertThat(client.open()).isZero();
      untilSent(LONGEST);
    }
    assertThat(trunk.isUp()).isFalse();
    assertThat(trunk.report().reason()).isEqualTo("no answer to OPTIONS within 5000 ms");
  }

  @Test
  void callsThatAreNotAnsweredCountToo() {
    Trunk trunk = trunk();
    client.answers(200);
    trunk.called(false, 408);
    trunk.called(true, 503);
    assertThat(trunk.isUp()).isTrue();
    trunk.called(false, 480);
    assertThat(trunk.isUp()).isFalse();
    assertThat(trunk.report().reason()).isEqualTo("a call was not answered");
    untilSent(LONGEST);
    client.answers(200);
    untilSent(LONGEST);
    client.answers(200);
    assertThat(trunk.isUp()).isTrue();
  }

  /** 408 is what becomes of a phone that rings out behind the trunk. */
  @Test
  void callsThatWereAnsweredShowThatItIsThere() {
    Trunk trunk = trunk();
    client.answers(200);
    trunk.called(false, 408);
    trunk.called(false, 408);
    trunk.called(true, 408);
    trunk.called(false, 408);
    trunk.called(false, 408);
    assertThat(trunk.isUp()).isTrue();
    trunk.called(true, 486);
  }

  @Test
  void whoIsNotWatchedIsAlwaysUp() {
    Trunk trunk = start("  - {name: c, address: 10.0.0.1}\n");
    clock.advance(Duration.ofHours(1));
    assertThat(client.sent).isEmpty();
    for (int i = 0; i < 10; i++) {
      trunk.called(false, 408);
    }
    assertThat(trunk.isUp()).isTrue();
    assertThat(trunk.report().reason()).isEqualTo("not asked, so taken to be there");
  }

  @Test
  void codesThatCountCanBeChosen() {
    Trunk trunk =
        start("  - {name: c, address: 10.0.0.1, health: {interval: 30s, down: 1, codes: 2xx}}\n");
    untilSent(Duration.ofSeconds(2));
    client.answers(404);
    assertThat(trunk.isUp()).isFalse();
    untilSent(INTERVAL.plusSeconds(3));
    client.answers(202);
    assertThat(trunk.isUp()).isTrue();
  }

  @Test
  void addressThatChangesIsFollowed() {
    names.put("c.example", "10.0.0.1");
    start("  - {name: c, address: c.example, health: {interval: 30s}}\n");
    untilSent(Duration.ofSeconds(2));
    client.answers(200);
    names.put("c.example", "10.0.0.2");
    clock.advance(MINUTE);
    untilSent(LONGEST);
    assertThat(client.sent).last().isEqualTo("OPTIONS 10.0.0.2:5060");
    client.answers(200);
    names.clear();
    clock.advance(MINUTE); // what was found stays until something else is
    assertThat(client.sent).last().isEqualTo("OPTIONS 10.0.0.2:5060");
  }
}
