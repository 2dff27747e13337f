package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Q850;
import java.util.List;

/**
 * Why calls end, in the words of {@code ended}. What a Reason header says goes before the status.
 */
final class Ends {
  private Ends() {}

  /**
   * Writes code, status, cause and text.
   *
   * @param talked whether the call was answered
   */
  static void describe(ObjectNode event, Cause cause, boolean talked) {
    int given = Q850.in(cause.reasons());
    boolean elsewhere = !talked && isElsewhere(cause.reasons());
    ErrorCode code = code(cause, given, elsewhere, talked);
    event.put("code", code.word());
    if (cause.status() >= 300) {
      event.put("sip", cause.status());
    }
    int q850 = given != Q850.NONE ? given : code.q850();
    if (q850 > 0 && q850 < 128) {
      event.put("q850", q850);
    }
    event.put("text", Texts.shortened(cause.text(), 200));
    if (elsewhere) {
      event.put("elsewhere", true);
    }
  }

  private static ErrorCode code(Cause cause, int given, boolean elsewhere, boolean talked) {
    if (elsewhere) {
      return ErrorCode.ELSEWHERE;
    }
    if (talked && given == 102) {
      return ErrorCode.CLIENT_LOST;
    }
    if (given == 19 && cause.status() == 480) {
      return ErrorCode.NO_ANSWER;
    }
    if (cause.status() == 503 && given == 38) {
      return ErrorCode.TRUNK_DOWN;
    }
    return ErrorCode.ofStatus(cause.status());
  }

  private static boolean isElsewhere(List<String> reasons) {
    return reasons.stream()
        .map(reason -> reason.replace(" ", ""))
        .anyMatch(
            reason -> reason.startsWith("SIP;cause=200") || reason.startsWith("Q.850;cause=26"));
  }
}
