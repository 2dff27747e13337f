package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.ladder.WalkingSide.State;
import dev.tandem.gateway.ladder.WalkingSide.Step;
import dev.tandem.testkit.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random walks over calls of which at least one side speaks JSON. Sometimes both sides act in the
 * same moment, sometimes all is quiet in between; then both must have been told the same. After
 * each walk no call is left, and after some walks nothing at all.
 *
 * <p>{@code -Dtandem.walks=2000} makes more of them, {@code -Dtandem.walkSeed=17} begins elsewhere.
 */
class JsonWalkLadderTest extends WalkLadderTest {
  /** Walks of one gateway. */
  private static final int BLOCK = 20;

  private static final int WALKS = Integer.getInteger("tandem.walks", 3 * BLOCK);
  private static final int SEED = Integer.getInteger("tandem.walkSeed", 1);

  private final List<WalkingSide> sides = new ArrayList<>();
  private final List<String> story = new ArrayList<>();

  static IntStream seeds() {
    return IntStream.range(0, (WALKS + BLOCK - 1) / BLOCK).map(block -> SEED + block * BLOCK);
  }

  @ParameterizedTest(name = "from seed {0}")
  @MethodSource("seeds")
  void bothSidesAreToldTheSame(int first) {
    sides.add(new WalkingJson(json("alice", "update", "early"), "alice"));
    sides.add(new WalkingJson(json("bob", "update"), "bob"));
    for (String[] each : new String[][] {{"sipJs", "carol"}, {"jsSip", "dave"}, {"tcp", "erin"}}) {
      Phone phone = phone(each[0], each[1]);
      phone.registers();
      sides.add(new WalkingSip(phone, each[1]));
    }
    for (int seed = first; seed < first + Math.min(BLOCK, WALKS); seed++) {
      try {
        walk(new Random(seed));
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + story + "\n" + ladder.draw(), e);
      }
    }
  }

  private void walk(Random random) {
    story.clear();
    sides.forEach(WalkingSide::begins);
    WalkingSide json = sides.get(random.nextInt(2));
    WalkingSide other = sides.get(random.nextInt(sides.size()));
    while (other == json) {
      other = sides.get(random.nextInt(sides.size()));
    }
    boolean calls = random.nextBoolean();
    WalkingSide caller = calls ? json : other;
    WalkingSide callee = calls ? other : json;
    story.add(caller.user() + " calls " + callee.user());
    caller.calls(callee.user());
    becomesQuiet(caller, callee);
    for (int i = random.nextInt(12); i >= 0; i--) {
      WalkingSide who = random.nextBoolean() ? caller : callee;
      List<Step> steps = who.steps(random);
      if (!steps.isEmpty()) {
        Step step = steps.get(random.nextInt(steps.size()));
        story.add(who.user() + " " + step.name());
        step.action().run();
      }
      switch (random.nextInt(4)) {
        case 0 -> story.add("at once");
        case 1 -> who.reacts();
        default -> {
          becomesQuiet(caller, callee);
          agree(caller, callee);
        }
      }
    }
    end(random.nextBoolean() ? caller : callee, caller, callee);
  }

  private void end(WalkingSide first, WalkingSide caller, WalkingSide callee) {
    becomesQuiet(caller, callee);
    story.add(first.user() + " leaves");
    first.leaves();
    becomesQuiet(caller, callee);
    if (caller.state != State.OVER) {
      caller.leaves(); // the first could not: nobody had rung it yet
      becomesQuiet(caller, callee);
    }
    assertThat(caller.state).isEqualTo(State.OVER);
    assertThat(callee.state).isIn(State.OVER, State.NONE);
    await("the call to end").until(() -> gateway.gateway().calls().running().isEmpty());
  }

  /** Both have been told the same. */
  private static void agree(WalkingSide caller, WalkingSide callee) {
    if (caller.isIn(State.OVER, State.ACTIVE) || callee.isIn(State.OVER, State.ACTIVE)) {
      assertThat(caller.state).isEqualTo(callee.state);
    }
    if (caller.state == State.ACTIVE) {
      assertThat(callee.isHeld).as("callee is held").isEqualTo(caller.holds);
      assertThat(caller.isHeld).as("caller is held").isEqualTo(callee.holds);
    }
  }

  private void becomesQuiet(WalkingSide caller, WalkingSide callee) {
    becomesQuiet(List.of(caller, callee));
  }
}
