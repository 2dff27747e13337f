package dev.tandem.gateway.ladder;

import java.time.Duration;
import java.util.List;

/** Random walks over calls: five users, and the patience to wait until all is quiet. */
abstract class WalkLadderTest extends JsonLadderTest {
  private static final Duration TICK = Duration.ofMillis(500);

  /** As many ticks as the gateway's longest patience within a call, 32 s, and some. */
  private static final int PATIENCE = 80;

  @Override
  String yaml() {
    return super.yaml()
            .replace(
                "users:\n",
                "users:\n  - {user: dave, password: secret}\n  - {user: erin, password: secret}\n")
        + "json: {framesPerSecond: 1000, callsPerMinute: 1000}\n"
        // Second lines have nothing to say for a long time.
        + "websocket: {firstMessageTimeout: 1h}\n";
  }

  /** Until nothing comes any more, and nobody waits for an answer; time passes as it must. */
  final void becomesQuiet(List<? extends WalkingSide> sides) {
    int quiet = 0;
    for (int ticks = 0; ticks < PATIENCE; ) {
      settle();
      boolean heard = false;
      for (WalkingSide side : sides) {
        heard |= side.reacts();
      }
      quiet = heard ? 0 : quiet + 1;
      if (quiet == 2) { // what one heard last may have made another hear something
        if (sides.stream().noneMatch(WalkingSide::waits)) {
          return;
        }
        clock.advance(TICK);
        ticks++;
        quiet = 0;
      }
    }
    throw new AssertionError(
        "somebody waits for ever: "
            + sides.stream().map(side -> side.user() + " " + side.state).toList());
  }
}
