package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a user writes into a REGISTER that a PBX gets: its way back and its credentials, which are
 * for the PBX to judge, and no other header. By lot from a seed, as {@link ForgedHeaderLadderTest}.
 */
class ForgedRegisterLadderTest extends EdgeLadderTest {
  private static final int ROUNDS = Integer.getInteger("tandem.rounds", 20);
  private static final Predicate<String> NOT_FOR_THE_PBX =
      name ->
          !List.of("Contact", "m", "Path", "Authorization", "Proxy-Authorization").contains(name);

  private final Forgeries forgeries = new Forgeries(Long.getLong("tandem.seed", 17));

  @Override
  String forward() {
    return "mode: path";
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "tcp"})
  void registerForgesNothing(String kind) {
    Phone mallory = phone(kind, "alice");
    Map<String, Integer> honest = Map.of();
    int reached = 0;
    for (int round = 0; round <= ROUNDS; round++) {
      boolean isHonest = round == 0;
      List<String> forged = new ArrayList<>();
      mallory.sendsRegister(
          600, it -> forged.addAll(isHonest ? List.of() : forgeries.into(it, NOT_FOR_THE_PBX)));
      await().until(() -> !carrier.isIdle() || !mallory.isIdle());
      if (carrier.isIdle()) {
        assertThat(mallory.receivesAny().status()).isEqualTo(400);
        continue;
      }
      SipText got = carrier.receives(REGISTER);
      if (isHonest) {
        honest = Forgeries.lineStarts(got);
      } else {
        reached++;
        Forgeries.isAsHonest(got, honest, forged);
      }
      carrier.answers(403, REGISTER);
      mallory.receives(403, REGISTER);
    }
    assertThat(reached).as("of %s that were not refused", ROUNDS).isGreaterThan(ROUNDS / 4);
  }
}
