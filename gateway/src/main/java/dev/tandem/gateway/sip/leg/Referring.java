package dev.tandem.gateway.sip.leg;

import dev.tandem.sip.ua.ServerExchange;

/** Takes what a leg receives about transfers. On the executor of the leg's call. */
public interface Referring {

  /** REFER inside a call (RFC 3515). It wants a response. */
  void referred(SipLeg leg, ServerExchange refer);

  /** NOTIFY inside a call. It wants a response. */
  void notified(SipLeg leg, ServerExchange notify);
}
