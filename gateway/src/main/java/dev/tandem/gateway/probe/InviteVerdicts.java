package dev.tandem.gateway.probe;

import dev.tandem.gateway.probe.Login.Challenged;
import dev.tandem.sip.transport.Transport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What can be said of a call to a number. */
final class InviteVerdicts {
  private static final String FORM =
      "Look at the form of the number: +49301234567, 0049301234567 and 0301234567 are different to "
          + "most peers. A route can rewrite it.";

  private InviteVerdicts() {}

  static Finding of(
      Reply reply, @Nullable Challenged challenged, Duration limit, Transport transport) {
    PlainMessage answer = reply.last();
    PlainMessage progress = reply.progress(180);
    if (answer == null) {
      return progress == null
          ? OptionsVerdicts.missing(reply, limit, transport)
          : Finding.ok(
              progress.told()
                  + " after "
                  + ConnectVerdicts.millis(reply.after())
                  + ": the number is called; the call was cancelled at once");
    }
    String said = answer.told();
    int status = answer.status();
    if (status < 300) {
      return Finding.ok(said + ": somebody answered; the call was ended at once");
    }
    return switch (status) {
      case 401, 407 ->
          challenged == null
              ? Finding.failed(said, "It is not a challenge that can be read.")
              : ChallengeVerdicts.of(challenged);
      case 403 ->
          Finding.failed(
              said + ": we may not call that number, or not as this caller",
              "Look whether the account may call it; whether From is a number or user that the peer "
                  + "accepts (from.user, --from); whether it wants its own domain in from.domain; and "
                  + "whether it knows our address.");
      case 404, 604 -> Finding.failed(said + ": the peer knows no such number", FORM);
      case 410 -> Finding.failed(said + ": the number is not in use any more", "Try another one.");
      case 484 -> Finding.failed(said + ": the number is not complete", FORM);
      case 480, 486, 600, 603 ->
          Finding.ok(
              said
                  + ": the call reached "
                  + (status == 480
                      ? "a subscriber who is not there"
                      : "somebody who does not take it")
                  + "; so the way is good");
      case 488, 606, 415 ->
          Finding.failed(
              said
                  + ": the peer does not take such a session"
                  + (answer.header("Warning") == null ? "" : " (" + answer.header("Warning") + ")"),
              "The offer was plain RTP with PCMA and PCMU. Let the peer have one of these; where it "
                  + "insists on encryption (SRTP) this check cannot have a call, but browsers may.");
      case 402 -> Finding.failed(said + ": the account has no credit", "Ask the carrier.");
      case 408 ->
          Finding.failed(
              said + ": the peer passed the call on, and nobody answered", "Ask the other side.");
      case 420, 421 ->
          Finding.failed(
              said
                  + ": extensions do not fit: "
                  + (status == 420 ? answer.header("Unsupported") : answer.header("Require")),
              "Switch the extension on or off at the peer.");
      case 482, 483 ->
          Finding.failed(
              said + ": the call went round in circles",
              "The other side sends that number back to us. Look at its routes, and at the trunk's domain.");
      case 487 ->
          Finding.ok(
              (progress == null ? said : progress.told())
                  + ": the number is called; the call was "
                  + "cancelled at once");
      case 500, 502, 503, 504 ->
          Finding.failed(
              said + ": the peer has no way on for this call, or takes none now",
              "It is overloaded, or has no line for that number. Some carriers say 503 instead of 403 "
                  + "or 404: "
                  + FORM);
      default ->
          status < 400
              ? Finding.warning(
                  said + ": the call should go to " + answer.header("Contact"),
                  "The gateway follows that where calls.redirect and the caller's rights allow it.")
              : Finding.failed(
                  said,
                  "Look at the exchange below, mostly at Warning and Reason, and at the other "
                      + "side's log.");
    };
  }

  /** What such a call does not show. */
  static final Finding NO_MEDIA =
      Finding.ok(
          "the offer was plain RTP (PCMA, PCMU) to a port that nothing is sent from: it shows the way "
              + "of the call, not that there is sound. Browsers offer ICE and DTLS-SRTP, which the "
              + "peer must know itself while media is none");
}
