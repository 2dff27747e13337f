package dev.tandem.gateway.sip;

import dev.tandem.gateway.bridge.CallerLeg;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Payload;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import org.jspecify.annotations.Nullable;

/** The leg of a caller who speaks SIP: we are its UAS. */
final class SipCallerLeg extends SipLeg implements CallerLeg {
  private final ServerExchange invite;

  SipCallerLeg(ServerExchange invite) {
    this.invite = invite;
  }

  @Override
  public void progress(int status, String reason, Payload payload) {
    invite.respond(status, reason, message -> Payloads.apply(payload, message));
  }

  @Override
  public void answer(Payload payload) {
    invite.respond(200, "OK", message -> Payloads.apply(payload, message));
  }

  @Override
  public void refuse(int status, String reason, Payload payload) {
    invite.respond(status, reason, message -> Payloads.apply(payload, message));
  }

  @Override
  public void cancelled(SIPRequest cancel) {
    call().post(new CallEvent.CallerCancelled(Payloads.cause(cancel, 487, "Cancelled")));
  }

  @Override
  public void progressed(SIPResponse response) {
    throw notAClient();
  }

  @Override
  public void answered(SIPResponse response) {
    throw notAClient();
  }

  @Override
  public void refused(int status, String reason, @Nullable SIPResponse response) {
    throw notAClient();
  }

  private static IllegalStateException notAClient() {
    return new IllegalStateException("the caller's leg sent no INVITE to begin with");
  }
}
