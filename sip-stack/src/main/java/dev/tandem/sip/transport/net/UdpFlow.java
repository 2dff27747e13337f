package dev.tandem.sip.transport.net;

import dev.tandem.sip.transport.Advertised;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A peer address that a UDP socket has lately talked with. */
final class UdpFlow implements Flow {
  private final FlowId id = FlowId.next();
  private final UdpTransport owner;
  private final InetSocketAddress remote;
  private final AtomicReference<@Nullable FlowEnd> end = new AtomicReference<>();

  /** When it was last used, by the clock of the timers; guarded by the table that holds it. */
  long usedAtMillis;

  private volatile @Nullable InetSocketAddress local;

  UdpFlow(UdpTransport owner, InetSocketAddress remote) {
    this.owner = owner;
    this.remote = remote;
  }

  @Override
  public FlowId id() {
    return id;
  }

  @Override
  public Transport transport() {
    return Transport.UDP;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public InetSocketAddress local() {
    InetSocketAddress known = local;
    if (known == null) {
      known = owner.localTowards(remote);
      local = known;
    }
    return known;
  }

  @Override
  public @Nullable Advertised advertised() {
    return owner.shownTo(remote());
  }

  @Override
  public boolean isOpen() {
    return end.get() == null;
  }

  @Override
  public boolean send(byte[] message) {
    return isOpen() && owner.send(this, message);
  }

  @Override
  public void close(FlowEnd why) {
    if (markEnded(why)) {
      owner.ended(this);
    }
  }

  /** True for the one call that ends it. */
  boolean markEnded(FlowEnd why) {
    return end.compareAndSet(null, why);
  }

  @Nullable FlowEnd end() {
    return end.get();
  }

  @Override
  public String toString() {
    return id + " UDP " + remote;
  }
}
