package dev.tandem.gateway.sip.header;

import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import java.util.List;

/**
 * A challenge of one leg's peer that we could not answer. The other leg must not see it: a browser
 * would answer it with the password that it has for us (RFC 3261 §22.3 has only proxies pass
 * challenges on).
 */
public final class Challenged {
  private static final String REASON = "Trunk Authentication Failed";

  private Challenged() {}

  /** What the other leg is told instead of this status. */
  public static int told(int status) {
    return isChallenge(status) ? 503 : status;
  }

  /** The same for a request inside a dialog, which goes on. */
  public static int toldInDialog(int status) {
    return isChallenge(status) ? 488 : status;
  }

  public static String told(int status, String reason) {
    return isChallenge(status) ? REASON : reason;
  }

  /** What goes with it: why, in a Reason that logs and callers read. */
  public static Payload told(int status, Payload payload) {
    return isChallenge(status)
        ? new Payload(
            null, List.of(new Header("Reason", "SIP;cause=" + status + ";text=\"trunk_auth\"")))
        : payload;
  }

  public static boolean isChallenge(int status) {
    return status == 401 || status == 407;
  }
}
