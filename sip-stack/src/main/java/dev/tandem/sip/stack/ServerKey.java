package dev.tandem.sip.stack;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.Locale;
import javax.sip.message.Request;

/**
 * What a request is matched to its server transaction by (RFC 3261 §17.2.3): branch, sent-by and
 * method. The branch alone, as JAIN-SIP has it, is not enough: that of JsSIP has seven digits, so
 * among a few thousand calls two browsers have the same one every now and then.
 */
final class ServerKey {
  private static final String COOKIE = "z9hg4bk";

  private ServerKey() {}

  /** Of a request; an ACK has that of its INVITE. */
  static String of(SIPRequest request) {
    String method = request.getMethod();
    return of(request, method.equals(Request.ACK) ? Request.INVITE : method);
  }

  /** Of the request with this method that shares a request's branch, as an INVITE its CANCEL's. */
  static String of(SIPRequest request, String method) {
    Via via = request.getTopmostVia();
    String branch = via.getBranch() == null ? "" : via.getBranch().toLowerCase(Locale.ROOT);
    if (!branch.startsWith(COOKIE)) {
      return request.getTransactionId(); // of a client after RFC 2543, which JAIN-SIP knows
    }
    String host = via.getHost().toLowerCase(Locale.ROOT);
    return branch + ' ' + host + ':' + via.getPort() + ' ' + method;
  }
}
