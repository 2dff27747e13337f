package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.ladder.WalkingSide.State;
import dev.tandem.gateway.ladder.WalkingSide.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random walks over transfers, blind and attended, among clients of which at least one speaks JSON.
 * While a transfer goes on anybody may hold, hang up, refuse, transfer again or lose the
 * connection. When all is quiet nobody talks to nobody, and at the end no call is left.
 *
 * <p>{@code -Dtandem.walks=2000} makes more of them, {@code -Dtandem.walkSeed=17} begins elsewhere.
 */
class JsonTransferWalkLadderTest extends WalkLadderTest {
  private static final int BLOCK = 20;

  /** So long a transferor that is told of success may take to hang up before it is hung up. */
  private static final Duration HANGS_UP_ITSELF = Duration.ofSeconds(1);

  private static final int WALKS = Integer.getInteger("tandem.walks", 2 * BLOCK);
  private static final int SEED = Integer.getInteger("tandem.walkSeed", 1);

  /** One user, and both of the calls that it can have. */
  private record Person(WalkingSide first, WalkingSide second) {
    String user() {
      return first.user();
    }
  }

  private final List<Person> people = new ArrayList<>();
  private final List<WalkingSide> sides = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private int joined; // walks after which the transferee talks, and the transferor does not

  static IntStream seeds() {
    return IntStream.range(0, (WALKS + BLOCK - 1) / BLOCK).map(block -> SEED + block * BLOCK);
  }

  @ParameterizedTest(name = "from seed {0}")
  @MethodSource("seeds")
  void nobodyIsLeftAlone(int first) {
    arrives(new WalkingJson(json("alice", "update", "early"), "alice"));
    arrives(new WalkingJson(json("bob", "update", "transfer"), "bob"));
    arrives("sipJs", "carol");
    arrives("jsSip", "dave");
    arrives("tcp", "erin");
    people.forEach(person -> sides.addAll(List.of(person.first(), person.second())));
    for (int seed = first; seed < first + Math.min(BLOCK, WALKS); seed++) {
      try {
        walk(new Random(seed));
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + story + "\n" + ladder.draw(), e);
      }
    }
    ladder.remark(joined + " transfers came to their end");
    assertThat(joined).isGreaterThanOrEqualTo(Math.min(BLOCK, WALKS) / 10);
  }

  private void arrives(WalkingJson client) {
    people.add(new Person(client, client.beside()));
  }

  /** Its second call is one of another tab or line, which does not ring. */
  private void arrives(String kind, String user) {
    var phone = phone(kind, user);
    phone.registers();
    people.add(
        new Person(
            new WalkingSip(phone, user), new WalkingSip(phone(kind, user + "2", user), user)));
  }

  private void walk(Random random) {
    story.clear();
    sides.forEach(WalkingSide::begins);
    List<Person> chosen = new ArrayList<>(people.subList(1, people.size()));
    Collections.shuffle(chosen, random);
    List<Person> three = chosen.subList(0, 3);
    three.set(random.nextInt(3), people.get(0));
    Person transferor = three.get(0);
    Person transferee = three.get(1);
    Person target = three.get(2);
    boolean attended = random.nextBoolean();
    talk(transferor.first(), transferee.first());
    if (attended) {
      talk(transferor.second(), target.first());
      story.add(transferor.user() + " joins " + transferee.user() + " and " + target.user());
      transferor.first().joins(transferor.second());
    } else {
      story.add(transferor.user() + " puts " + transferee.user() + " through to " + target.user());
      transferor.first().transfers(target.user());
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      if (random.nextInt(3) > 0) {
        becomesQuiet(sides);
      }
      WalkingSide who = sides.get(random.nextInt(sides.size()));
      List<Step> steps = who.steps(random);
      if (!steps.isEmpty()) {
        Step step = steps.get(random.nextInt(steps.size()));
        story.add(who.user() + " " + step.name());
        step.action().run();
      }
    }
    becomesQuiet(sides);
    if (target.first().state == State.RUNG) {
      story.add(target.user() + " leaves, rung");
      target.first().leaves();
      becomesQuiet(sides);
    }
    passes(HANGS_UP_ITSELF);
    becomesQuiet(sides);
    assertThat(sides.stream().filter(side -> side.state == State.ACTIVE).count() % 2)
        .as("talking: %s", told())
        .isZero();
    boolean out = transferor.first().state == State.OVER;
    joined += out && target.first().state == State.ACTIVE ? 1 : 0;
    end(random);
  }

  private void talk(WalkingSide caller, WalkingSide callee) {
    story.add(caller.user() + " talks to " + callee.user());
    caller.calls(callee.user());
    becomesQuiet(sides);
    callee.steps(new Random(0)).get(0).action().run(); // it answers
    becomesQuiet(sides);
    assertThat(List.of(caller.state, callee.state)).containsOnly(State.ACTIVE);
  }

  private void end(Random random) {
    List<WalkingSide> all = new ArrayList<>(sides);
    Collections.shuffle(all, random);
    for (WalkingSide side : all) {
      if (!side.isIn(State.NONE, State.OVER)) {
        story.add(side.user() + " leaves");
        side.leaves();
        becomesQuiet(sides);
      }
    }
    assertThat(sides).allMatch(side -> side.isIn(State.NONE, State.OVER), told());
    await("the calls to end").until(() -> gateway.gateway().calls().running().isEmpty());
  }

  private String told() {
    return sides.stream().map(side -> side.user() + " " + side.state).toList().toString();
  }
}
