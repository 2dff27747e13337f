package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Payload;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one early dialog that a caller sees, however many phones there are behind it: it has one
 * description until the answer, the first. What another fork, branch or round says later is left
 * out; whose description comes with the answer, that one counts. Used on the call's executor.
 */
final class EarlyMedia {
  private final boolean offered; // by the caller's INVITE
  private final boolean reliable; // the caller knows 100rel
  private @Nullable Body heard;
  private boolean settled; // the caller has acknowledged it

  EarlyMedia(boolean offered, boolean reliable) {
    this.offered = offered;
    this.reliable = reliable;
  }

  /** What a provisional response may carry. An offer goes only where it can be answered. */
  Payload progress(Payload payload) {
    Body body = payload.body();
    if (body == null) {
      return payload;
    }
    if ((heard == null && (offered || reliable)) || Objects.equals(body, heard)) {
      heard = body;
      return payload;
    }
    return new Payload(null, payload.headers());
  }

  /** The caller acknowledged the description, and answered it if that was an offer. */
  void acknowledged() {
    settled = true;
  }

  boolean awaitsAnswer() {
    return !offered && !settled && heard != null;
  }

  /** What the 2xx carries: not again what the caller has acknowledged (RFC 3262 §5). */
  Payload answer(Payload payload) {
    boolean known = settled && (!offered || Objects.equals(payload.body(), heard));
    return known ? new Payload(null, payload.headers()) : payload;
  }
}
