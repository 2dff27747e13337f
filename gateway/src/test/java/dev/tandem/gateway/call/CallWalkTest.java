package dev.tandem.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.CallEffect.Finish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Thousands of calls whose events come in a random order. A failure names its seed and tells the
 * last events, which make an example test.
 */
class CallWalkTest {
  private static final int WALKS = 5_000;
  private static final int STEPS = 300;
  private static final CallSettings SETTINGS =
      new CallSettings(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofSeconds(20), 4);

  static final Failover RULE = new Failover(Set.of(5), true, true, Duration.ofSeconds(2), false);

  /** Every kind of effect and every end occurs, or the walks would prove little. */
  private final Set<Object> seen = new HashSet<>();

  @Test
  void whateverOrderTheNetworkChoosesTheContractHolds() {
    int steps = 0;
    for (long seed = 1; seed <= WALKS; seed++) {
      steps += new Walk(seed).legal();
    }
    assertThat(seen)
        .contains((Object[]) CallEffect.class.getPermittedSubclasses())
        .contains((Object[]) CallState.values())
        .contains((Object[]) CallTimer.values())
        .contains((Object[]) CallEnd.By.values());
    assertThat(steps / WALKS).as("steps of the average walk").isGreaterThan(20);
  }

  @Test
  void whateverAnAdapterSaysNothingBreaks() {
    for (long seed = 1; seed <= WALKS; seed++) {
      new Walk(seed).arbitrary();
    }
    assertThat(seen).contains((Object[]) CallEffect.class.getPermittedSubclasses());
  }

  private final class Walk {
    private final long seed;
    private final Random random;
    private final List<Round> rounds;
    private final int branches;
    private final Payload invite;
    private final PeerFeatures features;
    private final List<CallEvent> events = new ArrayList<>();
    private final List<List<CallEffect>> effects = new ArrayList<>();
    private Call.Step step;

    Walk(long seed) {
      this.seed = seed;
      random = new Random(seed);
      branches = random.nextInt(3) == 0 ? random.nextInt(5) : 1;
      invite = random.nextInt(4) == 0 ? Payload.EMPTY : Payload.of(Body.sdp("offer"));
      features = new PeerFeatures(random.nextBoolean());
      rounds = rounds(branches);
      step = Call.start(SETTINGS, invite, features, rounds, seed);
      note();
    }

    /** All at once, or in rounds of any size, or trunks one after the other. */
    private List<Round> rounds(int left) {
      List<Round> sizes = new ArrayList<>();
      boolean serial = random.nextBoolean();
      boolean trunks = random.nextInt(3) == 0;
      while (left > 0) {
        int size = trunks ? 1 : serial ? 1 + random.nextInt(left) : left;
        sizes.add(new Round(size, trunks ? RULE : null));
        left -= size;
      }
      return sizes;
    }

    int legal() {
      WalkingAdapter adapter = new WalkingAdapter(random, branches, invite.hasBody());
      told(
          () -> {
            adapter.judge(step.effects());
            for (int i = 0; i < STEPS && !adapter.isFinished(); i++) {
              move(adapter, adapter.anyEvent());
            }
            for (int i = 0; i < 50 && !adapter.isFinished(); i++) {
              move(adapter, adapter.closingEvent());
            }
            assertThat(adapter.isFinished()).as("finished when every peer has ended").isTrue();
            nothingMoreHappens();
            theSameEventsHaveTheSameEffects();
          });
      return events.size();
    }

    private void move(WalkingAdapter adapter, CallEvent event) {
      events.add(event);
      adapter.happened(event);
      step = step.call().on(event);
      note();
      adapter.judge(step.effects());
    }

    void arbitrary() {
      ArbitraryEvents source = new ArbitraryEvents(random, branches);
      EffectCount count = new EffectCount();
      told(
          () -> {
            count.judge(step.effects());
            for (int i = 0; i < STEPS && !count.isFinished(); i++) {
              move(count, source.next());
            }
            for (int i = branches + 20; i >= 0; i--) {
              move(count, new CallEvent.LegLost(new LegId(i), Cause.of(480, "Lost")));
            }
            assertThat(count.isFinished()).as("finished when every leg is lost").isTrue();
            nothingMoreHappens();
            theSameEventsHaveTheSameEffects();
          });
    }

    private void move(EffectCount count, CallEvent event) {
      events.add(event);
      count.happened(event);
      step = step.call().on(event);
      note();
      count.judge(step.effects());
    }

    private void note() {
      effects.add(step.effects());
      seen.add(step.call().state());
      for (CallEffect effect : step.effects()) {
        seen.add(effect.getClass());
        if (effect instanceof CallEffect.StartTimer start) {
          seen.add(start.timer());
        } else if (effect instanceof Finish finish) {
          seen.add(finish.end().by());
          assertThat(finish.end()).isEqualTo(step.call().end());
        }
      }
    }

    private void nothingMoreHappens() {
      ArbitraryEvents source = new ArbitraryEvents(random, branches);
      for (int i = 0; i < 10; i++) {
        Call.Step after = step.call().on(source.next());
        assertThat(after.effects()).as("after Finish").isEmpty();
        assertThat(after.call()).isEqualTo(step.call());
      }
    }

    private void theSameEventsHaveTheSameEffects() {
      Call.Step again = Call.start(SETTINGS, invite, features, rounds, seed);
      assertThat(again.effects()).isEqualTo(effects.get(0));
      for (int i = 0; i < events.size(); i++) {
        again = again.call().on(events.get(i));
        assertThat(again.effects()).isEqualTo(effects.get(i + 1));
      }
      assertThat(again.call()).isEqualTo(step.call());
    }

    private void told(Runnable walk) {
      try {
        walk.run();
      } catch (AssertionError | RuntimeException e) {
        StringBuilder story = new StringBuilder("seed " + seed + ", " + branches + " branches\n");
        for (int i = Math.max(0, events.size() - 25); i < events.size(); i++) {
          story.append(events.get(i)).append('\n');
          if (i + 1 < effects.size()) {
            effects.get(i + 1).forEach(it -> story.append("    ").append(it).append('\n'));
          }
        }
        throw new AssertionError(story.toString(), e);
      }
    }
  }
}
