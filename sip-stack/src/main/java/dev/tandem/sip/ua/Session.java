package dev.tandem.sip.ua;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of one dialog mean for its session, whoever made them: the descriptions that
 * were offered and answered (RFC 3264), and the session timer (RFC 4028). Used on the dialog's
 * executor.
 */
final class Session {
  private final SessionTimer timer;
  private final Descriptions descriptions = new Descriptions();

  Session(InviteDialog dialog, UaSettings settings) {
    this.timer = new SessionTimer(dialog, settings.sessionTimer());
  }

  SessionTimer timer() {
    return timer;
  }

  Descriptions descriptions() {
    return descriptions;
  }

  /** INVITE, or UPDATE with an offer. */
  static boolean isChange(SIPRequest request) {
    return request.getMethod().equals("INVITE")
        || (request.getMethod().equals("UPDATE") && Description.of(request) != null);
  }

  /** A request of the peer. */
  void received(SIPRequest request) {
    timer.heardOf(request);
    descriptions.request(false, request);
  }

  /** A request of ours is about to be sent. */
  void sending(SIPRequest request) {
    timer.propose(request);
    descriptions.request(true, request);
  }

  /** The outcome of a request of ours; null when there was none. */
  void heard(SIPRequest request, @Nullable SIPResponse response) {
    if (response == null) {
      descriptions.refused(true, request);
    } else {
      descriptions.response(false, request, response);
      timer.heard(request, response);
    }
  }

  /** 101–199 to a request of ours. */
  void hearsProgress(SIPRequest request, SIPResponse response) {
    timer.heardOf(response);
    descriptions.response(false, request, response);
  }

  /** A response of ours is about to be sent. */
  void answering(SIPRequest request, SIPResponse response) {
    descriptions.response(true, request, response);
    if (response.getStatusCode() / 100 == 2) {
      timer.answer(request, response);
    }
  }
}
