package dev.tandem.sip.ua;

import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request outside any dialog, other than INVITE, tried one way after another (RFC 3263 §4.3): the
 * next one when there is no connection, no final response until Timer F, or a 503. One at a time,
 * so no two threads are at it at once but {@link #abandon}'s.
 */
public final class OutsideAttempts implements ClientTransaction.Listener {

  /** Sends the request once more, as a new one, on this flow. */
  interface Sender {
    OutsideRequest send(Flow flow, ClientTransaction.Listener listener);
  }

  private final Hops hops;
  private final Sender sender;
  private final IntSupplier length;
  private final ClientTransaction.Listener user;
  private @Nullable OutsideRequest pending; // guarded by this
  private int attempts; // guarded by this
  private boolean abandoned; // guarded by this

  OutsideAttempts(Hops hops, Sender sender, IntSupplier length, ClientTransaction.Listener user) {
    this.hops = hops;
    this.sender = sender;
    this.length = length;
    this.user = user;
  }

  void begin() {
    tryNext(() -> user.flowEnded(FlowEnd.of(FlowEnd.Cause.UNREACHABLE, hops.failureReason())));
  }

  /** Whatever comes of it is not told any more. */
  public void abandon() {
    OutsideRequest last;
    synchronized (this) {
      abandoned = true;
      last = pending;
    }
    if (last != null) {
      last.abandon();
    }
  }

  private void tryNext(Runnable none) {
    CompletableFuture<Optional<Flow>> next = hops.next(length);
    if (next.isDone()) {
      send(next.join().orElse(null), none);
    } else {
      var unused = next.whenComplete((flow, never) -> send(flow.orElse(null), none));
    }
  }

  private void send(@Nullable Flow flow, Runnable none) {
    int mine;
    synchronized (this) {
      if (abandoned) {
        return;
      }
      mine = ++attempts;
    }
    if (flow == null) {
      none.run();
      return;
    }
    OutsideRequest sent = sender.send(flow, this);
    synchronized (this) {
      if (mine == attempts) { // or it has failed already
        pending = sent;
      }
      if (!abandoned) {
        return;
      }
    }
    sent.abandon();
  }

  private void failed(Runnable end) {
    if (hops.hasMore()) {
      tryNext(end);
    } else {
      end.run();
    }
  }

  @Override
  public void responded(SIPResponse response) {
    if (response.getStatusCode() == 503) {
      failed(() -> user.responded(response));
    } else {
      hops.worked();
      user.responded(response);
    }
  }

  @Override
  public void timedOut() {
    failed(user::timedOut);
  }

  @Override
  public void flowEnded(FlowEnd end) {
    failed(() -> user.flowEnded(end));
  }
}
