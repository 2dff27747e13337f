package dev.tandem.sip.stack;

import dev.tandem.sip.transport.Flow;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPServerTransactionImpl;
import gov.nist.javax.sip.stack.SIPTransactionErrorEvent;
import gov.nist.javax.sip.stack.ServerRequestInterface;
import java.io.IOException;
import javax.sip.TransactionState;
import org.jspecify.annotations.Nullable;

/**
 * A server transaction (RFC 3261 §17.2) that answers on the flow its request came on and encodes a
 * response once, retransmissions included. Responses may be sent from any thread.
 *
 * <p>One that {@link #outlivesFlow} takes a response on a dead flow as if it had been sent; {@link
 * SipStack#move} then gives it the flow on which the last response can be sent again.
 */
public final class ServerTransaction extends SIPServerTransactionImpl {
  private final JainStack jain;
  private final String key;
  private volatile FlowChannel channel;
  private volatile boolean outlivesFlow;
  private volatile byte @Nullable [] lastResponseBytes;
  private volatile int lastStatus;
  private volatile @Nullable Runnable ackAction;

  /** Timers G and H, once an INVITE was refused. */
  private @Nullable Retransmission unacknowledged; // guarded by this

  /**
   * Not entered anywhere yet.
   *
   * @param key by {@link ServerKey}, of the request that it will be given
   */
  ServerTransaction(JainStack jain, FlowChannel channel, String key) {
    super(jain, channel);
    this.jain = jain;
    this.key = key;
    this.channel = channel;
  }

  public Flow flow() {
    return channel.flow();
  }

  FlowChannel channel() {
    return channel;
  }

  /** Whether the end of its flow ends it; from now on. */
  public void outlivesFlow(boolean outlives) {
    outlivesFlow = outlives;
  }

  void moveTo(FlowChannel next) {
    channel = next;
  }

  /**
   * Sends a response through the state machine.
   *
   * @return false when the flow is dead; the transaction is over then
   */
  public boolean respond(SIPResponse response) {
    try {
      sendMessage(response);
      return true;
    } catch (IOException e) {
      end();
      return false;
    }
  }

  /** Sends the last response again: a 2xx to INVITE is the user agent's to repeat. */
  public boolean repeatLastResponse() {
    byte[] bytes = lastResponseBytes;
    return bytes != null && channel.flow().send(bytes);
  }

  /** Whether a final response was given. */
  boolean isAnswered() {
    return lastStatus >= 200;
  }

  /** Calls back once when an INVITE was refused and no ACK came (Timer H). */
  public void onTimeout(Runnable action) {
    addEventListener(
        event -> {
          if (event.getErrorID() == SIPTransactionErrorEvent.TIMEOUT_ERROR) {
            action.run();
          }
        });
  }

  /** Calls back when the ACK for a refused INVITE comes; to be set before the refusal. */
  public void onAck(Runnable action) {
    ackAction = action;
  }

  /** Takes a request or a retransmission of it through the state machine, one at a time. */
  void take(SIPRequest request, ServerRequestInterface user) {
    if (!acquireSem()) {
      return;
    }
    try {
      setRequestInterface(user);
      processRequest(request, channel);
    } finally {
      setRequestInterface(null);
      releaseSem();
    }
    if (request.getMethod().equals("ACK")) {
      acknowledged();
    }
  }

  private void acknowledged() {
    int state = getInternalState();
    if (state == TransactionState._CONFIRMED || state == TransactionState._TERMINATED) {
      settle();
    }
    Runnable action = ackAction;
    if (action != null) {
      action.run();
    }
  }

  /** Ends it without an answer: another one gives that. */
  public void abandon() {
    end();
  }

  private void end() {
    setState(TransactionState._TERMINATED);
    settle();
  }

  /**
   * JAIN-SIP calls this when something was sent, to look at the transaction each half second from
   * then on. Here only a refused INVITE waits, for its ACK. What else has its final response is out
   * of the table at once: on a reliable transport nothing comes again, and on UDP {@link
   * LingeringTransactions} has what would be sent again.
   */
  @Override
  public void startTransactionTimer() {
    int state = getInternalState();
    if (state == TransactionState._COMPLETED && isInviteTransaction()) {
      awaitAck();
    } else if (state == TransactionState._COMPLETED || state == TransactionState._TERMINATED) {
      settle();
    }
  }

  /** Nothing lives until then: see {@link #startTransactionTimer}. */
  @Override
  protected void startTransactionTimerJ(long ticks) {}

  private synchronized void awaitAck() {
    if (unacknowledged == null) {
      unacknowledged =
          isReliable()
              ? Retransmission.none(jain, this::giveUp)
              : Retransmission.upToT2(jain, this::fireRetransmissionTimer, this::giveUp);
    }
  }

  private void giveUp() {
    fireTimeoutTimer();
    settle();
  }

  private void settle() {
    synchronized (this) {
      if (unacknowledged != null) {
        unacknowledged.stop();
      }
    }
    jain.leave(this);
    byte[] last = lastResponseBytes;
    if (!isReliable() && last != null) {
      jain.lingering().keep(key, channel.flow(), lastStatus, last);
    }
  }

  @Override
  public void setOriginalRequest(SIPRequest request) {
    super.setOriginalRequest(request);
    transactionId = key;
  }

  /** The stock one sends a 100, or schedules it; when one is due is the user agent's to know. */
  @Override
  public void map() {}

  @Override
  protected void sendResponse(SIPResponse response) throws IOException {
    try {
      byte[] bytes = channel.encode(response);
      lastStatus = response.getStatusCode();
      lastResponseBytes = bytes;
      if (!outlivesFlow || channel.flow().isOpen()) {
        channel.send(response, bytes);
      }
    } catch (IOException e) {
      if (!outlivesFlow) {
        throw e;
      }
    } finally {
      startTransactionTimer();
    }
  }

  @Override
  public void resendLastResponseAsBytes() throws IOException {
    byte[] bytes = lastResponseBytes;
    if (bytes != null) {
      channel.flow().send(bytes);
    }
  }
}
