package dev.tandem.sip.stack;

import dev.tandem.sip.message.Tokens;
import dev.tandem.sip.stack.BadMessage.Fault;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.text.ParseException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sip.SipException;
import javax.sip.message.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIP's message and transaction layers (RFC 3261 §7, §17) over any {@link Flow}: bytes come in
 * through {@link #flows()}, requests go up to a {@link MessageHandler}, and what is sent goes out
 * on the flow that the sender names. Knows nothing of dialogs. Thread-safe.
 */
public final class SipStack implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SipStack.class);

  private final JainStack jain;
  private final MessageReader reader;
  private final StackListener listener;
  private final MessageHandler handler;
  private final Map<FlowId, FlowChannel> channels = new ConcurrentHashMap<>();
  private final FlowListener flows = new Intake();

  public SipStack(
      Timers timers, MessageLimits limits, StackListener listener, MessageHandler handler) {
    this.reader = new MessageReader(limits);
    this.listener = listener;
    this.handler = handler;
    try {
      this.jain = JainStack.create(timers);
    } catch (SipException e) {
      throw new IllegalStateException("JAIN-SIP does not start", e);
    }
  }

  /** Where transports report. */
  public FlowListener flows() {
    return flows;
  }

  /**
   * Sends a request in a client transaction of its own; its top Via is from {@link #via(Flow)}.
   * Whatever happens is told to {@code user}, perhaps before this returns.
   */
  public ClientTransaction send(SIPRequest request, Flow flow, ClientTransaction.Listener user) {
    ClientTransaction transaction = new ClientTransaction(jain, channel(flow), request, user);
    transaction.start();
    return transaction;
  }

  /**
   * Sends a request outside any transaction: an ACK for a 2xx (RFC 3261 §13.2.2.4).
   *
   * @return false when the flow is dead
   */
  public boolean sendAck(SIPRequest ack, Flow flow) {
    FlowChannel channel = channel(flow);
    try {
      channel.sendMessage(ack);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The peer is on another flow now: what is still to be said in the transaction goes there. */
  public void move(ServerTransaction transaction, Flow to) {
    transaction.moveTo(channel(to));
  }

  /** Whether the INVITE that a CANCEL names has, or lately had, a transaction (RFC 3261 §9.2). */
  public boolean knowsInviteOf(SIPRequest cancel) {
    String key = ServerKey.of(cancel, Request.INVITE);
    return jain.findTransaction(key, true) != null || jain.lingering().has(key);
  }

  /** A flow that has not ended; null otherwise. */
  public @Nullable Flow flow(FlowId id) {
    FlowChannel channel = channels.get(id);
    return channel == null ? null : channel.flow();
  }

  /** How many transactions are in the tables: of servers and of clients. */
  public int transactions() {
    return jain.getServerTransactionTableSize() + jain.getClientTransactionTableSize();
  }

  /** A top Via for a new request on this flow (RFC 3261 §8.1.1.7), with a branch of its own. */
  public static Via via(Flow flow) {
    return via(flow, Tokens.branch());
  }

  /** The same with the branch of another request: for its CANCEL (§9.1). */
  public static Via via(Flow flow, String branch) {
    Via via = Hosts.via(flow);
    try {
      via.setBranch(branch);
    } catch (ParseException e) {
      throw new IllegalArgumentException(branch, e);
    }
    return via;
  }

  /**
   * The channel of a flow: a flow that a transport was asked for may be used before the transport
   * has told that it is open.
   */
  private FlowChannel channel(Flow flow) {
    FlowChannel channel = channels.get(flow.id());
    if (channel == null && flow.isOpen()) {
      channel = channels.computeIfAbsent(flow.id(), id -> channelOf(flow));
      if (!flow.isOpen()) {
        channels.remove(flow.id());
        channel = null;
      }
    }
    if (channel == null) {
      channel = channelOf(flow);
      channel.ended(FlowEnd.of(FlowEnd.Cause.BROKEN, "already gone"));
    }
    return channel;
  }

  private FlowChannel channelOf(Flow flow) {
    return new FlowChannel(flow, jain.processor(flow.transport()), listener);
  }

  /** Ends every timer of the stack. The flows are their transports' to close. */
  @Override
  public void close() {
    jain.end();
  }

  /** From bytes to transactions. */
  private final class Intake implements FlowListener {
    @Override
    public void opened(Flow flow) {
      channels.computeIfAbsent(flow.id(), id -> channelOf(flow));
      listener.flowOpened(flow);
    }

    @Override
    public void received(Flow flow, byte[] bytes) {
      try {
        SIPMessage message = reader.read(bytes, flow.transport().isReliable());
        if (message instanceof SIPRequest request) {
          take(request, flow, bytes);
        } else {
          take((SIPResponse) message, flow);
        }
      } catch (BadMessage e) {
        refuse(flow, bytes, e);
      } catch (RuntimeException | StackOverflowError e) {
        // One message must never cost the thread that reads for many flows.
        log.error("a message could not be handled", e);
      }
    }

    @Override
    public void unframed(Flow flow, byte[] headers, FlowEnd end) {
      int status = end.cause() == FlowEnd.Cause.TOO_BIG ? 513 : 400;
      refuse(flow, headers, new BadMessage(Fault.CONTENT_LENGTH, status, "Content-Length"));
    }

    @Override
    public void ended(Flow flow, FlowEnd end) {
      FlowChannel channel = channels.remove(flow.id());
      listener.flowEnded(flow, end);
      if (channel != null) {
        channel.ended(end);
      }
      handler.flowEnded(flow, end);
    }
  }

  private void take(SIPRequest request, Flow flow, byte[] bytes) throws BadMessage {
    listener.requestReceived(request.getMethod(), flow.transport());
    FlowChannel channel = channel(flow);
    stampVia(request, flow, channel.source());
    String key = ServerKey.of(request);
    ServerTransaction transaction = (ServerTransaction) jain.findTransaction(key, true);
    if (transaction != null && !transaction.isMessagePartOfTransaction(request)) {
      transaction = null;
    }
    if (transaction == null && !flow.transport().isReliable() && isRepeated(request, key, flow)) {
      return;
    }
    if (transaction == null) {
      transaction = new ServerTransaction(jain, channel, key);
      transaction.setOriginalRequest(request);
      if (!request.getMethod().equals(Request.ACK)) {
        jain.enter(transaction);
      }
    } else if (flow.transport().isReliable() && transaction.flow() != flow) {
      // Its branch was seen on another connection: somebody guesses, or clones.
      throw BadMessage.badRequest(Fault.FOREIGN_TRANSACTION, "branch in use");
    }
    ServerTransaction found = transaction;
    request.setTransaction(found);
    found.take(request, (taken, from) -> hand(found, taken, flow, bytes));
  }

  /** A mistake of ours must not leave a request unanswered, and its transaction for ever. */
  private void hand(ServerTransaction transaction, SIPRequest request, Flow flow, byte[] bytes) {
    try {
      handler.request(transaction, request, flow, bytes);
    } catch (RuntimeException | StackOverflowError e) {
      if (!transaction.isAnswered()) {
        transaction.abandon();
        byte[] response = Refusal.to(bytes, 500, "Server Internal Error", Tokens.tag());
        boolean sent = response != null && flow.send(response);
        log.debug("{} answered with 500: {}", request.getMethod(), sent);
      }
      throw e;
    }
  }

  /** Whether it came before, in a transaction that is over; it is answered as it was then. */
  private boolean isRepeated(SIPRequest request, String key, Flow flow) {
    return request.getMethod().equals(Request.ACK)
        ? jain.lingering().absorbsAck(key, flow)
        : jain.lingering().repeat(key, flow);
  }

  private void take(SIPResponse response, Flow flow) {
    listener.responseReceived(response.getStatusCode(), flow.transport());
    ClientTransaction transaction =
        (ClientTransaction) jain.findTransaction(response.getTransactionId(), false);
    if (transaction == null || !transaction.isMessagePartOfTransaction(response)) {
      strayed(response, flow);
    } else if (flow.transport().isReliable() && transaction.flow() != flow) {
      listener.badMessage(flow.transport(), Fault.FOREIGN_TRANSACTION, false);
    } else if (!transaction.take(response)) {
      strayed(response, flow);
    }
  }

  private void strayed(SIPResponse response, Flow flow) {
    boolean acknowledged =
        response.getStatusCode() >= 300
            && !flow.transport().isReliable()
            && jain.lingering().repeat(response.getTransactionId(), flow);
    if (!acknowledged) {
      handler.strayResponse(response, flow);
    }
  }

  /**
   * RFC 3261 §18.2.1 and RFC 3581 §4: says where the request really came from. A maddr would have
   * us send to an address that the peer chooses, so it goes.
   */
  private static void stampVia(SIPRequest request, Flow flow, String source) {
    Via via = request.getTopmostVia();
    via.removeParameter(Via.MADDR);
    try {
      if (via.hasParameter(Via.RPORT) || flow.transport() != Transport.UDP) {
        via.setParameter(Via.RPORT, Integer.toString(flow.remote().getPort()));
        via.setParameter(Via.RECEIVED, source);
      } else if (!source.equals(via.getHost())) {
        via.setParameter(Via.RECEIVED, source);
      }
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  private void refuse(Flow flow, byte[] bytes, BadMessage fault) {
    byte[] response = Refusal.to(bytes, fault.status(), reason(fault), Tokens.tag());
    boolean answered = response != null && flow.send(response);
    listener.badMessage(flow.transport(), fault.fault(), answered);
    if (log.isDebugEnabled()) {
      log.debug("{} sent a bad message: {}", flow.id(), fault.getMessage());
    }
  }

  private static String reason(BadMessage fault) {
    return switch (fault.status()) {
      case 505 -> "Version Not Supported";
      case 513 -> "Message Too Large";
      default -> "Bad Request (" + printable(String.valueOf(fault.getMessage())) + ")";
    };
  }

  private static String printable(String text) {
    StringBuilder safe = new StringBuilder(Math.min(text.length(), 60));
    for (int i = 0; i < text.length() && i < 60; i++) {
      char c = text.charAt(i);
      safe.append(c < ' ' || c > '~' || c == '(' || c == ')' ? ' ' : c);
    }
    return safe.toString();
  }
}
