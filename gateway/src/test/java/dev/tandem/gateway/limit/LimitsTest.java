package dev.tandem.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TandemConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** No more than is allowed, and everything is given back. */
class LimitsTest {
  private Instant now = Instant.parse("2026-11-20T12:00:00Z");

  private Limits limits(String trunk, String... groups) throws Exception {
    TandemConfig config =
        new ConfigLoader()
            .parse(
                "test.yaml",
                """
                domain: example.test
                trunks: [{name: t, address: 192.0.2.1, limits: %s}]
                userGroups: [%s]
                """
                    .formatted(trunk, String.join(",", groups)),
                Path.of(""));
    return new Limits(config.trunks(), config.routing(), () -> now);
  }

  @Test
  void soManyAtOnce() throws Exception {
    Limits limits = limits("{calls: 2}");
    Permit first = limits.toTrunk("t", true);
    assertThat(limits.fromTrunk("t", true)).isNotNull();
    assertThat(limits.hasTrunk("t")).isFalse();
    assertThat(limits.takesFrom("t")).isFalse();
    assertThat(limits.toTrunk("t", true)).isNull();
    assertThat(limits.fromTrunk("t", true)).isNull();
    assertThat(limits.calls("t")).isEqualTo(2);
    first.release();
    first.release();
    assertThat(limits.calls("t")).as("given back once").isEqualTo(1);
    assertThat(limits.hasTrunk("t")).isTrue();
  }

  @Test
  void whatIsNeverRefusedCountsAllTheSame() throws Exception {
    Limits limits = limits("{calls: 1, perSecond: 1}");
    Permit help = limits.toTrunk("t", false);
    assertThat(limits.toTrunk("t", false)).isNotNull();
    assertThat(limits.toTrunk("t", true)).isNull();
    help.release();
    assertThat(limits.calls("t")).isEqualTo(1);
  }

  @Test
  void soManyInAnySecond() throws Exception {
    Limits limits = limits("{perSecond: 2}");
    limits.toTrunk("t", true).release();
    now = now.plusMillis(600);
    limits.toTrunk("t", true).release();
    assertThat(limits.toTrunk("t", true)).isNull();
    assertThat(limits.hasTrunk("t")).isFalse();
    assertThat(limits.fromTrunk("t", true)).as("not ours to say").isNotNull();
    now = now.plusMillis(399);
    assertThat(limits.toTrunk("t", true)).isNull();
    now = now.plusMillis(1);
    assertThat(limits.toTrunk("t", true)).isNotNull();
    assertThat(limits.toTrunk("t", true)).isNull();
  }

  @Test
  void theStrictestGroupOfAUserCounts() throws Exception {
    Limits limits =
        limits(
            "{}",
            "{name: a, users: [\"*\"], limits: {calls: 3}}",
            "{name: b, users: [bob], limits: {calls: 1, perSecond: 5}}");
    assertThat(limits.ofUser("bob", true)).isNotNull();
    assertThat(limits.hasUser("bob")).isFalse();
    assertThat(limits.ofUser("bob", true)).isNull();
    assertThat(limits.ofUser("bob", false)).as("help").isNotNull();
    for (int i = 0; i < 3; i++) {
      assertThat(limits.ofUser("alice", true)).isNotNull();
    }
    assertThat(limits.ofUser("alice", true)).isNull();
  }

  @Test
  void usersWhoDoNothingAreForgotten() throws Exception {
    Limits limits = limits("{}", "{name: a, users: [\"*\"], limits: {calls: 3, perSecond: 1}}");
    List<Permit> permits = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      permits.add(limits.ofUser("user" + i, true));
    }
    permits.forEach(Permit::release);
    assertThat(limits.users()).as("all have called in this second").isEqualTo(10_000);
    now = now.plus(Duration.ofSeconds(1));
    assertThat(limits.ofUser("one more", true)).isNotNull();
    assertThat(limits.users()).isEqualTo(1);
  }

  @Test
  void threadsNeverShareAPlace() throws Exception {
    Limits limits = limits("{calls: 5}", "{name: a, users: [\"*\"], limits: {calls: 3}}");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tasks.add(
            () -> {
              boolean never = true;
              for (int turn = 0; turn < 5_000; turn++) {
                Permit trunk = limits.toTrunk("t", true);
                Permit user = limits.ofUser("alice", true);
                never &= limits.calls("t") <= 5;
                if (trunk != null) {
                  trunk.release();
                }
                if (user != null) {
                  user.release();
                }
              }
              return never;
            });
      }
      for (Future<Boolean> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).as("never more than five").isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(limits.calls("t")).isZero();
    assertThat(limits.users()).isZero();
  }
}
