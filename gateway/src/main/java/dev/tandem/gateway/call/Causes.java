package dev.tandem.gateway.call;

import java.util.ArrayList;
import java.util.List;

/** Why calls end when no peer says it: statuses, and Reason values (RFC 3326, Q.850). */
final class Causes {
  static final Cause ANSWERED_ELSEWHERE =
      Cause.of(200, "Call completed elsewhere", "SIP;cause=200;text=\"Call completed elsewhere\"");
  static final Cause NO_ANSWER = Cause.of(480, "No answer", "Q.850;cause=19;text=\"No answer\"");
  static final Cause NO_RESPONSE =
      Cause.of(408, "No response", "Q.850;cause=102;text=\"No response\"");
  static final Cause NOBODY_THERE = Cause.of(480, "Temporarily Unavailable");
  static final Cause NO_ACK = Cause.of(408, "No ACK", "SIP;cause=408;text=\"No ACK\"");
  static final Cause NO_ANSWER_IN_ACK =
      Cause.of(488, "No answer in ACK", "SIP;cause=488;text=\"No answer in ACK\"");
  static final Cause TOO_LONG =
      Cause.of(480, "Maximum duration reached", "Q.850;cause=31;text=\"Maximum duration reached\"");

  private static final String LOST = "Q.850;cause=102;text=\"Recovery on timer expiry\"";

  private Causes() {}

  /** For the legs that remain when one is lost. */
  static Cause lost(Cause cause) {
    return Cause.of(cause.status(), cause.text(), LOST);
  }

  /** A refusal as a cause: with the Reason values that came with it, else with its own status. */
  static Cause refused(int status, String reason, Payload payload) {
    List<String> reasons = new ArrayList<>(1);
    for (Header header : payload.headers()) {
      if (header.name().equalsIgnoreCase("Reason")) {
        reasons.add(header.value());
      }
    }
    if (reasons.isEmpty()) {
      reasons.add("SIP;cause=" + status + ";text=\"" + quotable(reason) + "\"");
    }
    return new Cause(status, reason, reasons);
  }

  /** The dialog is gone at the peer, or the peer is (RFC 3261 §12.2.1.2). */
  static Cause dialogGone(int status, String reason) {
    return refused(status, reason, Payload.EMPTY);
  }

  /** A response without body that tells the cause. */
  static Payload payload(Cause cause) {
    List<Header> headers = cause.headers();
    return headers.isEmpty() ? Payload.EMPTY : new Payload(null, headers);
  }

  private static String quotable(String text) {
    return text.indexOf('"') < 0 && text.indexOf('\\') < 0
        ? text
        : text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
