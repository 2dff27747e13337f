package dev.tandem.sip.ua;

import dev.tandem.sip.dialog.DialogId;
import dev.tandem.sip.message.Tokens;
import dev.tandem.sip.stack.BadMessage.Fault;
import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.stack.MessageHandler;
import dev.tandem.sip.stack.MessageLimits;
import dev.tandem.sip.stack.ServerTransaction;
import dev.tandem.sip.stack.SipStack;
import dev.tandem.sip.stack.StackListener;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * A SIP user agent on a {@link SipStack}: both UAS and UAC core (RFC 3261 §8, §12–§15). Finds the
 * dialog of a request, refuses what no dialog or method fits, and keeps the tables of dialogs and
 * pending INVITEs. Thread-safe.
 */
public final class UserAgent implements AutoCloseable {
  /** For requests whose outcome changes nothing. */
  static final ClientTransaction.Listener UNHEARD =
      new ClientTransaction.Listener() {
        @Override
        public void responded(SIPResponse response) {}

        @Override
        public void timedOut() {}

        @Override
        public void flowEnded(FlowEnd end) {}
      };

  private final UaSettings settings;
  private final RequestRules rules;
  private final Timers timers;
  private final FlowFinder finder;
  private final StackListener listener;
  private final UserAgentHandler handler;
  private final Messages messages;
  private final SipStack stack;
  private final InviteDialogs dialogs = new InviteDialogs();
  private final EventDialogs events = new EventDialogs();
  private final ReceivedInvites invites = new ReceivedInvites();

  public UserAgent(
      UaSettings settings,
      MessageLimits limits,
      Timers timers,
      FlowFinder finder,
      StackListener listener,
      UserAgentHandler handler) {
    this.settings = settings;
    this.rules = new RequestRules(settings);
    this.timers = timers;
    this.finder = finder;
    this.listener = listener;
    this.handler = handler;
    this.messages = new Messages(settings);
    this.stack = new SipStack(timers, limits, listener, new Incoming());
  }

  /** The layer below, where transports report. */
  public SipStack stack() {
    return stack;
  }

  /**
   * Makes a dialog of an INVITE; from now on the listener hears of it on {@code executor}. Called
   * from {@link UserAgentHandler#invited}.
   */
  public InviteDialog accept(ServerExchange invite, Executor executor, DialogListener listener) {
    invite.trying();
    InviteDialog dialog = InviteDialog.uas(this, invite, executor, listener);
    dialogs.remember(dialog);
    return dialog;
  }

  /** Sends an INVITE on a flow. Called on {@code executor}, where the listener hears of it. */
  public InviteDialog invite(
      OutgoingInvite outgoing, Flow flow, Executor executor, DialogListener listener) {
    return invite(outgoing, flow, Hops.only(null), executor, listener);
  }

  /**
   * The same, where there are other ways to go.
   *
   * @param flow the first of them
   * @param others the rest, tried when that fails
   */
  public InviteDialog invite(
      OutgoingInvite outgoing, Flow flow, Hops others, Executor executor, DialogListener listener) {
    SIPRequest request = begin(outgoing, SipStack.via(flow));
    request.setHeader(
        Messages.contact(flow, flow.transport().isSecure() && isSips(outgoing.requestUri())));
    messages.addCapabilities(request);
    outgoing.edit().apply(request);
    InviteDialog dialog = InviteDialog.uac(this, request, flow, others, executor, listener);
    dialogs.remember(dialog);
    dialog.start();
    return dialog;
  }

  /** How many bytes an INVITE has, but for what depends on the way that it goes. */
  public int length(OutgoingInvite outgoing) {
    SIPRequest request = begin(outgoing, null);
    messages.addCapabilities(request);
    outgoing.edit().apply(request);
    return Messages.length(request);
  }

  private SIPRequest begin(OutgoingInvite outgoing, @Nullable Via via) {
    SIPRequest request =
        messages.request(
            via,
            "INVITE",
            outgoing.requestUri(),
            Tokens.callId(),
            1,
            outgoing.from(),
            Tokens.tag(),
            outgoing.to(),
            "");
    Messages.setMaxForwards(request, outgoing.maxForwards());
    return request;
  }

  /** Sends a request outside any dialog to a peer that we have no credentials for. */
  public OutsideRequest request(
      OutgoingRequest outgoing, Flow flow, ClientTransaction.Listener listener) {
    return request(outgoing, new RequestSeries(), flow, null, listener);
  }

  /**
   * Sends a request outside any dialog; its outcome is told on the thread that brings it.
   *
   * @param series of which it is the next
   * @param credentials to answer challenges with; null when there are none for the peer
   */
  public OutsideRequest request(
      OutgoingRequest outgoing,
      RequestSeries series,
      Flow flow,
      @Nullable PeerCredentials credentials,
      ClientTransaction.Listener listener) {
    SIPRequest request = begin(outgoing, series, SipStack.via(flow));
    if (outgoing.method().equals("NOTIFY")) {
      request.setHeader(Messages.contact(flow, false)); // RFC 6665 §8.1.1
    }
    outgoing.edit().apply(request);
    OutsideRequest made = new OutsideRequest(this, series, credentials, request, listener);
    made.start(flow);
    return made;
  }

  /**
   * The same, tried one way after another (RFC 3263 §4.3). What the listener hears is the outcome
   * of the last one, once; where there was no way at all, that the flow has ended.
   */
  public OutsideAttempts request(
      OutgoingRequest outgoing,
      RequestSeries series,
      Hops hops,
      @Nullable PeerCredentials credentials,
      ClientTransaction.Listener listener) {
    OutsideAttempts made =
        new OutsideAttempts(
            hops,
            (flow, attempt) -> request(outgoing, series, flow, credentials, attempt),
            () -> length(outgoing, series),
            listener);
    made.begin();
    return made;
  }

  private int length(OutgoingRequest outgoing, RequestSeries series) {
    SIPRequest request = begin(outgoing, series, null);
    outgoing.edit().apply(request);
    return Messages.length(request);
  }

  private SIPRequest begin(OutgoingRequest outgoing, RequestSeries series, @Nullable Via via) {
    SIPRequest request =
        messages.request(
            via,
            outgoing.method(),
            outgoing.requestUri(),
            series.callId(),
            via == null ? 1 : series.next(),
            outgoing.from(),
            series.localTag(),
            outgoing.to(),
            "");
    Messages.setMaxForwards(request, outgoing.maxForwards());
    return request;
  }

  /** A Contact of ours for requests that come by this flow, with a user part of its own. */
  public static ContactList contact(Flow flow, String user) {
    ContactList contact = Messages.contact(flow, false);
    try {
      ((SipURI) ((Contact) contact.getFirst()).getAddress().getURI()).setUser(user);
    } catch (ParseException e) {
      throw new IllegalArgumentException(user, e);
    }
    return contact;
  }

  private static boolean isSips(URI uri) {
    return uri.getScheme().equals("sips");
  }

  /**
   * Who listens to the dialog with these identifiers, for Replaces (RFC 3891 §3); null when there
   * is none.
   */
  public @Nullable DialogListener listener(DialogId id) {
    InviteDialog dialog = dialogs.named(id);
    return dialog == null ? null : dialog.listener();
  }

  /**
   * Makes a dialog of a SUBSCRIBE that begins a subscription; its 2xx and a NOTIFY are the caller's
   * to send, in that order. The listener hears of it on {@code executor}.
   */
  public EventDialog subscribe(
      ServerExchange subscribe, Executor executor, EventDialog.Listener listener) {
    EventDialog dialog = new EventDialog(this, subscribe, executor, listener);
    events.remember(dialog);
    return dialog;
  }

  /** How many dialogs live: of calls, early ones included, and of subscriptions. */
  public int dialogs() {
    return dialogs.size() + events.size();
  }

  @Override
  public void close() {
    stack.close();
  }

  // For dialogs and exchanges.

  UaSettings settings() {
    return settings;
  }

  Timers timers() {
    return timers;
  }

  FlowFinder finder() {
    return finder;
  }

  Messages messages() {
    return messages;
  }

  EventDialogs events() {
    return events;
  }

  /** The peer of a dialog has left one connection for another. */
  void moved(InviteDialog dialog, Flow from, Flow to) {
    dialogs.moved(dialog, from, to);
  }

  /** The dialogs whose peer is on this connection. */
  public Set<InviteDialog> dialogsOn(FlowId flow) {
    return dialogs.on(flow);
  }

  void forget(InviteDialog dialog) {
    dialogs.forget(dialog);
    ServerExchange invite = dialog.invite();
    if (invite != null) {
      invites.forget(invite);
    }
  }

  void countFault(ServerExchange exchange, Fault fault) {
    listener.badMessage(exchange.flow().transport(), fault, true);
  }

  void answered(ServerExchange exchange, int status, long nanos) {
    listener.requestAnswered(exchange.method(), nanos);
    if (exchange.isInvite() && status >= 300) {
      settled(exchange);
      if (exchange.dialog() == null) {
        invites.refused(exchange);
      }
    }
  }

  /** The INVITE has its final response, and a 2xx its ACK: there is nothing to cancel any more. */
  void settled(ServerExchange invite) {
    invites.settled(invite);
  }

  void sendCancel(ClientTransaction invite, SIPRequest request, MessageEdit edit) {
    SIPRequest cancel =
        messages.request(
            SipStack.via(invite.flow(), invite.getBranch()),
            "CANCEL",
            (URI) request.getRequestURI().clone(),
            request.getCallId().getCallId(),
            request.getCSeq().getSeqNumber(),
            request.getFrom().getAddress(),
            request.getFrom().getTag(),
            request.getTo().getAddress(),
            request.getTo().getTag() == null ? "" : request.getTo().getTag());
    if (request.getRouteHeaders() != null) {
      cancel.setHeader((gov.nist.javax.sip.header.RouteList) request.getRouteHeaders().clone());
    }
    edit.apply(cancel);
    stack.send(cancel, invite.flow(), UNHEARD);
  }

  /** What the stack brings. */
  private final class Incoming implements MessageHandler {
    @Override
    public void request(ServerTransaction transaction, SIPRequest request, Flow flow, byte[] raw) {
      String toTag = request.getTo().getTag();
      switch (request.getMethod()) {
        case "ACK" -> acked(request, toTag, flow);
        case "CANCEL" -> cancel(transaction, request, raw);
        default -> {
          InviteDialog dialog = toTag == null ? null : dialogs.of(request, toTag);
          String tag = toTag == null ? Tokens.tag() : toTag;
          ServerExchange exchange =
              new ServerExchange(UserAgent.this, transaction, request, raw, tag);
          if (toTag != null && dialog == null) {
            outsideCalls(exchange, toTag);
          } else if (rules.accept(exchange)) {
            if (dialog == null || dialog.isReachedBy(flow) || handler.moves(dialog, exchange)) {
              dispatch(exchange, dialog);
            }
          }
        }
      }
    }

    @Override
    public void strayResponse(SIPResponse response, Flow flow) {
      String tag = response.getFrom().getTag();
      if (response.getStatusCode() / 100 == 2
          && response.getCSeq().getMethod().equals("INVITE")
          && tag != null) {
        InviteDialog dialog = dialogs.tagged(tag);
        if (dialog != null) {
          dialog.tryRun(() -> dialog.strayAnswer(response));
        }
      }
    }

    @Override
    public void flowEnded(Flow flow, FlowEnd end) {
      dialogs.flowEnded(flow, end);
      events.flowEnded(flow, end);
      handler.flowEnded(flow, end);
    }
  }

  /** A request in the dialog of a subscription, or in none. */
  private void outsideCalls(ServerExchange exchange, String toTag) {
    EventDialog dialog = events.of(exchange.request(), toTag, exchange.flow());
    if (dialog == null) {
      exchange.respond(481, "Call/Transaction Does Not Exist");
    } else if (rules.accept(exchange) && !dialog.offer(exchange)) {
      exchange.respond(503, "Service Unavailable");
    }
  }

  private void dispatch(ServerExchange exchange, @Nullable InviteDialog dialog) {
    if (exchange.isInvite() && !invites.isFirst(exchange)) {
      return;
    }
    if (dialog != null) {
      exchange.belongsTo(dialog);
      if (exchange.isInvite()) {
        exchange.trying();
      }
      if (!dialog.tryRun(() -> dialog.receive(exchange))) {
        exchange.respond(503, "Service Unavailable");
      }
    } else if (exchange.isInvite()) {
      handler.invited(exchange);
    } else if (exchange.method().equals("BYE") || exchange.method().equals("UPDATE")) {
      exchange.respond(481, "Call/Transaction Does Not Exist");
    } else {
      handler.requested(exchange);
    }
  }

  private void acked(SIPRequest ack, @Nullable String toTag, Flow flow) {
    InviteDialog dialog = toTag == null ? null : dialogs.of(ack, toTag);
    if (dialog != null && dialog.isReachedBy(flow)) {
      dialog.tryRun(() -> dialog.answer().acked(ack));
    }
  }

  private void cancel(ServerTransaction transaction, SIPRequest cancel, byte[] raw) {
    ServerExchange invite = invites.namedBy(cancel);
    boolean known =
        invite != null
            && invite.cseq() == cancel.getCSeq().getSeqNumber()
            && (invite.flow() == transaction.flow()
                || !transaction.flow().transport().isReliable());
    if (invite == null || !known) {
      ServerExchange exchange = new ServerExchange(this, transaction, cancel, raw, Tokens.tag());
      if (invite == null && stack.knowsInviteOf(cancel)) {
        exchange.respond(200, "OK"); // refused already: nothing to do
      } else {
        exchange.respond(481, "Call/Transaction Does Not Exist");
      }
      return;
    }
    // RFC 3261 §9.2: the same To tag as the responses to the INVITE.
    new ServerExchange(this, transaction, cancel, raw, invite.localTag()).respond(200, "OK");
    InviteDialog dialog = invite.dialog();
    if (dialog == null) {
      invite.respond(487, "Request Terminated");
    } else if (!invite.isAnswered()) {
      dialog.run(() -> dialog.cancelled(invite, cancel));
    }
  }
}
