package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a transferor wants of a peer that carries transfers out itself. Whether it may have it was
 * decided before.
 *
 * @param call the one that is to end for it
 * @param to whom the transferee shall call, as a URI
 * @param by who transfers, as Referred-By says it (RFC 3892); null for nobody's knowledge
 * @param place what the new call takes in another one; null when it just calls
 * @param listener hears how it goes
 * @param longest after which it counts as failed
 */
public record TransferWish(
    RunningCall call,
    String to,
    @Nullable String by,
    @Nullable Seat place,
    TransferListener listener,
    Duration longest) {

  /** The transferor's place in its call with the target. */
  public record Seat(RunningCall call, Leg leg) {
    /** The callee's leg of a call that takes it (RFC 3891 §3). */
    public Takeover takenBy(String newcomer, Branches.Description description) {
      return new Takeover(call, leg, false, newcomer, description);
    }
  }

  /** The target has answered the transferee: the old call is over. From any thread. */
  public void succeeded() {
    call.executor()
        .execute(
            () ->
                listener.succeeded(
                    () -> call.post(new CallEvent.EndRequested(TransferCauses.TRANSFERRED))));
  }

  /** 1xx of the target. From any thread. */
  public void progressed(int status, String reason) {
    call.executor().execute(() -> listener.progressed(status, reason));
  }

  /** From any thread. */
  public void failed(Cause cause) {
    call.executor().execute(() -> listener.failed(cause.status(), cause.text()));
  }
}
