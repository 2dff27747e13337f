package dev.tandem.sip.ua;

import dev.tandem.sip.dialog.Dialog;
import dev.tandem.sip.dialog.DialogId;
import dev.tandem.sip.message.Tokens;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sip.InvalidArgumentException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a call in SIP: a dialog with its duties (RFC 3261 §12–§15), from the first INVITE to
 * the answer to its BYE. What is ours because JAIN-SIP's dialogs are off: CSeq order, target
 * refresh, the ACK for a 2xx and its repetition, the repeated 2xx, no BYE before the ACK (§15).
 *
 * <p>Everything here runs on one executor, the call's: {@link #run} brings events there, and its
 * owner calls the public methods from there.
 */
public final class InviteDialog {
  private static final int MAX_WAITING = 64;

  private final Acknowledgements acks;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Probe probe;
  private final Session session;
  private final EarlyDialogs early = new EarlyDialogs(this);
  private @Nullable ReliableProgress progress; // UAS
  private final UserAgent agent;
  private final Executor executor;
  private final DialogListener listener;
  private final @Nullable PeerCredentials credentials;
  private final String localTag;
  private final String callId;
  private volatile @Nullable String remoteTag; // read by the threads that find the dialog
  private final DialogConnection connection;
  private @Nullable Dialog dialog;
  private @Nullable ServerExchange invite; // UAS: the first INVITE
  private @Nullable InviteClient client; // UAC: the first INVITE
  private final OpenAnswer answer = new OpenAnswer(this);
  private final PeerRequests requests;
  private boolean over;
  private boolean isForgetful;
  private Timers.@Nullable Timer releaseTimer;

  private InviteDialog(
      UserAgent agent,
      Executor executor,
      DialogListener listener,
      String callId,
      String localTag,
      Flow flow) {
    this.agent = agent;
    this.acks = new Acknowledgements(agent);
    this.session = new Session(this, agent.settings());
    this.requests = new PeerRequests(this, session);
    this.probe = new Probe(this, agent.settings().probe());
    this.callId = callId;
    this.executor = executor;
    this.listener = listener;
    this.credentials = listener.credentials();
    this.localTag = localTag;
    this.connection = new DialogConnection(this, flow);
  }

  static InviteDialog uas(
      UserAgent agent, ServerExchange invite, Executor executor, DialogListener listener) {
    InviteDialog made =
        new InviteDialog(
            agent,
            executor,
            listener,
            invite.request().getCallId().getCallId(),
            invite.localTag(),
            invite.flow());
    made.invite = invite;
    made.progress = new ReliableProgress(made, invite);
    made.remoteTag = invite.request().getFrom().getTag();
    made.dialog =
        Dialog.asUas(invite.request(), invite.localTag(), invite.flow().transport().isSecure());
    made.session.received(invite.request());
    invite.belongsTo(made);
    if (made.connection.mayReturn()) {
      invite.onAck(() -> made.run(made::release));
    }
    return made;
  }

  static InviteDialog uac(
      UserAgent agent,
      SIPRequest request,
      Flow flow,
      Hops others,
      Executor executor,
      DialogListener listener) {
    InviteDialog made =
        new InviteDialog(
            agent,
            executor,
            listener,
            request.getCallId().getCallId(),
            String.valueOf(request.getFrom().getTag()),
            flow);
    made.session.sending(request);
    made.client = new InviteClient(made, request, others);
    return made;
  }

  void start() {
    InviteClient started = client;
    if (started == null) {
      throw new IllegalStateException("not a UAC");
    }
    started.start(flow());
  }

  /** Cancels the first INVITE, as soon as a provisional response allows it. UAC only. */
  public void cancel(MessageEdit edit) {
    InviteClient pending = client;
    if (pending != null) {
      pending.cancel(edit);
    }
  }

  /** Sends the ACK for the 2xx to the first INVITE. UAC only. */
  public void ack(MessageEdit edit) {
    InviteClient answered = client;
    if (answered != null) {
      sendAck(answered.request(), edit);
    }
  }

  /** Sends the ACK for the 2xx to a re-INVITE of ours. */
  public void ack(ClientExchange reinvite, MessageEdit edit) {
    sendAck(reinvite.request(), edit);
  }

  private void sendAck(SIPRequest acknowledged, MessageEdit edit) {
    Dialog here = dialog;
    if (here == null) {
      return;
    }
    connection.find(
        here.nextHop(),
        way -> {
          if (way != null || connection.isLost()) {
            Flow on = way == null ? flow() : way;
            acks.send(
                here,
                acknowledged.getCSeq().getSeqNumber(),
                on,
                message -> {
                  edit.apply(message);
                  PeerCredentials ours = credentials;
                  if (ours != null && ours.mayGo(on)) {
                    Authorizer.copy(acknowledged, (SIPRequest) message);
                  }
                  session.descriptions().request(true, (SIPRequest) message);
                });
          }
        });
  }

  /** A provisional response to the first INVITE, reliable where it should be. UAS only. */
  public void progress(int status, String reason, boolean described, MessageEdit edit) {
    ReliableProgress to = progress;
    if (to != null) {
      to.progress(status, reason, described, edit);
    }
  }

  /** 200 to the first INVITE, as soon as RFC 3262 §3 allows it. UAS only. */
  public void answer(String reason, MessageEdit edit) {
    ReliableProgress to = progress;
    if (to != null) {
      to.answer(reason, edit);
    }
  }

  /** PRACK with the answer to the offer that came in a reliable response. UAC only. */
  public void prack(MessageEdit answer) {
    early.answerOffer(answer);
  }

  /**
   * Sends a request inside the dialog, of a UAC without a 2xx inside the early one; the outcome
   * comes once, even when nothing can be sent.
   */
  public ClientExchange send(String method, MessageEdit edit, ClientExchange.Outcome outcome) {
    return sendIn(isEarly() ? early.main() : null, method, edit, outcome);
  }

  /**
   * The same, in an early dialog of ours as UAC.
   *
   * @param tag the peer's; null for the dialog itself
   */
  ClientExchange sendIn(
      @Nullable String tag, String method, MessageEdit edit, ClientExchange.Outcome outcome) {
    Dialog here = tag == null ? dialog : early.get(tag);
    if (here == null) {
      throw new IllegalStateException("no dialog yet");
    }
    Dialog next = here.withNextLocalCseq();
    if (tag == null) {
      dialog = next;
    } else {
      early.put(next);
    }
    Flow expected = flow();
    SIPRequest request = agent.messages().inDialog(next, method, expected);
    edit.apply(request);
    ClientExchange exchange = new ClientExchange(this, request, outcome);
    if (timer().isReInviting() && Session.isChange(request)) {
      exchange.collides();
      return exchange;
    }
    session.sending(request);
    connection.find(
        next.nextHop(),
        way -> {
          if (way != null && way != expected) {
            Messages.redirect(request, way);
          }
          connection.send(exchange, way);
        });
    return exchange;
  }

  /** The same request with the next number; null when the dialog is over. */
  @Nullable SIPRequest renumbered(SIPRequest request) {
    return dialog == null || over ? null : numberedAnew(request);
  }

  /** The same request with the next number of the dialog that it was sent in, early or not. */
  SIPRequest numberedAnew(SIPRequest request) {
    Dialog here = dialog;
    Dialog sentIn = here == null ? early.get(request.getTo().getTag()) : here;
    if (sentIn == null) {
      throw new IllegalStateException("a request of no dialog");
    }
    Dialog next = sentIn.withNextLocalCseq();
    if (here == null) {
      early.put(next);
    } else {
      dialog = next;
    }
    SIPRequest again = (SIPRequest) request.clone();
    try {
      again.getCSeq().setSeqNumber(next.localCseq());
      again.getTopmostVia().setBranch(Tokens.branch());
    } catch (ParseException | InvalidArgumentException e) {
      throw new IllegalStateException(e);
    }
    return again;
  }

  /**
   * Ends the dialog with BYE. At a UAS whose 2xx waits for its ACK, the BYE waits for it too (RFC
   * 3261 §15). Idempotent.
   */
  public void hangUp(MessageEdit edit) {
    if (over) {
      return;
    }
    if (answer.waits()) {
      answer.defer(edit);
      return;
    }
    over = true;
    timer().stop();
    endOpen();
    if (dialog == null) {
      release();
      return;
    }
    send("BYE", edit, (status, reason, response) -> release());
  }

  /** Forgets the dialog, without a word to the peer. */
  public void abandon() {
    over = true;
    release();
  }

  // What the user agent brings, on the executor.

  void run(Runnable step) {
    executor.execute(step);
  }

  /**
   * Like {@link #run}, for what a peer can send at will: bounded.
   *
   * @return false when too much waits already; nothing is done then
   */
  boolean tryRun(Runnable step) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return false;
    }
    executor.execute(
        () -> {
          waiting.decrementAndGet();
          step.run();
        });
    return true;
  }

  /** The first INVITE once more, with what the last response taught us (RFC 4028 §7.4). */
  SIPRequest again(SIPRequest refused) {
    SIPRequest request = agent.messages().again(refused, flow());
    session.sending(request);
    return request;
  }

  void receive(ServerExchange exchange) {
    probe.heardPeer();
    requests.receive(exchange);
  }

  /** Something about the session is open: no offer of ours may begin (RFC 3264 §4). */
  boolean isChanging() {
    return answer.waits() || session.descriptions().isOpen() || requests.isChanging();
  }

  void isHungUpBy(ServerExchange bye) {
    bye.respond(200, "OK");
    if (!over) {
      over = true;
      endOpen();
      release();
      listener.hungUp(bye.request());
    }
  }

  /** §15.1.2: what is still unanswered when the dialog ends is answered with 487. */
  void endOpen() {
    requests.end();
    ServerExchange first = invite;
    if (first != null) {
      first.respond(487, "Request Terminated");
    }
  }

  void cancelled(ServerExchange cancelledInvite, SIPRequest cancel) {
    if (cancelledInvite.isAnswered()) {
      return;
    }
    if (cancelledInvite == invite) {
      ReliableProgress to = progress;
      if (to == null || !to.isAnsweredInstead()) {
        listener.cancelled(cancel);
      }
    } else {
      listener.requestCancelled(cancelledInvite);
    }
  }

  void exchangeAnswered(ServerExchange answered, int status) {
    requests.answered(answered, status);
    connection.responded(answered, status);
    if (!answered.isInvite()) {
      return;
    }
    if (status < 300) {
      answer.sent(answered);
    } else if (answered == invite) {
      over = true;
      if (!connection.mayReturn()) {
        release();
      } else if (!connection.isLost()) {
        releaseLater(); // or with the ACK: the connection may be dead, and the refusal lost with it
      }
    }
  }

  /** Our 2xx has its ACK. */
  void confirmed() {
    probe.start();
  }

  /**
   * A 2xx that no transaction knows: the peer's again because our ACK was lost, or another fork's,
   * or one that comes after we gave up.
   */
  void strayAnswer(SIPResponse response) {
    Dialog here = dialog;
    InviteClient first = client;
    boolean ours = here != null && here.id().remoteTag().equals(response.getTo().getTag());
    if (here != null && ours) {
      connection.find(
          here.nextHop(),
          way -> {
            if (way != null) {
              acks.repeat(response, way);
            }
          });
    } else if (first != null && (here != null || over)) {
      endFork(first.request(), response, flow());
    }
  }

  /** A 2xx to this INVITE that nobody wants: acknowledged, and hung up. */
  void endFork(SIPRequest invite, SIPResponse answer, Flow way) {
    acks.endFork(early.confirmed(invite, answer, way), invite, way);
  }

  /** Goes on with a flow, at once if it is known, else on the executor when it is. */
  void whenFound(CompletableFuture<Optional<Flow>> search, Consumer<@Nullable Flow> then) {
    if (search.isDone()) {
      then.accept(search.join().orElse(null));
    } else {
      var unused =
          search.whenComplete((found, never) -> run(() -> then.accept(found.orElse(null))));
    }
  }

  /**
   * The peer has this connection now: what waited for it goes there, and what it may not have got
   * goes there again. From any thread.
   */
  public void moveTo(Flow next) {
    moveTo(next, false);
  }

  /**
   * The same.
   *
   * @param forgetful the peer's transactions ended with its connection, its calls did not
   */
  public void moveTo(Flow next, boolean forgetful) {
    run(
        () -> {
          isForgetful = forgetful;
          connection.moveTo(next);
        });
  }

  /** The peer is gone for good: ends the dialog, and tells the listener if it was not over. */
  public void lose(FlowEnd end) {
    InviteClient inviting = client;
    if (inviting != null && inviting.isOpen()) {
      inviting.giveUp(480, "Connection Lost"); // which is what the listener hears
    }
    boolean wasOver = over;
    over = true;
    connection.giveUp();
    requests.endWithFlow();
    if (invite != null) {
      invite.endsWithFlow();
    }
    endOpen(); // reaches nobody, but ends the transactions
    release();
    if (!wasOver) {
      listener.flowEnded(end);
    }
  }

  /** Whether the peer waits for the final response of ours to the INVITE that began the dialog. */
  public boolean owesFirstResponse() {
    ServerExchange first = invite;
    return first != null && !first.isAnswered();
  }

  /** Whether the peer waits for a final response of ours to a later request of these methods. */
  public boolean owesResponseTo(Set<String> methods) {
    return requests.owesResponseTo(methods);
  }

  void connectionPaused() {
    timer().pause();
    probe.heardPeer();
    ReliableProgress provisional = progress;
    if (provisional != null) {
      provisional.pause();
    }
    answer.pause();
  }

  /** Everything that the peer may not have got, in the order in which it was said. */
  void repeatOn(Flow next, List<ServerExchange> answered, long sinceMillis) {
    ServerExchange first = invite;
    if (first != null && !first.isAnswered()) {
      first.moveTo(next);
    }
    answered.forEach(exchange -> exchange.moveTo(next));
    requests.moveTo(next);
    answer.moveTo(next);
    acks.repeatOn(next, sinceMillis);
    InviteClient inviting = client;
    if (inviting != null && isForgetful) {
      inviting.beginAnew(next);
    } else if (inviting != null) {
      inviting.repeat(next);
    }
  }

  /** Everything has been repeated: time passes again. */
  void connectionResumed() {
    timer().resume();
    ReliableProgress provisional = progress;
    if (provisional != null) {
      provisional.resume();
    }
    probe.peerReturned();
  }

  /** Asks a peer that has come back at once whether it still has the call. */
  public void askWhoReturned() {
    probe.askWhoReturned();
  }

  /** What is open will show whether the peer knows the dialog, or is not answered yet itself. */
  boolean isAsking() {
    return owesFirstResponse() || answer.waits() || connection.isAsking();
  }

  boolean isInviting() {
    InviteClient inviting = client;
    return inviting != null && inviting.isOpen();
  }

  void ends() {
    over = true;
  }

  void established(SIPRequest request, SIPResponse response) {
    Dialog made = early.confirmed(request, response, flow());
    dialog = made;
    early.end();
    remoteTag = made.id().remoteTag();
    probe.start();
  }

  void refreshTarget(SIPResponse response, String method) {
    Dialog here = dialog;
    if (here != null && (method.equals("INVITE") || method.equals("UPDATE"))) {
      dialog = here.refreshedBy(response);
    }
  }

  /**
   * Given up without an answer: if a 2xx comes after all, it must be acknowledged and hung up, so
   * the dialog is found for as long as one may be under way.
   */
  void releaseLater() {
    over = true;
    releaseTimer = agent.timers().schedule(agent.settings().patience(), () -> run(this::release));
  }

  /** Whether it has ended, or is being hung up: no request of ours would be heard. */
  public boolean isOver() {
    return over;
  }

  /** A UAC without a 2xx. */
  boolean isEarly() {
    return dialog == null;
  }

  boolean isWaySecure() {
    return flow().transport().isSecure();
  }

  EarlyDialogs early() {
    return early;
  }

  void release() {
    timer().stop();
    probe.stop();
    Timers.Timer later = releaseTimer;
    if (later != null) {
      later.cancel();
    }
    ReliableProgress provisional = progress;
    if (provisional != null) {
      provisional.stop();
    }
    answer.stop();
    if (connection.release()) {
      agent.forget(this);
      listener.released();
    }
  }

  /** Where requests to the peer go and come from at present. */
  public Flow flow() {
    return connection.flow();
  }

  DialogConnection connection() {
    return connection;
  }

  /** The first INVITE, at the UAS. */
  public @Nullable ServerExchange invite() {
    return invite;
  }

  boolean isSecure() {
    Dialog here = dialog;
    return here != null && here.secure();
  }

  /** Whether a request that names our tag is really of this dialog (RFC 3261 §12.2.2). */
  boolean matches(SIPRequest request) {
    return request.getCallId().getCallId().equals(callId)
        && (remoteTag == null || remoteTag.equals(request.getFrom().getTag()));
  }

  /** Whether the peer is known to speak on this flow. A WebSocket is one peer's only way to us. */
  boolean isReachedBy(Flow on) {
    Flow flow = flow();
    return on == flow || !flow.transport().isWebSocket();
  }

  Session session() {
    return session;
  }

  SessionTimer timer() {
    return session.timer();
  }

  OpenAnswer answer() {
    return answer;
  }

  /** Its state by RFC 3261 §12; null before there is one. */
  @Nullable Dialog state() {
    return dialog;
  }

  void becomes(Dialog next) {
    dialog = next;
  }

  @Nullable ReliableProgress reliableProgress() {
    return progress;
  }

  /** Its identifiers, as we see them; null before the peer's tag is known. */
  public @Nullable DialogId id() {
    String remote = remoteTag;
    return remote == null ? null : new DialogId(callId, localTag, remote);
  }

  /** Whether the peer's last Allow had this method. */
  public boolean peerTakes(String method) {
    return timer().peerMethods().contains(method);
  }

  boolean isNamed(DialogId id) {
    return callId.equals(id.callId()) && id.remoteTag().equals(remoteTag);
  }

  String localTag() {
    return localTag;
  }

  UserAgent agent() {
    return agent;
  }

  @Nullable PeerCredentials credentials() {
    return credentials;
  }

  /** Who hears of it. */
  public DialogListener listener() {
    return listener;
  }
}
