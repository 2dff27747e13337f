package dev.tandem.sip.ua;

import dev.tandem.sip.transport.Flow;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ways that one request can go, to be tried one after another until a server answers (RFC 3263
 * §4.3). One for each request; used by one thread at a time. Never blocks.
 */
public interface Hops {

  /**
   * The next flow to try; empty when there is none (left). Known ones come at once. To ask again
   * means that the last one failed: no connection, no answer in time, or 503.
   *
   * @param bytes how long the request is without its Via and Contact, if it matters: what is too
   *     long for UDP goes by TCP (RFC 3261 §18.1.1)
   */
  CompletableFuture<Optional<Flow>> next(IntSupplier bytes);

  /** False when it is certain that {@link #next} would find none. */
  boolean hasMore();

  /** The last one answered. */
  void worked();

  /** How long an INVITE waits for its first response when there is another way. */
  Duration firstResponse();

  /** What the request is answered with when there is no way: a server that is down, or a client. */
  int failureStatus();

  /** The same in words for people. */
  String failureReason();

  /** One flow, known already; null for a client that is gone. */
  static Hops only(@Nullable Flow flow) {
    return new OnlyHop(flow);
  }
}
