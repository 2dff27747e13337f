package dev.tandem.sip.ua;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which descriptions the two ends of a dialog agreed on last (RFC 3264): followed message by
 * message, and as before when an offer is refused. It is what a refresh of the session repeats (RFC
 * 4028 §7.4). One for each dialog, on its executor.
 */
final class Descriptions {
  private record Agreement(@Nullable Description local, @Nullable Description remote) {}

  /** An offer, and the request that brought it or whose response did. */
  private record Offer(Description sdp, boolean ours, long cseq, boolean inResponse) {}

  private Agreement agreed = new Agreement(null, null);
  private Agreement before = agreed; // while an answer may still be taken back
  private @Nullable Offer open;
  private long settledInvite = -1; // the INVITE without offer whose offer has its answer

  /** INVITE, UPDATE, PRACK or ACK, ours or the peer's. */
  void request(boolean ours, SIPRequest request) {
    Description sdp = Description.of(request);
    if (sdp == null) {
      return;
    }
    Offer offered = open;
    String method = request.getMethod();
    if (offered != null && offered.ours() != ours && offered.inResponse()) {
      agree(offered, sdp);
      open = null;
      settledInvite = offered.cseq();
    } else if (!method.equals("ACK")) {
      before = agreed;
      open = new Offer(sdp, ours, request.getCSeq().getSeqNumber(), false);
    }
  }

  /**
   * The response to one of these.
   *
   * @param ours we answer
   */
  void response(boolean ours, SIPRequest request, SIPResponse response) {
    Offer offered = open;
    Description sdp = Description.of(response);
    int status = response.getStatusCode();
    boolean answers =
        offered != null
            && !offered.inResponse()
            && offered.ours() != ours
            && offered.cseq() == request.getCSeq().getSeqNumber();
    if (offered != null && answers) {
      if (status >= 300) {
        refused(!ours, request);
      } else {
        if (sdp != null) {
          agree(offered, sdp);
        }
        open = status < 200 ? offered : null; // the 2xx may say it again
      }
    } else if (sdp != null
        && status < 300
        && Description.of(request) == null
        && request.getCSeq().getSeqNumber() != settledInvite) {
      before = agreed;
      open = new Offer(sdp, ours, request.getCSeq().getSeqNumber(), true);
    }
  }

  /**
   * A request came to nothing: the session is what it was.
   *
   * @param ours the request was
   */
  void refused(boolean ours, SIPRequest request) {
    Offer offered = open;
    if (offered != null
        && !offered.inResponse()
        && offered.ours() == ours
        && offered.cseq() == request.getCSeq().getSeqNumber()) {
      agreed = before;
      open = null;
    }
  }

  private void agree(Offer offered, Description answer) {
    agreed =
        offered.ours()
            ? new Agreement(offered.sdp(), answer)
            : new Agreement(answer, offered.sdp());
  }

  /** An offer waits for its answer. */
  boolean isOpen() {
    return open != null;
  }

  /** What we said last in the session as it is agreed; null before the first. */
  @Nullable Description local() {
    return agreed.local();
  }

  /** What the peer said last; null before the first. */
  @Nullable Description remote() {
    return agreed.remote();
  }

  /**
   * Our answer to an offer that says again what its sender said last: then nobody else need hear of
   * it. Same version, same text (RFC 3264 §8). Null when it is something new, or when what we said
   * was an offer that is no answer.
   */
  @Nullable Description answerToRepeated(SIPRequest request) {
    Description sdp = Description.of(request);
    Description local = agreed.local();
    if (sdp == null || local == null || !Objects.equals(sdp, agreed.remote())) {
      return null;
    }
    return local.isOnlyAnOffer() ? null : local;
  }
}
