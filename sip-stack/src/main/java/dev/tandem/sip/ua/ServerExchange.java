package dev.tandem.sip.ua;

import dev.tandem.sip.stack.BadMessage.Fault;
import dev.tandem.sip.stack.ServerTransaction;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request from a peer and our answer to it. Outside a dialog it may be answered from any thread,
 * inside one on the dialog's executor. The second final response is dropped, so that a refusal by
 * one and an answer by another never both go out.
 */
public final class ServerExchange {
  private static final Duration TRYING_BY = Duration.ofMillis(200);

  private final UserAgent agent;
  private final ServerTransaction transaction;
  private final SIPRequest request;
  private final byte[] raw;
  private final String localTag;
  private final long receivedNanos = System.nanoTime();
  private boolean answered; // guarded by this
  private Timers.@Nullable Timer trying; // guarded by this
  private @Nullable InviteDialog dialog;
  private boolean refresh;

  ServerExchange(
      UserAgent agent,
      ServerTransaction transaction,
      SIPRequest request,
      byte[] raw,
      String localTag) {
    this.agent = agent;
    this.transaction = transaction;
    this.request = request;
    this.raw = raw;
    this.localTag = localTag;
  }

  /** The request; treat it as read only. */
  public SIPRequest request() {
    return request;
  }

  /** The request's bytes as they came; read only. */
  public byte[] raw() {
    return raw;
  }

  public Flow flow() {
    return transaction.flow();
  }

  public String method() {
    return request.getMethod();
  }

  /** The tag that our responses carry in To. */
  public String localTag() {
    return localTag;
  }

  /**
   * Tells the caller that its INVITE is in good hands. Over UDP, TCP and TLS at once. A browser's
   * is not repeated by anybody, so that it hears of this only when nothing else is said within 200
   * ms (RFC 3261 §17.2.1): most calls ring by then, and are one message and one write the cheaper.
   */
  void trying() {
    if (!flow().transport().isWebSocket()) {
      respond(100, "Trying");
      return;
    }
    synchronized (this) {
      if (!answered) {
        trying = agent.timers().schedule(TRYING_BY, () -> respond(100, "Trying"));
      }
    }
  }

  /** Answers without body or extras. */
  public void respond(int status, String reason) {
    respond(status, reason, MessageEdit.NONE);
  }

  /**
   * Sends a response. A 2xx to an INVITE is repeated until the ACK comes; that and the Contact are
   * seen to here.
   */
  public void respond(int status, String reason, MessageEdit edit) {
    synchronized (this) {
      if (answered) {
        return;
      }
      answered = status >= 200;
      if (trying != null) {
        trying.cancel();
        trying = null;
      }
    }
    InviteDialog inside = dialog;
    SIPResponse response =
        agent
            .messages()
            .response(
                request, status, reason, localTag, flow(), inside != null && inside.isSecure());
    edit.apply(response);
    if (inside != null && status > 100) {
      inside.session().answering(request, response);
    }
    transaction.respond(response);
    if (status >= 200) {
      agent.answered(this, status, System.nanoTime() - receivedNanos);
      if (inside != null) {
        inside.exchangeAnswered(this, status);
      }
    }
  }

  /** Counts a fault of it that only those see who read more of it, as bad messages are counted. */
  public void countFault(Fault fault) {
    agent.countFault(this, fault);
  }

  /** Whether a final response was given. */
  public synchronized boolean isAnswered() {
    return answered;
  }

  boolean isInvite() {
    return request.getMethod().equals("INVITE");
  }

  void belongsTo(InviteDialog owner) {
    dialog = owner;
    if (flow().transport().isWebSocket()) {
      transaction.outlivesFlow(true);
    }
  }

  /** Calls back when the ACK for its refusal comes; an INVITE only. On any thread. */
  void onAck(Runnable action) {
    transaction.onAck(action);
  }

  /** The peer is on another flow now; what was said last is said there again. */
  void moveTo(Flow next) {
    agent.stack().move(transaction, next);
    transaction.repeatLastResponse();
  }

  /** The peer will not be heard again. */
  void endsWithFlow() {
    transaction.outlivesFlow(false);
  }

  /** It is an INVITE again whose answer has been given; an answer of its own it does not get. */
  void repeats() {
    transaction.abandon();
    agent.settled(this);
  }

  /** It says nothing new, and is answered without asking anybody. */
  void isRefresh() {
    refresh = true;
  }

  boolean wasRefresh() {
    return refresh;
  }

  @Nullable InviteDialog dialog() {
    return dialog;
  }

  long cseq() {
    return request.getCSeq().getSeqNumber();
  }

  String branch() {
    return String.valueOf(request.getTopmostVia().getBranch());
  }

  void repeatResponse() {
    transaction.repeatLastResponse();
  }

  /** RFC 3261 §9.2: what names the INVITE that a CANCEL is for. */
  static String cancelKey(SIPRequest request) {
    return request.getTopmostVia().getBranch() + " " + request.getTopmostVia().getSentBy();
  }

  /** RFC 3261 §8.2.2.2: what is equal in two requests that are one, come by two ways. */
  static String mergeKey(SIPRequest request) {
    return request.getCallId().getCallId()
        + ' '
        + request.getFrom().getTag()
        + ' '
        + request.getCSeq().getSeqNumber();
  }
}
