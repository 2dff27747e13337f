package dev.tandem.sip.stack;

import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.Locale;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;

/**
 * What a request is matched to its server transaction by (RFC 3261 §17.2.3): branch, sent-by and
 * method. The branch alone, as JAIN-SIP has it, is not enough: that of JsSIP has seven digits, so
 * among a few thousand calls two browsers have the same one every now and then.
 */
final class ServerKey {
  private static final String COOKIE = "z9hG4bK"; // RFC 3261 §8.1.1.7

  private ServerKey() {}

  /** Of a request; an ACK has that of its INVITE. */
  static String of(SIPRequest request) {
    String method = request.getMethod();
    return of(request, method.equals(Request.ACK) ? Request.INVITE : method);
  }

  /** Of the request with this method that shares a request's branch, as an INVITE its CANCEL's. */
  static String of(SIPRequest request, String method) {
    Via via = request.getTopmostVia();
    String host = via.getHost().toLowerCase(Locale.ROOT) + ':' + via.getPort();
    String branch = via.getBranch();
    return branch != null && isUnique(branch)
        ? branch.toLowerCase(Locale.ROOT) + ' ' + host + ' ' + method
        : ofOldClient(request, branch, host, method);
  }

  /** Whether whoever chose this branch says that nobody else has it. */
  static boolean isUnique(@Nullable String branch) {
    return branch != null
        && branch.length() > COOKIE.length()
        && branch.regionMatches(true, 0, COOKIE, 0, COOKIE.length());
  }

  /**
   * As RFC 2543 has it: Request-URI, From tag, Call-ID, CSeq and top Via. The To tag is left out,
   * which an ACK has and its INVITE has not.
   */
  private static String ofOldClient(
      SIPRequest request, @Nullable String branch, String host, String method) {
    return String.join(
        " ",
        "old",
        request.getRequestURI().toString(),
        String.valueOf(request.getFrom().getTag()),
        request.getCallId().getCallId(),
        Long.toString(request.getCSeq().getSeqNumber()),
        String.valueOf(branch),
        host,
        method);
  }
}
