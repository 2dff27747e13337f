package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sdp.MediaPolicy;
import dev.tandem.gateway.sdp.SdpText;

/** Session descriptions in payloads. */
final class Sessions {
  private static final String SDP = "application/sdp";

  private Sessions() {}

  static boolean isSdp(Body body) {
    return body.contentType().startsWith(SDP);
  }

  static Payload carrying(Payload payload, SdpText sdp) {
    return new Payload(new Body(SDP, sdp.bytes()), payload.headers());
  }

  /** A payload as the policy lets it pass; the same object where it changes nothing. */
  static Payload under(MediaPolicy policy, Payload payload) {
    Body body = payload.body();
    if (body == null || policy.isOpen() || !isSdp(body)) {
      return payload;
    }
    SdpText said = SdpText.parse(body.bytes());
    SdpText shown = policy.apply(said);
    return shown.equals(said) ? payload : carrying(payload, shown);
  }

  /** Whether nothing that a payload describes may pass. */
  static boolean isNothingUnder(MediaPolicy policy, Payload payload) {
    Body body = payload.body();
    return body != null
        && !policy.isOpen()
        && isSdp(body)
        && policy.leavesNothingOf(SdpText.parse(body.bytes()));
  }
}
