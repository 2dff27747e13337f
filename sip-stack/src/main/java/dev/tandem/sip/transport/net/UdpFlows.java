package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.FlowEnd;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Peers of one UDP socket in the order of their last use, so that both expiry and making room take
 * from the front. Never more than the limit. Thread-safe by one lock, held for a map look-up.
 */
final class UdpFlows {
  private final Map<InetSocketAddress, UdpFlow> byRemote = new LinkedHashMap<>(64, 0.75f, true);
  private final int maxFlows;

  UdpFlows(int maxFlows) {
    this.maxFlows = maxFlows;
  }

  /** The open flow of this peer, marked as used; null if there is none. */
  synchronized @Nullable UdpFlow use(InetSocketAddress remote, long nowMillis) {
    UdpFlow flow = byRemote.get(remote);
    if (flow == null || !flow.isOpen()) {
      return null;
    }
    flow.usedAtMillis = nowMillis;
    return flow;
  }

  /** Adds a flow whose address has none, and gives back the one that had to go for it. */
  synchronized @Nullable UdpFlow add(UdpFlow flow, long nowMillis) {
    UdpFlow evicted = null;
    if (byRemote.size() >= maxFlows) {
      Iterator<UdpFlow> eldestFirst = byRemote.values().iterator();
      UdpFlow eldest = eldestFirst.next();
      eldestFirst.remove();
      FlowEnd why = FlowEnd.of(FlowEnd.Cause.DEAD, "longest unused of " + maxFlows);
      evicted = eldest.markEnded(why) ? eldest : null;
    }
    flow.usedAtMillis = nowMillis;
    byRemote.put(flow.remote(), flow);
    return evicted;
  }

  /** Forgets this flow, but not another that has its address by now. */
  synchronized void remove(UdpFlow flow) {
    byRemote.remove(flow.remote(), flow);
  }

  /** Takes out and ends what was last used at {@code beforeMillis} or earlier. */
  synchronized List<UdpFlow> expire(long beforeMillis, FlowEnd why) {
    List<UdpFlow> expired = new ArrayList<>();
    Iterator<UdpFlow> eldestFirst = byRemote.values().iterator();
    while (eldestFirst.hasNext()) {
      UdpFlow flow = eldestFirst.next();
      if (flow.usedAtMillis > beforeMillis) {
        break;
      }
      eldestFirst.remove();
      if (flow.markEnded(why)) {
        expired.add(flow);
      }
    }
    return expired;
  }

  synchronized int size() {
    return byRemote.size();
  }
}
