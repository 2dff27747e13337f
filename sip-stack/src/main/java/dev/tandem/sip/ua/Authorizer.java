package dev.tandem.sip.ua;

import dev.tandem.sip.auth.DigestClient.Answer;
import dev.tandem.sip.auth.DigestClient.Challenger;
import dev.tandem.sip.auth.DigestClient.Verdict;
import dev.tandem.sip.transport.Flow;
import gov.nist.javax.sip.header.ExtensionHeaderImpl;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers the challenges that one request of ours meets (RFC 3261 §22.2, §22.3), a few times at the
 * most. Credentials that are sent unasked may have an old nonce, so they are no answer yet; after
 * an answer, only {@code stale=true} is worth another. Used by the owner of the request alone.
 */
final class Authorizer {
  private static final int MAX_ROUNDS = 4;

  private final @Nullable PeerCredentials credentials;
  private int rounds;
  private boolean answered;

  /** For a request to a peer that we have these credentials for; null for none. */
  Authorizer(@Nullable PeerCredentials credentials) {
    this.credentials = credentials;
  }

  /** Puts on what the peer is known to ask for. Each call counts as a use of the nonce. */
  void sign(SIPRequest request, Flow way) {
    PeerCredentials ours = credentials;
    if (ours == null) {
      return; // what may be there is for somebody else
    }
    for (Challenger challenger : Challenger.values()) {
      request.removeHeader(challenger.answerHeader());
    }
    if (ours.mayGo(way)) {
      String uri = request.getRequestURI().toString();
      for (Answer answer : ours.client().answers(request.getMethod(), uri)) {
        ExtensionHeaderImpl header = new ExtensionHeaderImpl(answer.header());
        header.setValue(answer.value());
        request.addHeader(header);
      }
    }
  }

  /** Whether the request is to be sent again, as a new one, because of this response. */
  boolean learns(SIPRequest request, SIPResponse response, Flow way) {
    PeerCredentials ours = credentials;
    if (ours == null || !isChallenge(response.getStatusCode())) {
      return false;
    }
    Verdict verdict = ours.mayGo(way) ? learn(ours, request, response) : Verdict.OTHER_REALM;
    if (verdict == Verdict.ANSWERABLE && ++rounds <= MAX_ROUNDS) {
      answered = true;
      return true;
    }
    ours.refused(verdict == Verdict.ANSWERABLE ? Verdict.WRONG_CREDENTIALS : verdict);
    return false;
  }

  /** Proxies may put challenges of both kinds into one response (§16.7 item 7). */
  private Verdict learn(PeerCredentials ours, SIPRequest request, SIPResponse response) {
    Verdict verdict = Verdict.NOT_UNDERSTOOD;
    for (Challenger challenger : Challenger.values()) {
      List<String> challenges = values(response, challenger.challengeHeader());
      Verdict each = ours.client().learn(challenger, request.getMethod(), challenges, answered);
      verdict = each.compareTo(verdict) < 0 ? each : verdict;
    }
    return verdict;
  }

  private static boolean isChallenge(int status) {
    return status == 401 || status == 407;
  }

  private static List<String> values(SIPMessage message, String header) {
    List<String> values = new ArrayList<>(2);
    for (Iterator<?> i = message.getHeaders(header); i.hasNext(); ) {
      values.add(((SIPHeader) i.next()).getHeaderValue().trim());
    }
    return values;
  }

  /** The ACK for a 2xx has the credentials of its INVITE (§13.2.2.4), on the same way. */
  static void copy(SIPRequest invite, SIPRequest ack) {
    for (Challenger challenger : Challenger.values()) {
      for (String value : values(invite, challenger.answerHeader())) {
        ExtensionHeaderImpl header = new ExtensionHeaderImpl(challenger.answerHeader());
        header.setValue(value);
        ack.addHeader(header);
      }
    }
  }
}
