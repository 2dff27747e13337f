package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Cause;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The media of two legs on their way through a relay: takes each description that one of them gives
 * (RFC 3264), and gives what the other is to hear instead. Questions are asked one after the other,
 * in the order in which they come. Used on the call's executor; the futures complete on any thread,
 * and never exceptionally.
 */
public interface RelayedMedia {

  /** Which of the two legs describes itself. */
  enum Side {
    CALLER,
    CALLEE;

    public Side other() {
      return this == CALLER ? CALLEE : CALLER;
    }
  }

  /**
   * What became of a description.
   *
   * @param body what the other leg hears; null when there is a failure, or nothing to hear
   * @param failure why the relay cannot do it; null when it can
   */
  record Outcome(@Nullable Body body, @Nullable Cause failure) {
    public static final Outcome DONE = new Outcome(null, null);

    public static Outcome of(Body body) {
      return new Outcome(body, null);
    }

    public static Outcome failed(Cause cause) {
      return new Outcome(null, cause);
    }
  }

  CompletableFuture<Outcome> offer(Side by, Body sdp);

  CompletableFuture<Outcome> answer(Side by, Body sdp);

  /**
   * One of the two presses a key, and the other is to hear of it in its media.
   *
   * @return a failure when that does not take keys so: it has to be told in another way
   */
  CompletableFuture<Outcome> press(Side by, Keypress pressed);

  /** What is to become of a recording. */
  enum Recording {
    /** Begins, or goes on after a pause. */
    START,
    /** Nothing is recorded until it goes on. */
    PAUSE,
    STOP
  }

  /**
   * Begins or stops to record what both say; also asked for again.
   *
   * @return a failure when the relay cannot
   */
  CompletableFuture<Outcome> record(Recording wish);

  /** The last offer was refused: media are to go on as before it (RFC 3261 §14.2). */
  void refused();

  /** The relay is needed no more. May be said again. */
  void close();
}
