package dev.tandem.gateway.sip;

import dev.tandem.gateway.bridge.Branches;
import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.limit.Limits;
import dev.tandem.gateway.limit.Rates;
import dev.tandem.gateway.message.MessageStore;
import dev.tandem.gateway.message.Messenger;
import dev.tandem.gateway.registrar.FlowTokens;
import dev.tandem.gateway.registrar.Gruus;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.edge.DeviceRoutes;
import dev.tandem.gateway.sip.edge.Edge;
import dev.tandem.gateway.sip.edge.ForwardedRegisters;
import dev.tandem.gateway.sip.edge.HomeCalls;
import dev.tandem.gateway.sip.edge.HomeCredentials;
import dev.tandem.gateway.sip.edge.Homes;
import dev.tandem.gateway.sip.edge.RegisteredElsewhere;
import dev.tandem.gateway.sip.event.EventRules;
import dev.tandem.gateway.sip.event.NotifyHandler;
import dev.tandem.gateway.sip.event.PublishHandler;
import dev.tandem.gateway.sip.event.SubscribeHandler;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Origins;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.gateway.sip.identity.Tokens;
import dev.tandem.gateway.sip.invite.Hunting;
import dev.tandem.gateway.sip.invite.InviteHandler;
import dev.tandem.gateway.sip.leg.CalleeLegs;
import dev.tandem.gateway.sip.leg.Devices;
import dev.tandem.gateway.sip.leg.Referring;
import dev.tandem.gateway.sip.leg.SipLeg;
import dev.tandem.gateway.sip.message.MessageHandler;
import dev.tandem.gateway.sip.message.OwnMessages;
import dev.tandem.gateway.sip.message.Postbox;
import dev.tandem.gateway.sip.register.RegisterAnswer;
import dev.tandem.gateway.sip.register.RegisterHandler;
import dev.tandem.gateway.sip.target.OwnAddresses;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.gateway.sip.target.TrunkHops;
import dev.tandem.gateway.sip.target.Ways;
import dev.tandem.gateway.sip.transfer.Referrals;
import dev.tandem.gateway.sip.transfer.Takeovers;
import dev.tandem.gateway.sip.trunk.SipTrunkClient;
import dev.tandem.gateway.trunk.TrunkClient;
import dev.tandem.gateway.trunk.Trunks;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.ua.InviteDialog;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.SessionTimerSettings;
import dev.tandem.sip.ua.UaSettings;
import dev.tandem.sip.ua.UserAgent;
import dev.tandem.sip.ua.UserAgentHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as a SIP element: registrar and back-to-back user agent. Transports report to {@link
 * #flows()}; who may send what is decided here and in the handlers. Thread-safe.
 */
public final class SipService implements UserAgentHandler, AutoCloseable {
  private static final int MOST_SENDERS = 100_000; // whose messages are counted
  private static final List<String> METHODS =
      List.of(
          "INVITE",
          "ACK",
          "CANCEL",
          "BYE",
          "OPTIONS",
          "REGISTER",
          "UPDATE",
          "INFO",
          "PRACK",
          "MESSAGE",
          "SUBSCRIBE",
          "NOTIFY",
          "PUBLISH",
          "REFER");

  private final UserAgent agent;
  private final Origins origins;
  private final Registrar registrar;
  private final RegisterHandler registers;
  private final InviteHandler invites;
  private final MessageHandler messages;
  private final @Nullable Postbox postbox;
  private final EventRules eventRules;
  private final SubscribeHandler subscribes;
  private final PublishHandler publishes;
  private final NotifyHandler notifies;
  private final Devices devices;
  private final Edge edge;
  private final Referrals referrals;
  private final Trunks trunks;
  private final TrunkClient trunkClient;
  private final Branches branches;
  private final Messenger messenger;

  /** Makes the service; nothing happens until a transport reports a flow. */
  public SipService(SipSettings settings, SipParts parts) {
    this.registrar = parts.registrar();
    this.trunks = parts.trunks();
    Domain domain = parts.domain();
    Users users = parts.users();
    Router router = parts.router();
    Limits limits = parts.limits();
    Calls calls = parts.calls();
    EventServer events = parts.events();
    TrunkHops trunkHops = parts.trunkHops();
    Timers timers = parts.timers();
    OtherDevices others = parts.others();
    this.agent =
        new UserAgent(
            new UaSettings(
                settings.product(),
                METHODS,
                extensions(settings.sessionTimer()),
                settings.probe(),
                settings.sessionTimer()),
            settings.limitsOfMessages(),
            timers,
            new Ways(trunkHops.all()),
            parts.stackListener(),
            this);
    Gruus gruus = new Gruus();
    Refusing refusing = new Refusing(parts.refusals(), settings.tellsCauses());
    Identity identity =
        new Identity(
            domain,
            parts.authenticator(),
            new Tokens(parts.tokens(), settings.anyUser() ? null : users, timers::now),
            parts.challenges());
    this.trunkClient = new SipTrunkClient(agent, trunkHops, domain.name());
    Targets targets = new Targets(agent, trunks, trunkHops);
    Homes homes = new Homes(settings.registration().forward(), trunks, registrar);
    this.origins = new Origins(identity, trunks, users, gruus, homes, timers::now);
    MessageStore store = parts.messageStore();
    this.postbox =
        store == null
            ? null
            : new Postbox(
                store,
                agent,
                registrar,
                targets,
                timers,
                settings.messages().maxUdp().bytes(),
                others);
    this.devices = new Devices(identity, registrar, agent, settings.detachWindow());
    CalleeLegs legs =
        new CalleeLegs(agent, targets, devices, new InCall(), limits, refusing, others);
    HomeCredentials homeCredentials = new HomeCredentials(users);
    FlowTokens flowTokens = new FlowTokens();
    this.edge =
        new Edge(
            homes,
            new ForwardedRegisters(
                agent,
                identity,
                targets,
                new OwnAddresses(parts.transports()),
                flowTokens,
                settings.registration(),
                registrar,
                new RegisteredElsewhere(
                    registrar, settings.registration(), devices, refusing, this::registered),
                timers,
                refusing,
                homeCredentials,
                settings.detachWindow()),
            new HomeCalls(targets, legs, homeCredentials),
            new DeviceRoutes(flowTokens, agent.stack(), registrar, domain));
    this.registers =
        new RegisterHandler(
            identity,
            registrar,
            devices,
            new RegisterAnswer(
                settings.registration().gruu() ? gruus : null,
                settings.registration().serviceRoute()),
            settings.registration().path(),
            refusing,
            this::registered,
            edge);
    this.referrals =
        new Referrals(
            agent,
            identity,
            router,
            legs,
            timers,
            settings.longestTransfer(),
            settings.peersTransfer());
    Hunting hunts =
        new Hunting(router, identity, origins, legs, settings.hunting(), domain, timers::now);
    this.branches = hunts;
    this.invites =
        new InviteHandler(
            agent,
            origins,
            router,
            calls,
            hunts,
            devices,
            timers,
            refusing,
            new InCall(),
            new Takeovers(referrals, refusing),
            limits,
            parts.busy(),
            edge);
    Rates<String> rate = new Rates<>(settings.messages().perMinute(), MOST_SENDERS, timers::millis);
    this.messenger =
        new OwnMessages(
            agent, router, domain, targets, settings.messages(), rate, postbox, others, timers);
    this.messages =
        new MessageHandler(
            agent,
            origins,
            router,
            targets,
            settings.messages(),
            rate,
            postbox,
            domain,
            refusing,
            edge,
            others,
            timers);
    this.eventRules = new EventRules(events, domain, origins, users, registrar, refusing);
    this.subscribes = new SubscribeHandler(agent, origins, events, eventRules, calls::isDraining);
    this.publishes = new PublishHandler(origins, events, eventRules);
    this.notifies =
        new NotifyHandler(agent, origins, registrar, targets, events, eventRules, edge.devices());
  }

  private static List<String> extensions(@Nullable SessionTimerSettings sessionTimer) {
    return sessionTimer == null
        ? List.of("100rel", "replaces", "norefersub")
        : List.of("100rel", "replaces", "norefersub", "timer");
  }

  /** Where transports report. */
  public FlowListener flows() {
    return agent.stack().flows();
  }

  /** What trunks are asked and registered with. */
  public TrunkClient trunkClient() {
    return trunkClient;
  }

  /** For callers who do not call by SIP. */
  public Branches branches() {
    return branches;
  }

  /** For senders who do not send by SIP. */
  public Messenger messenger() {
    return messenger;
  }

  /** A device that speaks something else has come: what waits for its user can be brought. */
  public void cameOnline(Aor user) {
    registered(user);
  }

  /** Whether somebody else keeps this user, so that only SIP can prove who it is. */
  public boolean isElsewhere(Aor user) {
    return edge.homes().of(user) != null;
  }

  /** For gauges and tests. */
  public UserAgent agent() {
    return agent;
  }

  @Override
  public void invited(ServerExchange invite) {
    invites.handle(invite);
  }

  @Override
  public void requested(ServerExchange request) {
    switch (request.method()) {
      case "REGISTER" -> registers.handle(request);
      case "MESSAGE" -> messages.handle(request);
      case "SUBSCRIBE" -> subscribes.handle(request);
      case "PUBLISH" -> publishes.handle(request);
      case "NOTIFY" -> notifies.handle(request);
      case "OPTIONS" -> options(request);
      default -> request.respond(405, "Method Not Allowed");
    }
  }

  /** A REGISTER of this user was carried out and answered. */
  private void registered(Aor user) {
    Postbox box = postbox;
    if (box != null) {
      box.deliverTo(user);
    }
  }

  /**
   * RFC 3261 §11.2: what we can do; anybody may ask. A PBX asks like that whether a device is
   * there, and we know: we ask it all the time ourselves.
   */
  private void options(ServerExchange request) {
    RouteDecision device = origins.ofTrunk(request) == null ? null : edge.devices().of(request);
    if (device instanceof RouteDecision.Refused refused) {
      request.respond(refused.status(), refused.reason());
      return;
    }
    request.respond(
        200,
        "OK",
        message -> {
          Payloads.add(message, "Accept", "application/sdp");
          Payloads.add(message, "Accept-Encoding", "identity");
          Payloads.add(message, "Accept-Language", "en");
          eventRules.addAllowEvents(message);
        });
  }

  @Override
  public boolean moves(InviteDialog dialog, ServerExchange request) {
    return devices.moves(dialog, request);
  }

  /** Legs that wait for their device to come back, now. */
  public int detachedLegs() {
    return devices.detached();
  }

  @Override
  public void flowEnded(Flow flow, FlowEnd end) {
    if (flow.transport().isReliable()) {
      edge.registers().flowEnded(flow.id());
      registrar.flowEnded(flow.id());
      trunks.connectionEnded(flow);
    }
  }

  /** For legs, which are there before what they report to. */
  private final class InCall implements Referring {
    @Override
    public void referred(SipLeg leg, ServerExchange refer) {
      referrals.referred(leg, refer);
    }

    @Override
    public void notified(SipLeg leg, ServerExchange notify) {
      referrals.notified(leg, notify);
    }
  }

  @Override
  public void close() {
    agent.close();
  }
}
