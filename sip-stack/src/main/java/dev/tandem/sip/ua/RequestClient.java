package dev.tandem.sip.ua;

import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request outside any dialog, other than INVITE, tried one way after another (RFC 3263 §4.3): the
 * next one when there is no connection, no final response until Timer F, or a 503. One transaction
 * at a time, each of the same request with another branch; so no two threads are at it at once.
 */
final class RequestClient implements ClientTransaction.Listener {
  private final UserAgent agent;
  private final OutgoingRequest outgoing;
  private final Hops hops;
  private final ClientTransaction.Listener user;
  private @Nullable SIPRequest request;

  RequestClient(
      UserAgent agent,
      OutgoingRequest outgoing,
      Hops hops,
      ClientTransaction.Listener user) {
    this.agent = agent;
    this.outgoing = outgoing;
    this.hops = hops;
    this.user = user;
  }

  void begin() {
    tryNext(
        () -> user.flowEnded(FlowEnd.of(FlowEnd.Cause.UNREACHABLE, hops.failureReason())));
  }

  private void tryNext(Runnable none) {
    CompletableFuture<@Nullable Flow> next = hops.next(() -> agent.length(outgoing));
    if (next.isDone()) {
      send(next.join(), none);
    } else {
      var unused = next.whenComplete((flow, never) -> send(flow, none));
    }
  }

  private void send(@Nullable Flow flow, Runnable none) {
    if (flow == null) {
      none.run();
      return;
    }
    SIPRequest last = request;
    SIPRequest now =
        last == null ? agent.complete(outgoing, flow) : agent.messages().onAnother(last, flow);
    request = now;
    agent.stack().send(now, flow, this);
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
