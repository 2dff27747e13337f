package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.bridge.Leg;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.Trickling;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.ExchangeId;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.call.Method;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.limit.Permit;
import dev.tandem.gateway.registrar.ContactSpec;
import dev.tandem.gateway.routing.Outgoing;
import dev.tandem.gateway.sdp.MediaPolicy;
import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sip.header.Challenged;
import dev.tandem.gateway.sip.header.Multipart;
import dev.tandem.gateway.sip.header.OutgoingHeaders;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Party;
import dev.tandem.gateway.sip.target.Device;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.sip.dialog.DialogId;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.ua.ClientExchange;
import dev.tandem.sip.ua.DialogListener;
import dev.tandem.sip.ua.InviteDialog;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.PeerCredentials;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What both kinds of SIP leg share: requests inside the dialog, in both directions. Everything runs
 * on the call's executor.
 */
public abstract sealed class SipLeg implements Leg, Trickling, DialogListener
    permits SipCallerLeg, SipCalleeLeg {
  /**
   * JsSIP ends its call when the connection drops before one of these is answered, but its page can
   * keep it from that.
   */
  private static final Set<String> NEEDED_BY_JS_SIP = Set.of("INVITE", "UPDATE", "INFO");

  /** A re-INVITE of ours, and whether it had an offer. */
  private record SentInvite(ClientExchange exchange, boolean offered) {}

  private @Nullable RunningCall call;
  private LegId self = LegId.CALLER;
  private @Nullable InviteDialog dialog;
  private boolean doubtful; // whether the device still has the call, although it comes back
  private final Map<ExchangeId, ServerExchange> received = new HashMap<>(4);
  private final Map<ExchangeId, SentInvite> sent = new HashMap<>(4);
  private int lastReceived;
  private final SessionContinuity session = new SessionContinuity();
  private final Candidates candidates = new Candidates();
  private final Party party;
  private final MediaPolicy policy;
  private final Referring referring;
  private @Nullable Consumer<ServerExchange> notifies;

  private final Devices devices;
  private final @Nullable Device device;
  private boolean away;
  private Outgoing outgoing = Outgoing.UNCHANGED;
  private Supplier<@Nullable Permit> permission = () -> Permit.NONE;
  private @Nullable Permit permit;
  private @Nullable Trunk busy; // which counts this leg as a call

  SipLeg(Party party, Referring referring, Devices devices, @Nullable Device device) {
    this.party = party;
    Trunk trunk = party.trunk();
    this.policy = trunk == null ? MediaPolicy.ALL : trunk.config().peer().session();
    this.referring = referring;
    this.devices = devices;
    this.device = device;
  }

  public final Party party() {
    return party;
  }

  @Override
  public final String peer() {
    return party.address().toString().trim();
  }

  /** What its peer's media are made of, by what is known of it. */
  final PeerMedia media(boolean browser) {
    Trunk trunk = party.trunk();
    return trunk != null
        ? trunk.config().peer().media()
        : browser ? PeerMedia.BROWSER : PeerMedia.AS_IT_IS;
  }

  @Override
  public final void meetsAnother() {
    session.meetsAnother();
  }

  @Override
  public final void becomes(LegId seat) {
    self = seat;
  }

  public final void join(RunningCall joined, LegId as) {
    call = joined;
    self = as;
    Trunk trunk = party.trunk();
    if (trunk != null && busy == null) {
      busy = trunk;
      trunk.callBegins();
    }
  }

  /** The trunk has this call no more. */
  final void leavesTrunk() {
    Trunk trunk = busy;
    busy = null;
    if (trunk != null) {
      trunk.callEnds();
    }
  }

  @Override
  public @Nullable PeerCredentials credentials() {
    Trunk trunk = party.trunk();
    return trunk == null ? null : trunk.credentials();
  }

  public final void speakIn(InviteDialog made) {
    dialog = made;
  }

  public final RunningCall call() {
    return present(call);
  }

  public final LegId self() {
    return self;
  }

  final SessionContinuity session() {
    return session;
  }

  final @Nullable InviteDialog dialog() {
    return dialog;
  }

  final InviteDialog inDialog() {
    return present(dialog);
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the leg has not joined a call yet");
    }
    return value;
  }

  /** What routing says of requests and responses to this peer. Before anything is sent. */
  public final void sendingAs(Outgoing rules) {
    outgoing = rules;
  }

  /** Asked when the leg begins; null when it may not. What it gives is given back at the end. */
  public final void needing(Supplier<@Nullable Permit> asked) {
    permission = asked;
  }

  /** The same, when it has been given already. */
  public final void holds(Permit given) {
    permit = given;
  }

  final boolean mayBegin() {
    permit = permission.get();
    return permit != null;
  }

  /** The peer is no part of a call any more. May be said again. */
  public final void ended() {
    leavesTrunk();
    Permit held = permit;
    if (held != null) {
      held.release();
    }
  }

  final Outgoing outgoing() {
    return outgoing;
  }

  /** Puts into a message what of a payload may go to this peer. */
  final void put(Payload payload, SIPMessage message) {
    Payloads.apply(OutgoingHeaders.filtered(outgoing, payload), message);
  }

  // Effects.

  @Override
  public final void request(ExchangeId exchange, Method method, Payload payload) {
    boolean describes = method == Method.INVITE || method == Method.UPDATE;
    Payload shown = describes ? session.offer(allowed(payload)) : payload;
    ClientExchange outgoing =
        present(dialog)
            .send(
                method.name(),
                message -> put(shown, message),
                (status, reason, response) -> {
                  if (status >= 300 || method != Method.INVITE) {
                    sent.remove(exchange);
                  }
                  Payload came = response == null ? Payload.EMPTY : heard(response);
                  if (describes && status >= 300) {
                    session.refused();
                  }
                  call()
                      .post(
                          new CallEvent.ResponseReceived(
                              self,
                              exchange,
                              told(status),
                              Challenged.told(status, reason),
                              describes && shown.hasBody() ? session.answered(came) : came));
                });
    if (method == Method.INVITE) {
      sent.put(exchange, new SentInvite(outgoing, shown.hasBody()));
    }
  }

  /**
   * How long a session may be silent is agreed on this leg alone (RFC 4028): who is refused for
   * that tries again, and then asks for what the peer wants.
   */
  private static int told(int status) {
    return status == 422 ? 491 : Challenged.toldInDialog(status);
  }

  @Override
  public final void cancelRequest(ExchangeId exchange) {
    SentInvite outgoing = sent.get(exchange);
    if (outgoing != null) {
      outgoing.exchange().cancel();
    }
  }

  @Override
  public final void ackRequest(ExchangeId exchange, Payload payload) {
    SentInvite outgoing = sent.remove(exchange);
    if (outgoing != null) {
      boolean unanswered = !outgoing.offered() && !payload.hasBody();
      Payload shown = unanswered ? session.asBefore() : session.answer(allowed(payload));
      present(dialog).ack(outgoing.exchange(), message -> put(shown, message));
    }
  }

  @Override
  public final void respond(ExchangeId exchange, int status, String reason, Payload payload) {
    ServerExchange incoming = received.get(exchange);
    InviteDialog here = dialog;
    boolean invited = incoming != null && incoming.method().equals("INVITE");
    if (invited && status < 300 && here != null && here.isOver()) {
      // It hung up meanwhile, and the call may go on without it: no ACK will come.
      received.remove(exchange);
      call().post(new CallEvent.AckReceived(self, exchange, Payload.EMPTY));
    } else if (incoming != null) {
      if (status >= 300 || !incoming.method().equals("INVITE")) {
        received.remove(exchange);
      }
      boolean describes = status < 300 && payload.hasBody() && !incoming.method().equals("INFO");
      Payload shown = describes ? described(incoming, payload) : payload;
      incoming.respond(status, reason, message -> put(shown, message));
    }
  }

  @Override
  public final void hangUp(Cause cause) {
    ended();
    present(dialog).hangUp(message -> Payloads.apply(cause, message));
  }

  /** What a 2xx of ours says of the session: the answer, or the offer when none was made. */
  final Payload described(ServerExchange invite, Payload payload) {
    return Payloads.of(invite.request()).hasBody()
        ? session.answer(allowed(payload))
        : session.offer(allowed(payload));
  }

  /** Whether this peer may hear of nothing, or we of nothing, that a payload describes. */
  public final boolean mayHearNothingOf(Payload payload) {
    return Sessions.isNothingUnder(policy, payload);
  }

  /** What this peer may be told of the session, and we of what it says. */
  final Payload allowed(Payload payload) {
    return Sessions.under(policy, payload);
  }

  /** What a message of this peer's brings to the call. */
  public final Payload heard(SIPMessage message) {
    return allowed(Payloads.of(message));
  }

  /** NOTIFY; when the dialog is over, its outcome is 481 at once. */
  public final void sendNotify(MessageEdit edit, ClientExchange.Outcome outcome) {
    InviteDialog open = dialog;
    if (open == null || open.isOver()) {
      outcome.done(481, "Call/Transaction Does Not Exist", null);
    } else {
      open.send("NOTIFY", edit, outcome);
    }
  }

  /** Whether its peer is a phone or a PBX that says that it takes REFER. */
  public final boolean takesRefer() {
    InviteDialog open = dialog;
    return open != null && !open.flow().transport().isWebSocket() && open.peerTakes("REFER");
  }

  /** REFER, whose NOTIFYs {@link #hearsNotifies} will take. */
  public final void sendRefer(MessageEdit edit, ClientExchange.Outcome outcome) {
    inDialog().send("REFER", edit, outcome);
  }

  /** Who takes the NOTIFYs of the peer from now on; null for nobody in particular. */
  public final void hearsNotifies(@Nullable Consumer<ServerExchange> to) {
    notifies = to;
  }

  public final boolean hearsNotifies() {
    return notifies != null;
  }

  /** Its dialog as we see it; null when there is none yet. */
  public final @Nullable DialogId dialogId() {
    InviteDialog open = dialog;
    return open == null ? null : open.id();
  }

  // Candidates.

  /** A message of its peer's may say that it takes candidates. */
  final void learn(SIPMessage message) {
    candidates.learn(message);
  }

  @Override
  public final boolean takesCandidates() {
    return candidates.areTaken();
  }

  @Override
  public final void trickle(Body fragment) {
    candidates.send(fragment, dialog);
  }

  @Override
  public final void heardBy(Trickling branch) {
    candidates.areHeardBy(branch);
  }

  // Events.

  @Override
  public final void requested(ServerExchange request) {
    switch (request.method()) {
      case "INFO" -> {
        Leg other = call().leg(call().otherThan(self));
        if (!Candidates.areIn(request) || !candidates.came(request, other, this)) {
          take(request, Method.INFO);
        }
      }
      case "INVITE", "UPDATE", "MESSAGE" -> take(request, Method.valueOf(request.method()));
      case "OPTIONS" -> request.respond(200, "OK");
      case "REFER" -> referring.referred(this, request);
      case "NOTIFY" -> {
        Consumer<ServerExchange> to = notifies;
        if (to == null) {
          referring.notified(this, request);
        } else {
          to.accept(request);
        }
      }
      default -> request.respond(405, "Method Not Allowed");
    }
  }

  /** Brings a request to the call as one of that method, if what it says can be understood. */
  final void take(ServerExchange request, Method method) {
    boolean describes = method == Method.INVITE || method == Method.UPDATE;
    if (describes && Multipart.isNotUnderstoodIn(request)) {
      request.respond(
          415,
          "Unsupported Media Type",
          message -> Payloads.add(message, "Accept", Multipart.ACCEPTED));
      return;
    }
    ExchangeId exchange = new ExchangeId(++lastReceived);
    received.put(exchange, request);
    call().post(new CallEvent.RequestReceived(self, exchange, method, heard(request.request())));
  }

  /** Told as an offer of the peer's; it waits for no answer. */
  @Override
  public final void changed(SIPResponse answer) {
    call()
        .post(
            new CallEvent.RequestReceived(
                self,
                new ExchangeId(++lastReceived),
                Method.UPDATE,
                session.answered(heard(answer))));
  }

  @Override
  public final void requestCancelled(ServerExchange invite) {
    ExchangeId exchange = exchangeOf(invite);
    if (exchange != null) {
      call().post(new CallEvent.RequestCancelled(self, exchange));
    }
  }

  @Override
  public final void acked(ServerExchange invite, SIPRequest ack) {
    ExchangeId exchange = exchangeOf(invite);
    if (exchange == null) {
      call().post(new CallEvent.CallerAcked(session.answered(heard(ack))));
    } else {
      received.remove(exchange);
      call().post(new CallEvent.AckReceived(self, exchange, session.answered(heard(ack))));
    }
  }

  @Override
  public final void ackMissing(ServerExchange invite) {
    ExchangeId exchange = exchangeOf(invite);
    if (exchange == null) {
      call().post(new CallEvent.CallerAckMissing());
    } else {
      received.remove(exchange);
      call().post(new CallEvent.AckMissing(self, exchange));
    }
  }

  /** Null for the first INVITE, which is no exchange of the call's. */
  private @Nullable ExchangeId exchangeOf(ServerExchange invite) {
    for (Map.Entry<ExchangeId, ServerExchange> entry : received.entrySet()) {
      if (entry.getValue() == invite) {
        return entry.getKey();
      }
    }
    return null;
  }

  @Override
  public final void hungUp(SIPRequest bye) {
    ended();
    call().post(new CallEvent.HungUp(self, Payloads.cause(bye, 200, "Normal call clearing")));
  }

  // The connection.

  @Override
  public Set<String> privacy() {
    return Set.of();
  }

  /** The client at the other end; null when it could not be known again on another connection. */
  final @Nullable Device device() {
    return device;
  }

  @Override
  public final Duration connectionLost(FlowEnd end) {
    Device known = device;
    if (known == null || hasEndedItself(known)) {
      return Duration.ZERO;
    }
    doubt(known);
    Duration window = devices.detach(this, known, end);
    if (!window.isZero()) {
      away = true;
      call().legDetached(self, end.cause().name());
    }
    return window;
  }

  private boolean hasEndedItself(Device known) {
    InviteDialog here = dialog;
    return known.endsUnanswered() && here != null && here.owesFirstResponse();
  }

  private void doubt(Device known) {
    InviteDialog here = dialog;
    doubtful |= known.endsUnanswered() && here != null && here.owesResponseTo(NEEDED_BY_JS_SIP);
  }

  /** The device is on this connection now, with that contact. From any thread. */
  final void comesBack(Flow flow, ContactSpec contact) {
    call()
        .executor()
        .execute(
            () -> {
              InviteDialog here = dialog;
              Device known = device;
              if (here == null || known == null) {
                return;
              }
              if (known.isReloadedAt(contact) || hasEndedItself(known)) {
                here.lose(FlowEnd.of(FlowEnd.Cause.PEER_LEFT, "the device has ended the call"));
              } else {
                doubt(known);
                here.moveTo(flow, known.endsUnanswered());
              }
            });
  }

  @Override
  public final void connectionReplaced() {
    if (away) {
      away = false;
      call().legReturned(self);
    }
    forgetDevice();
    if (doubtful) {
      doubtful = false;
      inDialog().askWhoReturned();
    }
  }

  @Override
  public final void released() {
    ended();
    if (away) {
      away = false;
      call().legGone(self);
    }
    forgetDevice();
  }

  private void forgetDevice() {
    Device known = device;
    if (known != null) {
      devices.attach(this, known);
    }
  }

  @Override
  public final void expired(int status, String reason) {
    if (self.isAside()) {
      return; // it is on its way out, and the call is not its own any more
    }
    call()
        .post(
            new CallEvent.EndRequested(
                Cause.of(status, reason, "SIP;cause=" + status + ";text=\"" + reason + "\"")));
  }

  @Override
  public final void flowEnded(FlowEnd end) {
    ended();
    call().post(new CallEvent.LegLost(self, Cause.of(480, "Connection lost: " + end.cause())));
  }
}
