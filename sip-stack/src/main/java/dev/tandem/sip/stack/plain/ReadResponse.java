package dev.tandem.sip.stack.plain;

import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPResponse;
import org.jspecify.annotations.Nullable;

/** A response as JAIN-SIP knows it, with its headers put in directly. */
final class ReadResponse extends SIPResponse implements ReadMessage {
  private static final long serialVersionUID = 1;

  @Override
  public boolean putFirst(String lowerName, SIPHeader header) {
    if (headerTable.putIfAbsent(lowerName, header) != null) {
      return false;
    }
    headers.add(header);
    if (header instanceof From from) {
      fromHeader = from;
    } else if (header instanceof To to) {
      toHeader = to;
    } else if (header instanceof CSeq cSeq) {
      cSeqHeader = cSeq;
    } else if (header instanceof CallID callId) {
      callIdHeader = callId;
    } else if (header instanceof MaxForwards maxForwards) {
      maxForwardsHeader = maxForwards;
    }
    return true;
  }

  @Override
  public @Nullable SIPHeader find(String lowerName) {
    return headerTable.get(lowerName);
  }

  @Override
  public SIPMessage message() {
    return this;
  }
}
