package dev.tandem.sip.stack;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPClientTransactionImpl;
import gov.nist.javax.sip.stack.SIPDialog;
import gov.nist.javax.sip.stack.SIPTransactionErrorEvent;
import gov.nist.javax.sip.stack.ServerResponseInterface;
import java.io.IOException;
import java.text.ParseException;
import javax.sip.SipException;
import javax.sip.TransactionState;
import org.jspecify.annotations.Nullable;

/**
 * A client transaction (RFC 3261 §17.1) on one flow. Its user hears provisional responses and then
 * exactly one of: a final response, a timeout, the end of the flow. (An INVITE may see more 2xx
 * later; those come as stray responses.)
 */
public final class ClientTransaction extends SIPClientTransactionImpl {

  /** Called on the thread that read the response, on the timer thread, or where the flow ended. */
  public interface Listener {
    void responded(SIPResponse response);

    /** Timer B or F (RFC 3261 §17.1). */
    void timedOut();

    /** The request may or may not have reached the peer; nothing will come back. */
    void flowEnded(FlowEnd end);
  }

  private final JainStack jain;
  private final FlowChannel channel;
  private final Listener listener;
  private boolean done; // guarded by this

  private volatile @Nullable Retransmission unanswered;

  ClientTransaction(JainStack jain, FlowChannel channel, SIPRequest request, Listener listener) {
    super(jain, channel);
    this.jain = jain;
    this.channel = channel;
    this.listener = listener;
    setOriginalRequest(request);
    addEventListener(
        event -> {
          if (event.getErrorID() == SIPTransactionErrorEvent.TIMEOUT_ERROR && finish()) {
            listener.timedOut();
          }
        });
  }

  public Flow flow() {
    return channel.flow();
  }

  FlowChannel channel() {
    return channel;
  }

  /** Sends the request; a dead flow is reported to the listener like one that dies later. */
  void start() {
    getSIPStack().addTransaction(this);
    channel.await(this);
    unanswered = retransmission();
    try {
      sendMessage(getOriginalRequest());
    } catch (IOException e) {
      channel.release(this);
      flowEnded(FlowEnd.of(FlowEnd.Cause.BROKEN, "dead before the request was sent"));
    }
  }

  private Retransmission retransmission() {
    if (isReliable()) {
      return Retransmission.none(jain, this::giveUp);
    }
    return isInviteTransaction()
        ? Retransmission.ofInvite(jain, this::fireRetransmissionTimer, this::giveUp)
        : Retransmission.upToT2(jain, this::fireRetransmissionTimer, this::giveUp);
  }

  /**
   * Takes a response through the state machine.
   *
   * @return false when the transaction is over and knows it no more
   */
  boolean take(SIPResponse response) {
    if (getInternalState() == TransactionState._TERMINATED) {
      return false;
    }
    if (!acquireSem()) {
      return true;
    }
    try {
      setResponseInterface(new Upcall());
      processResponse(response, channel);
    } finally {
      semRelease();
    }
    settle(response);
    return true;
  }

  /** What a response has made needless: its repetition, or everything. */
  private void settle(SIPResponse response) {
    switch (getInternalState()) {
      case TransactionState._TERMINATED -> remove();
      case TransactionState._COMPLETED -> {
        if (isInviteTransaction()) {
          lingerWithAck(response);
        }
        remove();
      }
      case TransactionState._PROCEEDING -> {
        Retransmission sending = unanswered;
        if (sending == null) {
          return;
        }
        if (isInviteTransaction()) {
          sending.stop();
        } else {
          sending.slowDown();
        }
      }
      default -> {}
    }
  }

  /** RFC 3261 §17.1.1.2: a refusal that comes again means that its ACK was lost. */
  private void lingerWithAck(SIPResponse refusal) {
    try {
      SIPRequest ack = getOriginalRequest().createErrorAck((To) refusal.getTo());
      int status = refusal.getStatusCode();
      jain.lingering().keep(getTransactionId(), flow(), status, channel.encode(ack));
    } catch (SipException | ParseException e) {
      throw new IllegalStateException("a refusal that cannot be acknowledged", e);
    }
  }

  private void giveUp() {
    fireTimeoutTimer();
    remove();
  }

  /**
   * JAIN-SIP calls this to look at the transaction each half second from now on. {@link
   * Retransmission} does what that is for, and what has its final response goes at once.
   */
  @Override
  public void startTransactionTimer() {}

  void flowEnded(FlowEnd end) {
    setState(TransactionState._TERMINATED);
    remove();
    if (finish()) {
      listener.flowEnded(end);
    }
  }

  /** Ends it without telling the listener. */
  public void abandon() {
    finish();
    setState(TransactionState._TERMINATED);
    remove();
  }

  private void remove() {
    Retransmission sending = unanswered;
    if (sending != null) {
      sending.stop();
    }
    jain.leave(this);
  }

  /** The stock one removes whatever has this branch, which may be another one by then. */
  @Override
  protected void cleanUpOnTerminated() {
    remove();
  }

  private boolean finish() {
    synchronized (this) {
      if (done) {
        return false;
      }
      done = true;
    }
    channel.release(this);
    return true;
  }

  private final class Upcall implements ServerResponseInterface {
    @Override
    public void processResponse(SIPResponse response, MessageChannel from, SIPDialog dialog) {
      if (response.getStatusCode() < 200) {
        listener.responded(response);
      } else if (finish()) {
        listener.responded(response);
      }
    }

    @Override
    public void processResponse(SIPResponse response, MessageChannel from) {
      throw new IllegalStateException("the transaction always names a dialog, or null");
    }
  }
}
