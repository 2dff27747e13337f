package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Many JSON sessions at once and calls among all of them, of which none is lost. Three hundred;
 * {@code -Dtandem.json.sessions=10000} for more (and as many files that may be open, twice).
 */
class JsonManySessionsTest extends JsonLadderTest {
  private static final int SESSIONS = Integer.getInteger("tandem.json.sessions", 300);
  private static final Duration PATIENCE = Duration.ofSeconds(20 + SESSIONS / 50);

  @Override
  String yaml() {
    return super.yaml()
        .replace("users:\n", "users:\n  - {user: \"u{0..19999}\", password: secret}\n");
  }

  @Test
  void everyCallAmongVeryManyIsMadeAndEnds() throws Exception {
    try (JsonSwarm swarm = new JsonSwarm(webSocket())) {
      swarm.signIn(SESSIONS, PATIENCE);
      assertThat(gateway.gateway().json().sessions()).isEqualTo(SESSIONS);
      swarm.call(PATIENCE);
      swarm.call(PATIENCE);
      assertThat(swarm.unexpected()).isZero();
      assertThat(gateway.gateway().json().sessions()).isEqualTo(SESSIONS);
    }
  }
}
