package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a user whom a trunk calls writes into the answers: the trunk gets the headers that an honest
 * answer would bring, and no other. By lot from a seed, as {@link ForgedHeaderLadderTest}.
 */
class ForgedAnswerLadderTest extends LadderTest {
  private static final int ROUNDS = Integer.getInteger("tandem.rounds", 4);

  /** The gateway's requests to the user go where its Contact says. */
  private static final Predicate<String> NO_TARGET =
      name -> !List.of("Contact", "m", "Record-Route").contains(name);

  private static final List<String> PHRASES =
      List.of(
          "No\rP-Asserted-Identity: <sip:f0rged@bank.test>",
          "No\nP-Asserted-Identity: <sip:f0rged@bank.test>",
          "No\r\nP-Asserted-Identity: <sip:f0rged@bank.test>",
          "No\r\n P-Asserted-Identity: <sip:f0rged@bank.test>",
          "P-Asserted-Identity: <sip:f0rged@bank.test>",
          "\u0d0aP-Asserted-Identity: <sip:f0rged@bank.test>",
          "No \u2028P-Asserted-Identity: <sip:f0rged@bank.test>",
          "");

  private final Forgeries forgeries = new Forgeries(Long.getLong("tandem.seed", 13));
  private final Map<Integer, Map<String, Integer>> honest = new HashMap<>();
  private Phone mallory;
  private int reached;

  @Override
  String yaml() {
    return Forgeries.proving(super.yaml());
  }

  @ParameterizedTest
  @CsvSource({"sipJs", "jsSip", "udp", "tcp"})
  void answersForgeNothing(String kind) {
    mallory = phone(kind, "bob");
    mallory.registers();
    for (int round = 0; round <= ROUNDS; round++) {
      for (int status : new int[] {200, 302, 404, 486, 603}) {
        carrier.invites(sip("bob"));
        SipText invite = mallory.receives(INVITE);
        says(round, 180, invite, false);
        says(round, 183, invite, false);
        says(round, status, invite, true);
        if (status == 200) {
          carrier.sends(ACK);
          mallory.receives(ACK);
          settle();
          mallory.sends(BYE);
          mallory.receives(200, BYE);
          carrier.receives(BYE);
          carrier.answers(200, BYE);
        } else {
          mallory.receives(ACK);
        }
        settle();
        clock.advance(Duration.ofSeconds(1));
      }
    }
    assertThat(reached).as("of %s that were not dropped", 15 * ROUNDS).isGreaterThan(3 * ROUNDS);
  }

  /** A forged answer, and where that is dropped and the call needs one, an honest one. */
  private void says(int round, int status, SipText invite, boolean isNeeded) {
    List<String> forged = new ArrayList<>();
    mallory.answers(status, answer -> forged.addAll(forge(round, status, answer)));
    settle();
    if (!carrier.isIdle()) {
      isAsHonest(status, carrier.receives(status), forged);
    } else if (isNeeded) {
      mallory.answers(invite, status);
      carrier.receives(status);
    }
  }

  private List<String> forge(int round, int status, SipText answer) {
    if (status == 302) {
      answer
          .add("Contact", "<sip:nobody@elsewhere.test>")
          .add("Diversion", round == 0 ? "<sip:bob@here.test>;reason=away" : "<sip:f0rged@b.test>");
    }
    if (round == 0) {
      return List.of();
    }
    List<String> forged = forgeries.into(answer, status == 404 ? any -> true : NO_TARGET);
    if (round % 2 == 0) {
      String phrase = PHRASES.get((round / 2 + status) % PHRASES.size());
      answer.startLine("SIP/2.0 " + status + " " + phrase);
      forged.add(phrase);
    }
    return forged;
  }

  private void isAsHonest(int status, SipText got, List<String> forged) {
    Map<String, Integer> before = honest.putIfAbsent(status, Forgeries.lineStarts(got));
    if (before != null) {
      reached++;
      Forgeries.isAsHonest(got, before, forged);
    } else {
      assertThat(forged).isEmpty();
    }
  }
}
