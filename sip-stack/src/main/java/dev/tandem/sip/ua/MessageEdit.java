package dev.tandem.sip.ua;

import gov.nist.javax.sip.message.SIPMessage;

/**
 * What a user adds to a message that the user agent has made complete by the rules of the protocol:
 * a body, further headers. Runs once, before the message is sent.
 */
@FunctionalInterface
public interface MessageEdit {
  MessageEdit NONE = message -> {};

  void apply(SIPMessage message);
}
