package dev.tandem.sip.stack.plain;

import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;

/** A message that is being read; JAIN-SIP's own way to add a header looks for it five times. */
interface ReadMessage {
  /** Adds a header that the message does not have yet; returns false when it has it. */
  boolean putFirst(String lowerName, SIPHeader header);

  /** What it has under this name, a list or a single header; or null. */
  @org.jspecify.annotations.Nullable
  SIPHeader find(String lowerName);

  SIPMessage message();
}
