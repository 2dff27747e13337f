package dev.tandem.sip.stack.plain;

import gov.nist.core.NameValueList;
import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.ParametersHeader;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;

/**
 * New headers with nothing in them, as copies of one: the constructor of each interns its name,
 * which takes longer than all the rest of reading it. Thread-safe.
 */
public final class Blanks {
  private static final Via VIA = new Via();
  private static final From FROM = new From();
  private static final To TO = new To();
  private static final Contact CONTACT = new Contact();
  private static final CallID CALL_ID = new CallID();
  private static final CSeq CSEQ = new CSeq();
  private static final MaxForwards MAX_FORWARDS = new MaxForwards();

  private Blanks() {}

  static Via via() {
    return own((Via) VIA.clone());
  }

  public static From from() {
    return own((From) FROM.clone());
  }

  public static To to() {
    To to = own((To) TO.clone());
    to.setParameters(new NameValueList(true)); // JAIN-SIP's clone() is no more thread-safe
    return to;
  }

  public static Contact contact() {
    return own((Contact) CONTACT.clone());
  }

  public static CallID callId() {
    return (CallID) CALL_ID.clone();
  }

  public static CSeq cSeq() {
    return (CSeq) CSEQ.clone();
  }

  public static MaxForwards maxForwards() {
    return (MaxForwards) MAX_FORWARDS.clone();
  }

  /** JAIN-SIP's clone() leaves one list to both. */
  private static <H extends ParametersHeader> H own(H header) {
    header.removeMultiParameters();
    return header;
  }
}
