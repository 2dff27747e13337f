package dev.tandem.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every row of the table of docs/json.md: what SIP says of an end, and what a client hears. */
class EndsTest {
  private static final String LOST = "Q.850;cause=102";

  private static ObjectNode described(int status, String reason, boolean talked) {
    ObjectNode event = Frames.of("ended");
    List<String> reasons = reason == null ? List.of() : List.of(reason);
    Ends.describe(event, new Cause(status, "why", reasons), talked);
    return event;
  }

  @ParameterizedTest
  @CsvSource({
    "200, , true, normal, 16",
    "200, , false, normal, 16",
    "486, , false, busy, 17",
    "600, , false, busy, 17",
    "408, , false, no_answer, 18",
    "480, Q.850;cause=19, false, no_answer, 19",
    "480, , false, unavailable, 20",
    "480, Q.850;cause=20, false, unavailable, 20",
    "487, , false, cancelled, 16",
    "487, SIP;cause=200, false, elsewhere, 26",
    "487, SIP ;cause=200 ;text=\"Call completed elsewhere\", false, elsewhere, 26",
    "487, Q.850;cause=26, false, elsewhere, 26",
    "503, , false, no_circuit, 34",
    "503, Q.850;cause=34, false, no_circuit, 34",
    "503, Q.850;cause=38, false, trunk_down, 38",
    "401, , false, auth_failed, 21",
    "407, , false, auth_failed, 21",
    "500, , false, server_error, 41",
    "501, , false, server_error, 41",
    "502, , false, server_error, 41",
    "505, , false, server_error, 41",
    "403, , false, forbidden, 21",
    "603, , false, declined, 21",
    "607, , false, declined, 21",
    "404, , false, not_found, 1",
    "604, , false, not_found, 1",
    "410, , false, gone, 22",
    "484, , false, bad_number, 28",
    "488, , false, not_acceptable, 88",
    "606, , false, not_acceptable, 88",
    "504, , false, timeout, 102",
    "482, , false, loop, 25",
    "483, , false, loop, 25",
    "200, Q.850;cause=102, true, client_lost, 102",
    "480, Q.850;cause=102, true, client_lost, 102",
    "300, , false, rejected, 0",
    "400, , false, rejected, 0",
    "433, , false, rejected, 0",
    "499, , false, rejected, 0",
  })
  void sipHasAWordAndACause(int status, String reason, boolean talked, String code, int q850) {
    ObjectNode event = described(status, reason, talked);
    assertThat(event.path("code").asText()).isEqualTo(code);
    assertThat(event.path("q850").asInt()).isEqualTo(q850);
    assertThat(event.path("sip").asInt()).isEqualTo(status < 300 ? 0 : status);
    assertThat(event.path("elsewhere").asBoolean()).isEqualTo(code.equals("elsewhere"));
  }

  @ParameterizedTest
  @CsvSource({"486, 21, busy", "404, 28, not_found", "500, 31, server_error", "433, 1, rejected"})
  void aReasonGoesBeforeTheCauseOfTheStatus(int status, int q850, String code) {
    ObjectNode event = described(status, "Q.850;cause=" + q850, false);
    assertThat(event.path("q850").asInt()).isEqualTo(q850);
    assertThat(event.path("code").asText()).isEqualTo(code);
  }

  @Test
  void whoHasTalkedWasNotAnsweredElsewhere() {
    ObjectNode event = described(200, "SIP;cause=200", true);
    assertThat(event.path("code").asText()).isEqualTo("normal");
    assertThat(event.has("elsewhere")).isFalse();
  }

  @Test
  void whoWasLostBeforeTheAnswerIsAwayOnly() {
    assertThat(described(480, LOST, false).path("code").asText()).isEqualTo("unavailable");
  }

  /** What a client says of a call comes back as the same word, where SIP has one for it. */
  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {
        "BUSY",
        "DECLINED",
        "UNAVAILABLE",
        "NOT_FOUND",
        "GONE",
        "FORBIDDEN",
        "NOT_ACCEPTABLE"
      })
  void aWordSurvivesTheWayThroughSip(ErrorCode word) {
    assertThat(ErrorCode.ofStatus(word.toStatus())).isEqualTo(word);
  }

  @Test
  void noStatusIsWithoutAWord() {
    Set<ErrorCode> seen = EnumSet.noneOf(ErrorCode.class);
    for (int status = 300; status < 700; status++) {
      seen.add(ErrorCode.ofStatus(status));
    }
    assertThat(seen).doesNotContain(ErrorCode.NORMAL);
  }

  /**
   * The page names each word that calls end with, with the cause that goes with it, and no other.
   */
  @Test
  void thePageHasTheSameTable() throws IOException {
    List<String> cells = new ArrayList<>();
    boolean inTable = false;
    for (String line : Files.readAllLines(Path.of("..", "docs", "json.md"))) {
      inTable = line.startsWith("| code | SIP") || (inTable && line.startsWith("|"));
      if (inTable && line.contains("`")) {
        String[] split = line.split("\\|");
        cells.add(split[1] + "|" + split[3]);
        cells.add(split[5] + "|" + split[7]);
      }
    }
    Set<String> told = new TreeSet<>();
    for (String cell : cells) {
      String[] words = cell.split("\\|")[0].replace("`", "").strip().split(", ");
      String[] causes = cell.split("\\|", 2)[1].strip().split(", ");
      for (int i = 0; i < words.length; i++) {
        told.add(words[i] + " " + causes[Math.min(i, causes.length - 1)]);
      }
    }
    Set<String> ours = new TreeSet<>();
    for (ErrorCode code : EnumSet.range(ErrorCode.NORMAL, ErrorCode.REJECTED)) {
      String cause = code.q850() == 0 ? "" : String.valueOf(code.q850());
      ours.add(code.name().toLowerCase(Locale.ROOT) + " " + cause);
    }
    assertThat(told).isEqualTo(ours);
  }
}
