package dev.tandem.gateway.probe;

import dev.tandem.gateway.probe.Login.Challenged;
import dev.tandem.sip.auth.DigestClient.Verdict;

/** What can be said of a 401 or 407 that was not the last word. */
final class ChallengeVerdicts {
  private ChallengeVerdicts() {}

  static Finding of(Challenged challenged) {
    Verdict verdict = challenged.verdict();
    String realm = "\"" + challenged.asks() + "\"";
    if (verdict == null) {
      return Finding.failed(
          "the peer asks for an account (realm " + realm + "), and none is configured",
          "Give the trunk auth.user and auth.password; or have our address let in without one at the "
              + "other side.");
    }
    return switch (verdict) {
      case OTHER_REALM ->
          Finding.failed(
              "the peer asks for an account in realm "
                  + realm
                  + ", but auth.realm is \""
                  + challenged.realm()
                  + "\", so it got no answer",
              "If that realm is the peer's, let auth.realm be "
                  + realm
                  + ". An auth.ha1 is only good "
                  + "for the realm that it was made with.");
      case WRONG_CREDENTIALS, ANSWERABLE ->
          Finding.failed(
              "the peer does not accept user \""
                  + challenged.user()
                  + "\" with this password in realm "
                  + realm,
              "Look at auth.user and auth.password. The user for the login is often not the phone "
                  + "number; at carriers it is that of the trunk, not that of the portal.");
      case NOT_UNDERSTOOD ->
          Finding.failed(
              "the peer's challenge (realm " + realm + ") asks for something that we cannot give",
              "We know digest with MD5 and SHA-256 and qop=auth. With auth.ha1 alone only MD5 can be "
                  + "answered: give the password, or auth.ha1Sha256 too.");
    };
  }
}
