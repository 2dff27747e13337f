package dev.tandem.sip.stack;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPClientTransactionImpl;
import gov.nist.javax.sip.stack.SIPDialog;
import gov.nist.javax.sip.stack.SIPTransactionErrorEvent;
import gov.nist.javax.sip.stack.ServerResponseInterface;
import java.io.IOException;
import java.time.Duration;
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

  /** Timers B and F: 64 times T1 (RFC 3261 §17.1). */
  private static final Duration GIVE_UP = Duration.ofSeconds(32);

  private final JainStack jain;
  private final FlowChannel channel;
  private final Listener listener;
  private boolean done; // guarded by this

  /** Timer B or F where JAIN-SIP's ticks do not run: on a reliable transport. */
  private volatile Timers.@Nullable Timer patience;

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
    if (isReliable()) {
      patience = jain.timers().schedule(GIVE_UP, this::giveUp);
    }
    try {
      sendMessage(getOriginalRequest());
    } catch (IOException e) {
      channel.release(this);
      flowEnded(FlowEnd.of(FlowEnd.Cause.BROKEN, "dead before the request was sent"));
    }
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
    if (isReliable()) {
      settle();
    }
    return true;
  }

  /** What a response has made needless: Timer B by a provisional one, everything by a final one. */
  private void settle() {
    int state = getInternalState();
    if (state == TransactionState._TERMINATED) {
      remove();
    } else if (state == TransactionState._PROCEEDING && isInviteTransaction()) {
      lookNoMore();
    }
  }

  private void giveUp() {
    fireTimeoutTimer();
    remove();
  }

  private void lookNoMore() {
    Timers.Timer timer = patience;
    if (timer != null) {
      timer.cancel();
    }
  }

  /**
   * JAIN-SIP looks at every transaction each half second, to repeat its request and to find out
   * that it has ended. On a reliable transport nothing is repeated and Timers D and K are 0 (RFC
   * 3261 §17.1): one timer waits, and what has ended goes at once.
   */
  @Override
  public void startTransactionTimer() {
    if (!isReliable()) {
      super.startTransactionTimer();
    }
  }

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
    lookNoMore();
    jain.leave(this);
  }

  /**
   * JAIN-SIP's timer finds out half a second later that a transaction has ended, and removes what
   * has its branch. By then that may be the same request on its peer's next connection.
   */
  @Override
  protected void cleanUpOnTerminated() {
    if (getSIPStack().findTransaction(getTransactionId(), false) == this) {
      super.cleanUpOnTerminated();
    }
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
