package dev.tandem.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistrationTest extends TrunkTest {
  private static final String CARRIER =
      "  - {name: c, address: 10.0.0.1, register: {user: u, expires: 10m}}\n";
  private static final String THREE =
      "  - {name: c, address: c.example, register: {user: u, retry: 30s, maxRetry: 5m,"
          + " registrars: [10.0.0.1, 10.0.0.2, 10.0.0.3]}}\n";

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void registersWithinTwoSecondsAndRefreshesBeforeTheGrantedTimeIsOver() {
    Trunk trunk = start(CARRIER);
    assertThat(client.sent).isEmpty();
    untilSent(seconds(2));
    assertThat(client.sent).containsExactly("REGISTER 10.0.0.1:5060 600");
    client.grants(120);
    assertThat(trunk.report().registered().registered()).isTrue();
    assertThat(untilSent(seconds(120))).isBetween(seconds(90), seconds(109));
    client.grants(120);
    assertThat(told).containsExactly("c registered with 10.0.0.1 for 120 s");
    assertThat(client.sent).hasSize(2);
  }

  @Test
  void minExpiresIsFollowedAndKept() {
    start(CARRIER);
    untilSent(seconds(2));
    client.wants(1800);
    client.grants(1800);
    untilSent(seconds(1800));
    assertThat(client.sent)
        .containsExactly(
            "REGISTER 10.0.0.1:5060 600",
            "REGISTER 10.0.0.1:5060 1800",
            "REGISTER 10.0.0.1:5060 1800");
    client.grants(1800);
    assertThat(told).hasSize(1);
  }

  @Test
  void minExpiresThatIsNoLongerIsARefusal() {
    start(CARRIER);
    untilSent(seconds(2));
    client.wants(600);
    assertThat(client.sent).hasSize(1);
    assertThat(told).containsExactly("c failed 423: 10.0.0.1: 423 Too Brief; later");
  }

  @Test
  void registrarsAreTriedInOrderAndTheOneThatTakesUsIsKept() {
    names.put("c.example", "10.0.0.1");
    start(THREE);
    untilSent(seconds(2));
    client.saysNothing();
    client.answers(503);
    client.grants(600);
    assertThat(client.sent)
        .containsExactly(
            "REGISTER 10.0.0.1:5060 600",
            "REGISTER 10.0.0.2:5060 600",
            "REGISTER 10.0.0.3:5060 600");
    assertThat(told)
        .containsExactly(
            "c failed 408: 10.0.0.1: no answer; the next registrar is asked now",
            "c failed 503: 10.0.0.2: 503 Words; the next registrar is asked now",
            "c registered with 10.0.0.3 for 600 s");
    untilSent(seconds(600));
    assertThat(client.sent.get(3)).isEqualTo("REGISTER 10.0.0.3:5060 600");
  }

  /**
   * RFC 5626 §4.5: 30 s, 60 s, 120 s ... up to the longest, each between its half and the whole.
   */
  @Test
  void pausesGrowByRounds() {
    names.put("c.example", "10.0.0.1");
    start(THREE);
    long[] most = {30, 60, 120, 240, 300, 300};
    untilSent(seconds(2));
    for (long each : most) {
      client.saysNothing();
      client.saysNothing();
      client.saysNothing();
      assertThat(untilSent(seconds(301))).isBetween(seconds(each / 2), seconds(each + 1));
    }
    client.grants(60);
    untilSent(seconds(60));
    client.saysNothing();
    client.saysNothing();
    client.saysNothing();
    assertThat(untilSent(seconds(31))).isBetween(seconds(15), seconds(31));
  }

  @Test
  void refusalIsARefusalOfAllAndIsNotRepeatedSoon() {
    names.put("c.example", "10.0.0.1");
    start(THREE);
    untilSent(seconds(2));
    client.answers(403);
    assertThat(client.sent).hasSize(1);
    assertThat(untilSent(seconds(301))).isBetween(seconds(150), seconds(301));
    assertThat(client.sent.get(1)).isEqualTo("REGISTER 10.0.0.1:5060 600");
  }

  @Test
  void retryAfterIsTheLeast() {
    start(CARRIER);
    untilSent(seconds(2));
    client.wantsLater(503, 1000);
    assertThat(untilSent(seconds(1001))).isBetween(seconds(1000), seconds(1001));
  }

  @Test
  void okWithoutOurContactIsAFailure() {
    Trunk trunk = start(CARRIER);
    untilSent(seconds(2));
    client.grants(0);
    assertThat(told)
        .containsExactly("c failed 200: 10.0.0.1: 200 without our Contact in it; later");
    assertThat(trunk.report().registered().registered()).isFalse();
  }

  @Test
  void registrationOutlivesARefreshThatFailsUntilItEnds() {
    Trunk trunk =
        start(
            "  - {name: c, address: 10.0.0.1, register: {user: u, retry: 10m, required: true}}\n");
    assertThat(trunk.isUp()).isFalse();
    untilSent(seconds(2));
    client.grants(100);
    assertThat(trunk.isUp()).isTrue();
    untilSent(seconds(100));
    client.answers(500);
    assertThat(trunk.isUp()).isTrue();
    assertThat(trunk.report().registered().words())
        .isEqualTo("registered, but cannot refresh: 10.0.0.1: 500 Words");
    clock.advance(seconds(30));
    assertThat(trunk.isUp()).isFalse();
    assertThat(trunk.report().reason())
        .isEqualTo(
            "not registered: has ended; registered, but cannot refresh: 10.0.0.1: 500 Words");
    assertThat(told).last().asString().startsWith("c down: not registered");
    untilSent(Duration.ofMinutes(10));
    client.grants(100);
    assertThat(told).last().asString().startsWith("c up");
  }

  @Test
  void nameThatIsNotFoundIsTriedAgainAndAskedAtOnceWhenItIs() {
    Trunk trunk = start("  - {name: c, address: c.example, register: {user: u}}\n");
    assertThat(trunk.isUp()).isFalse();
    assertThat(trunk.report().reason()).isEqualTo("the name c.example is not found");
    clock.advance(seconds(5));
    assertThat(client.sent).isEmpty();
    names.put("c.example", "10.0.0.9");
    clock.advance(seconds(11));
    assertThat(client.sent).containsExactly("REGISTER 10.0.0.9:5060 600");
    assertThat(trunk.isUp()).isTrue();
    assertThat(told)
        .containsExactly(
            "c down: the name c.example is not found",
            "c failed 503: c.example: the name c.example is not found; later",
            "c up: not asked, so taken to be there");
  }

  /** Behind a NAT the registrar reaches us by that connection alone (RFC 5626 §4.2.2). */
  @Test
  void connectionThatIsGoneIsMadeAgainAtOnce() {
    start(CARRIER.replace("10.0.0.1", "10.0.0.1, transport: tcp"));
    untilSent(seconds(2));
    client.grants(600);
    trunks.connectionEnded(
        new TrunksTest.FakeFlow(Transport.TCP, new InetSocketAddress("10.0.0.1", 5060)));
    untilSent(seconds(2));
    client.grants(600);
    trunks.connectionEnded(
        new TrunksTest.FakeFlow(Transport.TCP, new InetSocketAddress("10.0.0.2", 5060)));
    clock.advance(seconds(400));
    assertThat(client.sent).hasSize(2);
  }

  @Test
  void leavingTakesItBack() {
    Trunk trunk = start(CARRIER);
    untilSent(seconds(2));
    client.grants(600);
    var left = trunk.stop(seconds(2));
    assertThat(client.sent.get(1)).isEqualTo("REGISTER 10.0.0.1:5060 0");
    assertThat(left).isNotDone();
    client.answers(200);
    assertThat(left).isDone();
    assertThat(trunk.report().registered().registered()).isFalse();
    clock.advance(Duration.ofHours(1));
    assertThat(client.sent).hasSize(2);
  }

  @Test
  void anAnswerMayCrossTheLeaving() {
    Trunk trunk = start(CARRIER);
    untilSent(seconds(2));
    client.answersCross();
    var left = trunk.stop(seconds(2)); // while the first is under way
    assertThat(client.sent).last().asString().endsWith(" 0");
    clock.advance(seconds(2));
    assertThat(left).isDone();
    assertThat(trunk.report().registered().registered()).isFalse();
  }

  @Test
  void leavingWaitsNoLongerThanItMay() {
    Trunk trunk = start(CARRIER);
    untilSent(seconds(2));
    var left = trunk.stop(seconds(2)); // while the first is under way
    assertThat(client.sent.get(1)).isEqualTo("REGISTER 10.0.0.1:5060 0");
    clock.advance(seconds(2));
    assertThat(left).isDone();
    assertThat(client.open()).isZero();
  }

  @Test
  void thereIsNeverMoreThanOneUnderWay() {
    names.put("c.example", "10.0.0.1");
    start(THREE);
    for (int i = 0; i < 200; i++) {
      clock.advance(seconds(20));
      assertThat(client.open()).isLessThanOrEqualTo(1);
      if (client.open() == 1 && i % 3 == 0) {
        if (i % 2 == 0) {
          client.grants(90);
        } else {
          client.saysNothing();
        }
      }
    }
    assertThat(client.sent).hasSizeGreaterThan(20);
  }
}
