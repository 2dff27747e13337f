package dev.tandem.gateway.sip;

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
  private boolean settled; // our offer has its answer

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

  /** The answer to an offer in a provisional response came. */
  void settled() {
    settled = !offered;
  }

  boolean awaitsAnswer() {
    return !offered && !settled && heard != null;
  }

  /**
   * What the 2xx carries: an answer even when the callee gave it before, in a response whose loss
   * the caller would not have noticed (RFC 3261 §13.2.1); no offer when that was answered.
   */
  Payload answer(Payload payload) {
    if (offered && !payload.hasBody() && heard != null) {
      return new Payload(heard, payload.headers());
    }
    return settled ? new Payload(null, payload.headers()) : payload;
  }
}
