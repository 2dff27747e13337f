package dev.tandem.gateway.trunk;

import dev.tandem.sip.auth.DigestClient;

/** Hears what changes at trunks, on any thread; must not block. */
public interface TrunkObserver {
  /** It can be called again. */
  void cameUp(String trunk, String reason);

  /** It cannot be called any more. */
  void wentDown(String trunk, String reason);

  /** We are registered, after a time in which we were not. */
  void registered(String trunk, String words);

  /**
   * A REGISTER came to nothing.
   *
   * @param status of the response; 408 or 503 where none came
   * @param words with what happens next
   */
  void registrationFailed(String trunk, int status, String words);

  /** It asks for credentials that we cannot give. */
  void challengeUnanswered(String trunk, DigestClient.Verdict why);
}
