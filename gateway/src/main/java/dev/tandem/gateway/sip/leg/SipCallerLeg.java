package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.bridge.CallerLeg;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sip.header.OutgoingHeaders;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.gateway.sip.identity.Sources;
import dev.tandem.gateway.sip.target.Device;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The leg of a caller who speaks SIP: we are its UAS. */
public final class SipCallerLeg extends SipLeg implements CallerLeg {
  private final ServerExchange invite;
  private final EarlyMedia media;

  public SipCallerLeg(
      ServerExchange invite,
      Party party,
      Referring referring,
      Devices devices,
      @Nullable Device device) {
    super(party, referring, devices, device);
    this.invite = invite;
    learn(invite.request());
    this.media =
        new EarlyMedia(
            Payloads.of(invite.request()).hasBody(),
            Payloads.features(invite.request()).reliable());
  }

  @Override
  public PeerMedia media() {
    return media(invite.flow().transport().isWebSocket());
  }

  @Override
  public Set<String> privacy() {
    return Sources.privacy(invite);
  }

  @Override
  public void progress(int status, String reason, Payload payload) {
    Payload steady = media.progress(allowed(payload));
    if (steady.hasBody()) {
      session().answer(steady);
    }
    inDialog().progress(status, reason, steady.hasBody(), message -> put(steady, message));
  }

  @Override
  public void answer(Payload payload) {
    Payload complete = described(invite, media.answer(payload));
    inDialog().answer("OK", message -> put(complete, message));
  }

  @Override
  public void pracked(ServerExchange prack) {
    Payload payload = heard(prack.request());
    boolean answers = media.awaitsAnswer();
    media.acknowledged();
    if (!payload.hasBody() || answers) {
      prack.respond(200, "OK");
      call().post(new CallEvent.CallerPracked(payload));
    } else {
      call().post(new CallEvent.CallerPracked(Payload.EMPTY));
      take(prack, Method.UPDATE); // an offer in a PRACK is answered as one in an UPDATE is
    }
  }

  @Override
  public void refuse(int status, String reason, Payload payload) {
    ended();
    Payload shown = OutgoingHeaders.filtered(outgoing(), payload);
    invite.respond(status, reason, message -> Payloads.applyRefusal(status, shown, message));
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
