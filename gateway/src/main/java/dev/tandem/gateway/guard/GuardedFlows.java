package dev.tandem.gateway.guard;

import dev.tandem.gateway.limit.TokenBucket;
import dev.tandem.sip.stack.EarlyRefusal;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.FlowListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The guard's door for SIP: a message passes it before any parser sees it. */
final class GuardedFlows implements FlowListener {
  private static final FlowEnd BANNED = FlowEnd.of(FlowEnd.Cause.REFUSED, "banned");

  private final Guard guard;
  private final FlowListener listener;

  /** Of connections that the guard asks; a peer on UDP has its address's only. */
  private final Map<FlowId, TokenBucket> connections = new ConcurrentHashMap<>();

  GuardedFlows(Guard guard, FlowListener listener) {
    this.guard = guard;
    this.listener = listener;
  }

  @Override
  public void opened(Flow flow) {
    listener.opened(flow);
    if (flow.transport().isReliable() && guard.source(flow.remote().getAddress()) != null) {
      connections.put(flow.id(), Source.bucket(guard.perConnection(), guard.millis()));
      if (guard.isBanned(flow.remote().getAddress())) {
        guard.count(Turned.BANNED);
        flow.close(BANNED);
      }
    }
  }

  @Override
  public void received(Flow flow, byte[] message) {
    Source source = guard.source(flow.remote().getAddress());
    if (source == null || passes(flow, source, message)) {
      listener.received(flow, message);
    }
  }

  private boolean passes(Flow flow, Source source, byte[] message) {
    long now = guard.millis();
    if (source.isBanned(now)) {
      guard.count(Turned.BANNED);
      if (flow.transport().isReliable()) {
        flow.close(BANNED);
      }
      return false;
    }
    if (guard.isScanner(message)) {
      guard.count(Turned.SCANNER);
      guard.strike(flow);
      return false;
    }
    TokenBucket connection = connections.get(flow.id());
    Turned why =
        connection != null && !connection.take(now)
            ? Turned.CONNECTION_RATE
            : source.take(Kind.of(message), now);
    if (why != null) {
      turnAway(flow, source, message, why, now);
    }
    return why == null;
  }

  /** On UDP in silence: an answer would go to whoever is written on the datagram. */
  private void turnAway(Flow flow, Source source, byte[] message, Turned why, long now) {
    guard.count(why);
    guard.strike(flow);
    if (flow.transport().isReliable()) {
      byte[] refusal = EarlyRefusal.busy(message, source.secondsToWait(why, now));
      if (refusal != null) {
        flow.send(refusal);
      }
    }
  }

  @Override
  public void unframed(Flow flow, byte[] headerSection, FlowEnd why) {
    listener.unframed(flow, headerSection, why);
  }

  @Override
  public void ended(Flow flow, FlowEnd end) {
    connections.remove(flow.id());
    listener.ended(flow, end);
  }
}
