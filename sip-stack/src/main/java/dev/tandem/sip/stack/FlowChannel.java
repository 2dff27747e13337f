package dev.tandem.sip.stack;

import dev.tandem.sip.stack.plain.MessageWriter;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.RawMessageChannel;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sip.address.Hop;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Flow} as JAIN-SIP sees it. Every way to send ends in one {@link Flow#send}: no DNS, no
 * self-routing, no connect. Knows the client transactions that wait on it, since the stack itself
 * would let them wait for Timer B when the connection is long gone.
 */
final class FlowChannel extends MessageChannel implements RawMessageChannel {
  private final Flow flow;
  private final FlowProcessor processor;
  private final StackListener listener;
  private final String source;
  private volatile @Nullable Set<ClientTransaction> waiting;
  private volatile @Nullable FlowEnd end;

  FlowChannel(Flow flow, FlowProcessor processor, StackListener listener) {
    this.flow = flow;
    this.processor = processor;
    this.messageProcessor = processor;
    this.listener = listener;
    this.source = flow.remote().getAddress().getHostAddress();
  }

  Flow flow() {
    return flow;
  }

  /** The address that requests come from on it, as {@code received} has it: without brackets. */
  String source() {
    return source;
  }

  /**
   * Not kept: the stack asks for it on TLS channels of its own only, and it would hold the last
   * transaction, with the whole call behind it, for as long as the flow lives.
   */
  @Override
  public void setEncapsulatedClientTransaction(SIPClientTransaction transaction) {}

  /** The transaction is told when the flow ends, at once if it has ended already. */
  void await(ClientTransaction transaction) {
    waiters().add(transaction);
    FlowEnd ended = end;
    if (ended != null && waiters().remove(transaction)) {
      transaction.flowEnded(ended);
    }
  }

  void release(ClientTransaction transaction) {
    Set<ClientTransaction> set = waiting;
    if (set != null) {
      set.remove(transaction);
    }
  }

  private Set<ClientTransaction> waiters() {
    Set<ClientTransaction> set = waiting;
    if (set == null) {
      synchronized (this) {
        set = waiting;
        if (set == null) {
          set = ConcurrentHashMap.newKeySet(4);
          waiting = set;
        }
      }
    }
    return set;
  }

  void ended(FlowEnd why) {
    end = why;
    Set<ClientTransaction> set = waiting;
    if (set != null) {
      for (ClientTransaction transaction : List.copyOf(set)) {
        if (set.remove(transaction)) {
          transaction.flowEnded(why);
        }
      }
    }
  }

  byte[] encode(SIPMessage message) {
    return MessageWriter.write(message, flow.transport().name());
  }

  void send(SIPMessage message, byte[] bytes) throws IOException {
    if (!flow.send(bytes)) {
      throw new FlowDead(flow);
    }
    if (message instanceof SIPRequest request) {
      listener.requestSent(request.getMethod(), flow.transport());
    } else {
      listener.responseSent(((SIPResponse) message).getStatusCode(), flow.transport());
    }
  }

  @Override
  public void sendMessage(SIPMessage message) throws IOException {
    send(message, encode(message));
  }

  @Override
  public void sendMessage(SIPMessage message, Hop hop) throws IOException {
    sendMessage(message);
  }

  @Override
  public void sendMessage(SIPMessage message, InetAddress address, int port) throws IOException {
    sendMessage(message);
  }

  @Override
  public void sendMessage(byte[] bytes, InetAddress address, int port, boolean reconnect)
      throws IOException {
    if (!flow.send(bytes)) {
      throw new FlowDead(flow);
    }
  }

  /** Only the stack's self-routing would call this, and it finds no processor to route to. */
  @Override
  public void processMessage(SIPMessage message) {
    throw new IllegalStateException("messages come in through SipStack");
  }

  @Override
  public void close() {
    flow.close(FlowEnd.of(FlowEnd.Cause.REFUSED, "closed by the stack"));
  }

  @Override
  public SIPTransactionStack getSIPStack() {
    return processor.getSIPStack();
  }

  @Override
  public String getTransport() {
    return flow.transport().name();
  }

  @Override
  public boolean isReliable() {
    return flow.transport().isReliable();
  }

  @Override
  public boolean isSecure() {
    return flow.transport().isSecure();
  }

  /** Not an address on purpose: nothing may route by it. */
  @Override
  public String getPeerAddress() {
    return flow.id().toString();
  }

  @Override
  protected InetAddress getPeerInetAddress() {
    return flow.remote().getAddress();
  }

  @Override
  protected String getPeerProtocol() {
    return getTransport();
  }

  @Override
  public int getPeerPort() {
    return flow.remote().getPort();
  }

  @Override
  public int getPeerPacketSourcePort() {
    return flow.remote().getPort();
  }

  @Override
  public InetAddress getPeerPacketSourceAddress() {
    return flow.remote().getAddress();
  }

  @Override
  public String getKey() {
    return flow.id().toString();
  }

  @Override
  public String getViaHost() {
    return getHost();
  }

  @Override
  public int getViaPort() {
    return flow.local().getPort();
  }

  @Override
  public String getHost() {
    return Hosts.literal(flow.local().getAddress());
  }

  @Override
  public int getPort() {
    return flow.local().getPort();
  }

  @Override
  public Via getViaHeader() {
    return Hosts.via(flow);
  }

  /** Says that a message could not be sent because the flow is dead; carries no stack trace. */
  private static final class FlowDead extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1;

    FlowDead(Flow flow) {
      super(flow.id() + " is dead");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
