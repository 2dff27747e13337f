package dev.tandem.testkit;

import org.jspecify.annotations.Nullable;

/** A request that a phone sent. Guarded by its engine. */
final class ClientRequest {
  final SipText text;
  final @Nullable PhoneDialog dialog;

  /** It answers a challenge already. */
  final boolean triedPassword;

  /** What is sent again when the 2xx comes again. */
  @Nullable SipText ackFor2xx;

  ClientRequest(SipText text, @Nullable PhoneDialog dialog, boolean triedPassword) {
    this.text = text;
    this.dialog = dialog;
    this.triedPassword = triedPassword;
  }

  /** ACK in the INVITE's own transaction (RFC 3261 §17.1.1.3). */
  SipText ackOfRefusal(SipText response) {
    SipText ack = SipText.request(Sip.ACK, text.requestUri());
    text.headers("Route").forEach(route -> ack.add("Route", route));
    return ack.add("Via", text.header("Via"))
        .add("To", response.header("To"))
        .add("From", text.header("From"))
        .add("Call-ID", text.callId())
        .add("CSeq", text.cseqNumber() + " " + Sip.ACK)
        .add("Max-Forwards", "70")
        .add("Content-Length", "0");
  }
}
