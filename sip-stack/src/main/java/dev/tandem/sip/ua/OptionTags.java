package dev.tandem.sip.ua;

import gov.nist.javax.sip.header.Require;
import gov.nist.javax.sip.header.Supported;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Iterator;
import javax.sip.header.RequireHeader;
import javax.sip.header.SupportedHeader;

/** Reads Supported and Require (RFC 3261 §19.2). */
final class OptionTags {
  static final String RELIABLE = "100rel";
  static final String TIMER = "timer";

  private OptionTags() {}

  static boolean supports(SIPMessage message, String tag) {
    if (message.hasHeader(SupportedHeader.NAME)) {
      for (Iterator<?> i = message.getHeaders(SupportedHeader.NAME); i.hasNext(); ) {
        if (tag.equalsIgnoreCase(((Supported) i.next()).getOptionTag())) {
          return true;
        }
      }
    }
    return false;
  }

  static boolean requires(SIPMessage message, String tag) {
    if (message.hasHeader(RequireHeader.NAME)) {
      for (Iterator<?> i = message.getHeaders(RequireHeader.NAME); i.hasNext(); ) {
        if (tag.equalsIgnoreCase(((Require) i.next()).getOptionTag())) {
          return true;
        }
      }
    }
    return false;
  }
}
