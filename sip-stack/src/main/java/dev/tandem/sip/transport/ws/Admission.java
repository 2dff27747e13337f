package dev.tandem.sip.transport.ws;

import java.net.InetAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may open a WebSocket, beyond the Origin, and as whom: by what a page can give at the
 * upgrade, a token in a cookie, a header or a sub-protocol.
 */
@FunctionalInterface
public interface Admission {
  /** Anybody, as nobody: who they are is asked later, request by request. */
  Admission ANYBODY = request -> new Admitted(null);

  /** Judges an upgrade that is otherwise in order. Called on the I/O thread: must not block. */
  Verdict judge(UpgradeRequest request);

  /** Whether this address has a limited number of connections at one time. */
  default boolean isLimited(InetAddress address) {
    return true;
  }

  /** What becomes of an upgrade. */
  sealed interface Verdict permits Admitted, Refused {}

  /**
   * It goes on.
   *
   * @param principal who the peer proved to be, for as long as the connection lives; null if nobody
   */
  record Admitted(@Nullable Principal principal) implements Verdict {}

  /** It is answered with an error; browsers do not show it to the page, but in their console. */
  record Refused(int status, String why) implements Verdict {}
}
