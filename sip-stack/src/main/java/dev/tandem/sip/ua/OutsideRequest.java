package dev.tandem.sip.ua;

import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.stack.SipStack;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import javax.sip.InvalidArgumentException;
import org.jspecify.annotations.Nullable;

/**
 * A request of ours outside any dialog, other than INVITE, until its final response; challenges in
 * between are answered. Its outcome is told on the thread that brings it, which has the
 * transaction's lock: so no transaction is touched under ours.
 */
public final class OutsideRequest {
  private final UserAgent agent;
  private final RequestSeries series;
  private final Authorizer authorizer;
  private final ClientTransaction.Listener listener;
  private SIPRequest request; // guarded by this
  private @Nullable Attempt last; // guarded by this
  private @Nullable ClientTransaction transaction; // guarded by this
  private boolean abandoned; // guarded by this

  OutsideRequest(
      UserAgent agent,
      RequestSeries series,
      @Nullable PeerCredentials credentials,
      SIPRequest request,
      ClientTransaction.Listener listener) {
    this.agent = agent;
    this.series = series;
    this.authorizer = new Authorizer(credentials);
    this.request = request;
    this.listener = listener;
  }

  void start(Flow way) {
    Attempt attempt;
    synchronized (this) {
      if (abandoned) {
        return;
      }
      authorizer.sign(request, way);
      attempt = new Attempt(request, way);
      last = attempt;
    }
    ClientTransaction started = agent.stack().send(attempt.sent, way, attempt);
    boolean unwanted = false;
    synchronized (this) {
      if (last == attempt) {
        transaction = started;
        unwanted = abandoned;
      }
    }
    if (unwanted) {
      started.abandon();
    }
  }

  /** Whatever comes of it is not told any more. */
  public void abandon() {
    ClientTransaction pending;
    synchronized (this) {
      abandoned = true;
      pending = transaction;
    }
    if (pending != null) {
      pending.abandon();
    }
  }

  private synchronized boolean tryAgain(SIPRequest refused, SIPResponse response, Flow way) {
    if (abandoned || !authorizer.learns(refused, response, way)) {
      return false;
    }
    SIPRequest again = (SIPRequest) refused.clone();
    again.setHeader(SipStack.via(way));
    try {
      again.getCSeq().setSeqNumber(series.next());
    } catch (InvalidArgumentException e) {
      throw new IllegalStateException(e);
    }
    request = again;
    transaction = null;
    return true;
  }

  private final class Attempt implements ClientTransaction.Listener {
    private final SIPRequest sent;
    private final Flow way;

    Attempt(SIPRequest sent, Flow way) {
      this.sent = sent;
      this.way = way;
    }

    @Override
    public void responded(SIPResponse response) {
      if (tryAgain(sent, response, way)) {
        start(way);
      } else {
        listener.responded(response);
      }
    }

    @Override
    public void timedOut() {
      listener.timedOut();
    }

    @Override
    public void flowEnded(FlowEnd end) {
      listener.flowEnded(end);
    }
  }
}
