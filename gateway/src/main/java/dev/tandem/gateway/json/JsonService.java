package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.limit.Rates;
import dev.tandem.gateway.limit.Subnet;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.Contacts;
import dev.tandem.gateway.registrar.RegisterRequest;
import dev.tandem.gateway.registrar.RegisterResult;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.ws.SubProtocol;
import dev.tandem.sip.transport.ws.WebSocketConnection;
import dev.tandem.sip.transport.ws.WebSocketListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as JSON clients see it: their sessions, and their devices as the rest of the gateway
 * sees them. Thread-safe; nothing blocks.
 */
public final class JsonService implements OtherDevices, SubProtocol, Session.SessionOwner {
  static final List<String> FEATURES =
      List.of("update", "early", "transfer", "info", "rooms", "stats", "resume", "events");

  private static final int MOST_ADDRESSES = 20_000; // whose logins are counted
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonParts parts;
  private final Accounts accounts;
  private final Requests requests = new Requests();
  private final FrameReader reader;
  private final Rooms rooms;
  private final EventRequests events;
  private final Duration heartbeat;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Map<FlowId, Session> byFlow = new ConcurrentHashMap<>();
  private final Rates<InetAddress> failures;
  private final AtomicLong registers = new AtomicLong();
  private final HttpDialect http;
  private final Timers.Timer refresh;
  private volatile @Nullable SipSide sip;
  private volatile boolean closing;
  private volatile @Nullable CallRequests calls;

  /**
   * Makes it; it serves after {@link #joins}.
   *
   * @param heartbeat how often a connection is asked for a sign of life
   */
  public JsonService(JsonParts parts, Duration heartbeat) {
    this.parts = parts;
    this.reader = new FrameReader(parts.badFrames());
    this.heartbeat = heartbeat;
    this.accounts =
        new Accounts(parts.config(), parts.auth(), parts.users(), parts.domain(), parts.tokens());
    this.failures =
        new Rates<>(parts.config().failedLoginsPerMinute(), MOST_ADDRESSES, parts.timers()::millis);
    this.rooms = new Rooms(parts.config().roomsPerSession(), parts.config().peersPerRoom());
    this.events = new EventRequests(parts);
    this.http = new HttpDialect(this, parts);
    // A binding lives as long as its session: it is renewed long before it would end.
    this.refresh =
        parts.timers().repeat(parts.longestBinding().dividedBy(3), this::refreshBindings);
  }

  /** The other language is there too. Before anything is served. */
  public void joins(SipSide side) {
    sip = side;
    calls = new CallRequests(parts, side, this::find);
  }

  /** Ends every session; clients hear that they may come back to another run. */
  public void close() {
    closing = true;
    refresh.cancel();
    sessions.values().forEach(session -> session.end(Cause.of(503, "Shutting down")));
  }

  /** Tells every client that the gateway shuts down, and when to come back. */
  public void drain() {
    for (Session session : sessions.values()) {
      session.send(Frames.of("session").put("state", "draining").put("reconnectAfter", 2));
    }
  }

  /** Sessions, those that wait for their client included. */
  public int sessions() {
    return sessions.size();
  }

  /** Sessions whose client has no connection now. */
  public int detached() {
    return (int) sessions.values().stream().filter(session -> !session.isAttached()).count();
  }

  /** Clients that wait for events by HTTP. */
  int readers() {
    return (int)
        sessions.values().stream()
            .filter(each -> each.outbox().last() instanceof HttpWire wire && wire.isRead())
            .count();
  }

  public int roomCount() {
    return rooms.size();
  }

  /** The same for clients that speak by HTTP. */
  public HttpDialect http() {
    return http;
  }

  Accounts accounts() {
    return accounts;
  }

  Requests requests() {
    return requests;
  }

  FrameReader reader() {
    return reader;
  }

  EventRequests events() {
    return events;
  }

  Rooms rooms() {
    return rooms;
  }

  Duration heartbeat() {
    return heartbeat;
  }

  CallRequests callRequests() {
    CallRequests made = calls;
    if (made == null) {
      throw new IllegalStateException("the service has not joined the gateway yet");
    }
    return made;
  }

  private SipSide sip() {
    SipSide side = sip;
    if (side == null) {
      throw new IllegalStateException("the service has not joined the gateway yet");
    }
    return side;
  }

  boolean isElsewhere(Aor user) {
    return sip().isElsewhere().test(user);
  }

  void cameOnline(Session session) {
    sip().cameOnline().accept(session.login().aor());
  }

  /**
   * Finds out who registers.
   *
   * @throws Refusal {@code auth_failed}, or {@code rate_limited} after too many such from there
   */
  Login login(Fields fields, Wire wire, String nonce) {
    InetAddress from = Subnet.of(wire.remote().getAddress());
    refuseGuesser(from);
    try {
      Login login = accounts.login(fields, wire, nonce, parts.timers().now());
      if (login.guest() && !failures.take(from)) {
        throw tooManyLogins(from);
      }
      return login;
    } catch (Refusal e) {
      if (e.code() == ErrorCode.AUTH_FAILED) {
        failures.take(from);
        parts.doorkeeper().wrongCredentials(wire.remote().getAddress());
      }
      throw e;
    }
  }

  private void refuseGuesser(InetAddress from) {
    if (failures.isExhausted(from)) {
      throw tooManyLogins(from);
    }
  }

  private Refusal tooManyLogins(InetAddress from) {
    return Refusal.later("too many logins from this address", failures.secondsToWait(from));
  }

  void addIce(ObjectNode reply, Login login) {
    reply.set("iceServers", MAPPER.valueToTree(parts.ice().of(login.aor().user())));
    reply.put("iceTtl", parts.ice().lifetime().toSeconds());
  }

  // Sessions.

  @Nullable Session find(String id) {
    return sessions.get(id);
  }

  Session open(Login login) {
    if (sessions.size() >= parts.config().maxSessions()) {
      throw Refusal.later("too many sessions", 30);
    }
    Session session =
        new Session(
            login,
            this,
            parts.timers(),
            parts.config().resumeWindow(),
            parts.config().callsPerMinute());
    sessions.put(session.id(), session);
    byFlow.put(session.flow(), session);
    return session;
  }

  /**
   * Makes the session a device of its user, so that it rings.
   *
   * @param device the client's name for itself; null when it has none
   * @return for how many seconds the login is good
   */
  long bind(Session session, @Nullable String device) {
    String instance = device == null ? session.id() : device;
    String urn =
        "urn:x-tandem:" + HexFormat.of().formatHex(instance.getBytes(StandardCharsets.UTF_8));
    session.isCalled(urn);
    for (Binding binding : parts.registrar().bindings(session.login().aor())) {
      Session before = byFlow.get(binding.flow());
      boolean same = ("<" + urn + ">").equals(binding.contact().instance());
      if (before != null && before != session && same && !before.isAttached()) {
        before.end(Cause.of(480, "Signed In Anew"));
      }
    }
    RegisterResult result = register(session);
    if (result instanceof RegisterResult.Rejected rejected) {
      session.end(Cause.of(rejected.status(), rejected.reason()));
      throw Refusal.sip(rejected.status(), rejected.reason());
    }
    return seconds(session.login());
  }

  private RegisterResult register(Session session) {
    String contact =
        "<sip:%s@json.invalid;transport=ws>;+sip.instance=\"<%s>\""
            .formatted(Long.toString(session.flow().value(), 36), session.urn());
    return parts
        .registrar()
        .register(
            new RegisterRequest(
                session.login().aor(),
                session.id(),
                registers.incrementAndGet(),
                Contacts.parse(List.of(contact)),
                seconds(session.login()),
                List.of(),
                session.login().rights().allowed(),
                session.flow(),
                () -> !session.isOver()));
  }

  private long seconds(Login login) {
    Instant until = login.expiresAt();
    long most = parts.longestBinding().toSeconds();
    return until == null
        ? most
        : Math.max(1, Math.min(most, Duration.between(parts.timers().now(), until).toSeconds()));
  }

  private void refreshBindings() {
    Instant now = parts.timers().now();
    for (Session session : sessions.values()) {
      Instant until = session.login().expiresAt();
      if (until == null) {
        register(session);
      } else if (now.isBefore(until)) {
        register(session);
        long left = Duration.between(now, until).toSeconds();
        if (left <= parts.longestBinding().toSeconds() / 3 + 60) {
          session.send(Frames.of("session").put("state", "token_expiring").put("in", left));
        }
      }
    }
  }

  @Override
  public void ended(Session session) {
    sessions.remove(session.id());
    byFlow.remove(session.flow());
    parts.registrar().flowEnded(session.flow());
    rooms.left(session);
    events.ended(session);
    Wire wire = session.outbox().attach(null);
    if (wire != null) {
      wire.close(closing ? CloseReason.DRAIN : CloseReason.NORMAL, "the session is over");
    }
  }

  // Their devices.

  @Override
  public boolean has(Binding binding) {
    return byFlow.containsKey(binding.flow());
  }

  @Override
  public CalleeLeg leg(Binding binding, Incoming incoming, boolean record) {
    Session session = byFlow.get(binding.flow());
    if (session == null) {
      throw new IllegalArgumentException("no JSON device: " + binding.requestUri());
    }
    return new JsonCalleeLeg(session, parts, session.nextCall(), incoming, record);
  }

  @Override
  public boolean deliver(Binding binding, Incoming incoming, Payload message) {
    Session session = byFlow.get(binding.flow());
    Body body = message.body();
    if (session == null || session.isOver()) {
      return false;
    }
    ObjectNode event = Frames.of("message");
    ObjectNode from = event.putObject("from");
    from.put("uri", Texts.oneLine(incoming.from().uri()));
    String name = incoming.from().name();
    if (name != null) {
      from.put("display", Texts.shortened(name, 128));
    }
    if (incoming.verified()) {
      from.put("verified", true);
    }
    event.put("to", Texts.shortened(incoming.to(), 256));
    event.put(
        "contentType", body == null ? "text/plain" : Texts.shortened(body.contentType(), 128));
    event.put("body", body == null ? "" : Texts.body(body));
    for (Header header : message.headers()) {
      if (header.name().equalsIgnoreCase("Date")) {
        event.put("at", Texts.shortened(header.value(), 64));
      }
    }
    session.send(event);
    return true;
  }

  // WebSockets.

  @Override
  public String name() {
    return "tandem.v1";
  }

  @Override
  public WebSocketListener opened(WebSocketConnection socket) {
    Connection connection = new Connection(this, parts, new Socket(socket));
    connection.greet();
    return new WebSocketListener() {
      @Override
      public void message(byte[] payload, boolean text) {
        connection.received(payload);
      }

      @Override
      public void ended(FlowEnd end) {
        connection.ended(end.cause().name());
      }
    };
  }

  /** A WebSocket as a wire. */
  private record Socket(WebSocketConnection socket) implements Wire {
    @Override
    public boolean send(byte[] frame) {
      return socket.send(frame, true);
    }

    @Override
    public void close(CloseReason reason, String text) {
      socket.close(FlowEnd.of(FlowEnd.Cause.REFUSED, text), reason.code());
    }

    @Override
    public InetSocketAddress remote() {
      return socket.remote();
    }

    @Override
    public boolean isPrivate() {
      return socket.isSecure() || socket.remote().getAddress().isLoopbackAddress();
    }

    @Override
    public @Nullable Principal principal() {
      return socket.principal();
    }
  }
}
