package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Cause;

/** Why legs end when a transfer ends them, as the Reason header says it (RFC 3326). */
final class TransferCauses {
  /** To the one whose place was taken. */
  static final Cause TRANSFERRED =
      Cause.of(200, "Transferred", "SIP;cause=200;text=\"Transferred\"");

  /** To the one whose place an INVITE with Replaces took. */
  static final Cause REPLACED = Cause.of(200, "Replaced", "SIP;cause=200;text=\"Replaced\"");

  private TransferCauses() {}

  /** To the one who is left alone, or to the target, when the other would not join. */
  static Cause refused(int status, String reason) {
    String text = reason.indexOf('"') < 0 && reason.indexOf('\\') < 0 ? reason : "Refused";
    return Cause.of(status, reason, "SIP;cause=" + status + ";text=\"" + text + "\"");
  }
}
