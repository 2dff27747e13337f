package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.ExchangeId;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sdp.PeerMedia;
import java.util.Set;

/**
 * One leg of a running call, as its adapter offers it: carries out the effects of the same names in
 * {@link dev.tandem.gateway.call.CallEffect}. Called on the call's executor; must not block.
 */
public interface Leg {

  void request(ExchangeId exchange, Method method, Payload payload);

  void cancelRequest(ExchangeId exchange);

  void respond(ExchangeId exchange, int status, String reason, Payload payload);

  void ackRequest(ExchangeId exchange, Payload payload);

  void hangUp(Cause cause);

  /** Another has its place in the call, or it has its own again: its events are this leg's now. */
  void becomes(LegId self);

  /** From now on it may be somebody else who describes the session to its peer. */
  void meetsAnother();

  /** What its peer's media are made of. Does not change as long as the leg is in its place. */
  default PeerMedia media() {
    return PeerMedia.AS_IT_IS;
  }

  /** Which way its peer wants the media of its call to go. */
  default MediaWish mediaWish() {
    return MediaWish.AUTO;
  }

  /** Who is at the other end, as a From or To header names them: {@code "Bob" <sip:bob@x>}. */
  String peer();

  /** What its peer asked to be kept from others (RFC 3323 §4.2), in lower case. */
  default Set<String> privacy() {
    return Set.of();
  }
}
