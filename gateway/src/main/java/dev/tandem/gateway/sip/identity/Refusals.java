package dev.tandem.gateway.sip.identity;

/** Hears why requests are refused before a call is made of them; for logs and counters. */
@FunctionalInterface
public interface Refusals {

  /**
   * Called before the response is sent.
   *
   * @param from the URI that From names, unproved
   * @param to the Request-URI
   * @param cause a word of a small fixed set, such as {@code offline}
   */
  void refused(String method, String from, String to, int status, String cause);
}
