package dev.tandem.testkit;

import org.jspecify.annotations.Nullable;

/** A request that a phone received. Guarded by its engine. */
final class ServerRequest {
  final SipText text;
  Link.Path from; // the last that it came by

  /** The To tag of our responses. */
  final String localTag;

  final @Nullable PhoneDialog dialog;
  @Nullable SipText lastResponse;

  /** The script has seen it. */
  boolean taken;

  ServerRequest(SipText text, Link.Path from, String localTag, @Nullable PhoneDialog dialog) {
    this.text = text;
    this.from = from;
    this.localTag = localTag;
    this.dialog = dialog;
  }

  boolean is(String method) {
    return text.method().equals(method);
  }

  boolean wantsAnswer() {
    return !is(Sip.ACK) && !is(Sip.CANCEL) && (lastResponse == null || lastResponse.status() < 200);
  }
}
