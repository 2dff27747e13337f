package dev.tandem.sip.ua;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.header.Supported;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who refreshes, and how often (RFC 4028 §7–§9). */
class SessionIntervalTest {
  private static final SessionTimerSettings HALF_AN_HOUR =
      new SessionTimerSettings(Duration.ofMinutes(30), Duration.ofSeconds(90));

  /** The table of §9; "ours" in the last column is the refresher uas. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          timer | 90   |     | 90   | theirs
          timer | 90   | uac | 90   | theirs
          timer | 90   | uas | 90   | ours
          timer | 7200 |     | 1800 | theirs
          timer | 7200 | uas | 1800 | ours
                | 600  |     | 600  | ours
                | 60   |     | 90   | ours
          timer |      |     | 1800 | ours
          """,
      delimiter = '|')
  void whatWeAnswer(String option, Integer asked, String refresher, long seconds, String who)
      throws Exception {
    assertThat(SessionInterval.asUas(request(option, asked, refresher), HALF_AN_HOUR))
        .isEqualTo(new SessionInterval(seconds, who.equals("ours")));
  }

  @Test
  void whoAsksForNothingAndKnowsNothingIsLeftInPeace() throws Exception {
    assertThat(SessionInterval.asUas(request(null, null, null), HALF_AN_HOUR)).isNull();
  }

  @Test
  void theLeastThatTheRequestAllowsCounts() throws Exception {
    SIPRequest request = request("timer", 7200, null);
    request.setHeader(SessionInterval.minSe(3600));
    assertThat(SessionInterval.asUas(request, HALF_AN_HOUR))
        .isEqualTo(new SessionInterval(3600, false));
  }

  /** Only who knows timers understands a 422. */
  @ParameterizedTest
  @CsvSource({"timer, 89, true", "timer, 90, false", "'', 30, false"})
  void whatIsTooSmall(String option, Integer asked, boolean tooSmall) throws Exception {
    assertThat(SessionInterval.isTooSmall(request(option, asked, null), HALF_AN_HOUR))
        .isEqualTo(tooSmall);
  }

  @ParameterizedTest
  @CsvSource({
    "600, uac, 600, true",
    "600, uas, 600, false",
    "600, , 600, true",
    "5, uas, 90, false"
  })
  void whatAnAnswerMeans(long said, String refresher, long seconds, boolean ours) {
    SIPResponse response = new SIPResponse();
    response.setHeader(SessionInterval.sessionExpires(said, refresher));
    assertThat(SessionInterval.asUac(response)).isEqualTo(new SessionInterval(seconds, ours));
  }

  @Test
  void anAnswerThatSaysNothingMeansNoTimer() {
    assertThat(SessionInterval.asUac(new SIPResponse())).isNull();
  }

  private static SIPRequest request(String option, Integer asked, String refresher)
      throws Exception {
    SIPRequest request = new SIPRequest();
    if (option != null && !option.isEmpty()) {
      request.addHeader(new Supported(option));
    }
    if (asked != null) {
      request.setHeader(SessionInterval.sessionExpires(asked, refresher));
    }
    return request;
  }
}
