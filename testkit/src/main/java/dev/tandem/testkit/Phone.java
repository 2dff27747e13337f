package dev.tandem.testkit;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.PUBLISH;
import static dev.tandem.testkit.Sip.REGISTER;
import static dev.tandem.testkit.Sip.SUBSCRIBE;
import static dev.tandem.testkit.Sip.UPDATE;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A test phone that does what a script says, one verb a line, with real sockets. It writes as
 * SIP.js, JsSIP or a PBX does. By itself it does only what every client's transaction layer does:
 * 100 to an INVITE, 200 to a CANCEL, ACK to a refusal, and an answer to a challenge; see {@link
 * Habit} to take that away.
 *
 * <p>{@code receives} takes messages strictly in their order. One thread runs the script.
 */
public final class Phone implements AutoCloseable {
  private static final int REGISTER_EXPIRES = 600;

  private final PhoneEngine engine;
  private final Ladder ladder;
  private final Expectations expectations;
  private final Opener opener;
  private final String contactUser;
  private final String instance = UUID.randomUUID().toString();
  private final String registerCallId;
  private int registerCseq;
  private @Nullable String nextSdp;

  /** Makes the phone's connection, from an address of the phone's if one is given. */
  @FunctionalInterface
  private interface Opener {
    Link open(Link.Listener listener, @Nullable String source);
  }

  private Phone(
      Ladder ladder,
      String name,
      Shape shape,
      PhoneIdentity identity,
      String contactUser,
      Opener opener) {
    this.ladder = ladder;
    this.opener = opener;
    this.contactUser = contactUser;
    this.engine = new PhoneEngine(name, ladder, shape, identity);
    this.expectations = new Expectations(engine);
    this.registerCallId = engine.callIdPrefix + SipText.token(15);
    ladder.joined(this);
    connects();
  }

  /** A browser with SIP.js 0.21.2 on a WebSocket. */
  public static Phone sipJs(Ladder ladder, String name, PhoneIdentity identity, URI webSocket) {
    return browser(ladder, name, Shape.SIP_JS, identity, webSocket);
  }

  /** A browser with JsSIP 3.13.8 on a WebSocket. */
  public static Phone jsSip(Ladder ladder, String name, PhoneIdentity identity, URI webSocket) {
    return browser(ladder, name, Shape.JS_SIP, identity, webSocket);
  }

  private static Phone browser(
      Ladder ladder, String name, Shape shape, PhoneIdentity identity, URI webSocket) {
    String host = SipText.token(12) + ".invalid";
    return new Phone(
        ladder,
        name,
        shape,
        identity,
        SipText.token(8),
        (listener, source) -> new WsLink(webSocket, host, source, listener));
  }

  /**
   * A PBX or hard phone on a UDP port of its own; see {@link #address()}.
   *
   * @param host its IPv4 address, such as 127.0.0.1
   * @param gateway where requests go whose URI has no address; asked when one is sent, so that the
   *     gateway may be started later
   */
  public static Phone pbxUdp(
      Ladder ladder,
      String name,
      PhoneIdentity identity,
      String host,
      Supplier<InetSocketAddress> gateway) {
    return new Phone(
        ladder,
        name,
        Shape.PBX,
        identity,
        identity.user(),
        (listener, source) -> new UdpLink(host, gateway, listener));
  }

  /** As {@link #pbxUdp}, and listens on a TCP port of its own. */
  public static Phone pbxTcp(
      Ladder ladder,
      String name,
      PhoneIdentity identity,
      String host,
      Supplier<InetSocketAddress> gateway) {
    return new Phone(
        ladder,
        name,
        Shape.PBX,
        identity,
        identity.user(),
        (listener, source) -> new TcpLink(host, gateway, listener));
  }

  public String name() {
    return engine.name;
  }

  /** The AOR it registers and calls as. */
  public String aor() {
    return engine.identity.aor();
  }

  /** Host and port that it can be reached at; of a browser, its {@code .invalid} host. */
  public String address() {
    return engine.link().sentBy();
  }

  /** The URI of its Contact. */
  public String contactUri() {
    return engine.contactUri();
  }

  /** Takes on habits, for good. */
  public Phone with(Habit... habits) {
    engine.habits.addAll(Set.of(habits));
    return this;
  }

  // The connection.

  /** Opens the connection, again if it was lost; the Contact of a browser stays the same. */
  public void connects() {
    engine.connect(listener -> opener.open(listener, null), contactUser);
  }

  /** The same from another address of this machine, such as 127.0.0.5. Browsers only. */
  public void connectsFrom(String address) {
    engine.connect(listener -> opener.open(listener, address), contactUser);
  }

  /**
   * The network is gone, and neither side notices: what is sent from now on is lost, pings too.
   * Browsers only.
   */
  public void goesDeaf() {
    ladder.note(name(), "loses its network, silently");
    engine.link().cut();
  }

  /** Leaves the page: closes the WebSocket with 1001. Browsers only. */
  public void leavesThePage() {
    engine.closes();
    ladder.note(name(), "leaves the page");
    engine.link().leave();
    engine.link().awaitEnd();
  }

  /** The network is gone: a reset, without a word. */
  public void losesConnection() {
    engine.closes();
    ladder.note(name(), "loses its connection");
    engine.link().reset();
  }

  /** Waits until the gateway has ended the connection. */
  public void isDisconnected() {
    engine.link().awaitEnd();
  }

  void roundTrip() {
    try {
      engine.link().roundTrip();
    } catch (AssertionError | UncheckedIOException e) {
      throw ladder.failure(name() + " makes no round trip: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    engine.closes();
    engine.link().close();
  }

  // Registration.

  /** Registers and expects 200 with its Contact as it was sent, as the browsers do. */
  public SipText registers() {
    return registers(REGISTER_EXPIRES);
  }

  /**
   * As {@link #registers()}.
   *
   * @param expires seconds; 0 to unregister
   */
  public SipText registers(int expires) {
    sendsRegister(expires, request -> {});
    SipText response = receives(200, REGISTER);
    boolean echoed =
        response.values("Contact").stream().anyMatch(value -> value.contains(contactUri() + ">"));
    if (echoed != expires > 0) {
      throw ladder.failure(
          name() + (echoed ? " still finds" : " does not find") + " its Contact in\n" + response);
    }
    return response;
  }

  /** Sends REGISTER and waits for nothing. */
  public SipText sendsRegister(int expires, Consumer<SipText> change) {
    String aor = "<" + aor() + ">";
    SipText request =
        engine.shape.request(
            new Shape.Draft(
                REGISTER,
                "sip:" + engine.identity.domain(),
                engine.via(engine.newBranch()),
                aor + ";tag=" + SipText.newTag(),
                aor,
                registerCallId,
                registerCseq += 2, // a challenge takes the number between
                List.of(),
                engine.shape.contactForRegister(contactUri(), instance, expires),
                null),
            expires);
    change.accept(request);
    engine.send(request, null);
    return request;
  }

  // Requests outside of a dialog.

  /** The SDP of the next message that carries one, instead of one made up. */
  public Phone describes(String sdp) {
    nextSdp = sdp;
    return this;
  }

  private String newSdp() {
    String sdp = nextSdp == null ? engine.shape.sdp() : nextSdp;
    nextSdp = null;
    return sdp;
  }

  /** Calls. The request is returned as sent the first time; a challenge is answered unseen. */
  public SipText invites(String uri) {
    return invites(uri, request -> {});
  }

  /** As {@link #invites(String)}, with something changed in the request. */
  public SipText invites(String uri, Consumer<SipText> change) {
    String sdp = engine.habits.contains(Habit.LATE_OFFER) ? null : newSdp();
    return sendsOutside(INVITE, uri, sdp, change);
  }

  /** Any other request that is no part of a dialog: OPTIONS, MESSAGE. */
  public SipText asks(String method, String uri, Consumer<SipText> change) {
    return sendsOutside(method, uri, null, change);
  }

  private SipText sendsOutside(
      String method, String uri, @Nullable String sdp, Consumer<SipText> change) {
    PhoneDialog dialog =
        new PhoneDialog(
            engine.callIdPrefix + SipText.token(15),
            SipText.newTag(),
            "<" + aor() + ">",
            "<" + uri + ">",
            uri);
    dialog.localCseq =
        engine.shape == Shape.JS_SIP ? ThreadLocalRandom.current().nextInt(1, 10_000) : 1;
    dialog.sdp = sdp;
    SipText request = engine.draft(method, dialog, dialog.localCseq, sdp);
    change.accept(request);
    if (method.equals(INVITE) || method.equals(SUBSCRIBE)) {
      engine.turnTo(dialog);
    }
    engine.send(request, dialog);
    return request;
  }

  /** Subscribes to the state of a user; {@code sends(SUBSCRIBE)} goes on with that. */
  public SipText subscribes(String uri, String event, int expires) {
    return subscribes(uri, event, expires, request -> {});
  }

  /** As {@link #subscribes(String, String, int)}, with something changed in the request. */
  public SipText subscribes(String uri, String event, int expires, Consumer<SipText> change) {
    return asks(
        SUBSCRIBE,
        uri,
        request -> {
          engine.shape.event(request, event, expires);
          change.accept(request);
        });
  }

  /** SUBSCRIBE in the dialog: goes on with the subscription, or with 0 ends it. */
  public SipText resubscribes(String event, int expires) {
    return sends(SUBSCRIBE, request -> engine.shape.event(request, event, expires));
  }

  /**
   * Publishes state.
   *
   * @param entityTag of the publication that this refreshes, modifies or, with 0 seconds, removes;
   *     null to begin one
   * @param body null for none
   */
  public SipText publishes(
      String uri,
      String event,
      int expires,
      @Nullable String entityTag,
      String contentType,
      @Nullable String body) {
    return asks(
        PUBLISH,
        uri,
        request -> {
          request.add("Event", event).add("Expires", Integer.toString(expires));
          if (entityTag != null) {
            request.add("SIP-If-Match", entityTag);
          }
          if (body != null) {
            request.body(contentType, body);
          }
        });
  }

  // Requests in the dialog.

  /** ACK, CANCEL, BYE or any other request in the dialog that was last begun or turned to. */
  public SipText sends(String method) {
    return sends(method, request -> {});
  }

  /** As {@link #sends(String)}, with something changed in the request. */
  public SipText sends(String method, Consumer<SipText> change) {
    PhoneDialog dialog = engine.current();
    return switch (method) {
      case ACK -> sendsAck(dialog, change);
      case CANCEL -> sendsCancel(dialog, change);
      case INVITE -> sendsOffer(INVITE, newSdp(), change);
      case INFO ->
          sendsInDialog(
              INFO,
              null,
              request -> {
                request.body("application/dtmf-relay", "Signal=5\r\nDuration=100\r\n");
                change.accept(request);
              });
      default -> sendsInDialog(method, null, change);
    };
  }

  private SipText sendsInDialog(String method, @Nullable String sdp, Consumer<SipText> change) {
    PhoneDialog dialog = engine.current();
    SipText request = engine.draft(method, dialog, ++dialog.localCseq, sdp);
    change.accept(request);
    engine.send(request, dialog);
    return request;
  }

  private SipText sendsOffer(String method, @Nullable String sdp, Consumer<SipText> change) {
    if (sdp != null) {
      engine.current().sdp = sdp;
    }
    return sendsInDialog(method, sdp, change);
  }

  /** Re-INVITE with the session's own description, made sendonly. */
  public SipText holds() {
    return sendsOffer(INVITE, Sdp.directed(sdp(), "sendonly"), request -> {});
  }

  /** Re-INVITE that takes the hold back. */
  public SipText resumes() {
    return sendsOffer(INVITE, Sdp.directed(sdp(), "sendrecv"), request -> {});
  }

  /** UPDATE with SDP; {@code sends(UPDATE)} has none. */
  public SipText updates(String sdp) {
    return sendsOffer(UPDATE, sdp, request -> {});
  }

  /** The last SDP that it sent in this dialog. */
  public String sdp() {
    String sdp = engine.current().sdp;
    if (sdp == null) {
      throw ladder.failure(name() + " has described no session");
    }
    return sdp;
  }

  private SipText sendsAck(PhoneDialog dialog, Consumer<SipText> change) {
    SipText invite = invite(dialog);
    String sdp = invite.hasBody() ? null : newSdp();
    SipText ack = engine.draft(ACK, dialog, invite.cseqNumber(), sdp);
    change.accept(ack);
    engine.sendAck(ack, dialog);
    return ack;
  }

  private SipText sendsCancel(PhoneDialog dialog, Consumer<SipText> change) {
    SipText invite = invite(dialog);
    SipText cancel = engine.draft(CANCEL, dialog, invite.cseqNumber(), null);
    cancel.startLine(CANCEL + " " + invite.requestUri() + " SIP/2.0");
    cancel.set("Via", invite.header("Via")).set("To", invite.header("To")).remove("Route");
    invite.headers("Route").forEach(route -> cancel.addFirst("Route", route));
    change.accept(cancel);
    engine.send(cancel, dialog);
    return cancel;
  }

  private SipText invite(PhoneDialog dialog) {
    if (dialog.invite == null) {
      throw ladder.failure(name() + " has sent no INVITE in this dialog");
    }
    return dialog.invite;
  }

  /** From now on {@code sends} means the dialog of this message. */
  public void turnsTo(SipText received) {
    PhoneDialog dialog = engine.dialogOf(received);
    if (dialog == null) {
      throw ladder.failure(name() + " has no dialog for\n" + received);
    }
    engine.turnTo(dialog);
  }

  /** Sends a message byte for byte as it is, as a request of nobody: no answer is expected. */
  public void sendsRaw(byte[] message) {
    ladder.note(name(), "sends " + message.length + " raw bytes");
    engine.link().pathTo("").send(message);
  }

  /** Sends the last INVITE of the dialog once more, as an unreliable transport would. */
  public void repeatsInvite() {
    SipText invite = invite(engine.current());
    ladder.message(name(), true, invite, " (again)");
    engine.link().pathTo(invite.requestUri()).send(invite.bytes());
  }

  // Answers.

  /** Answers the last request received that waits for an answer. 200 to an INVITE has SDP. */
  public SipText answers(int status) {
    return answers(status, null, response -> {});
  }

  /** Answers the last request received with that method. */
  public SipText answers(int status, String method) {
    return answers(status, method, response -> {});
  }

  /** As {@link #answers(int)}, with something changed in the response. */
  public SipText answers(int status, Consumer<SipText> change) {
    return answers(status, null, change);
  }

  private SipText answers(int status, @Nullable String method, Consumer<SipText> change) {
    return answers(engine.unanswered(method), status, change);
  }

  /** Answers this request. */
  public SipText answers(SipText request, int status) {
    return answers(engine.serverOf(request), status, response -> {});
  }

  private SipText answers(ServerRequest server, int status, Consumer<SipText> change) {
    boolean accepts = status / 100 == 2;
    boolean describes =
        accepts
            && switch (server.text.method()) {
              case INVITE -> true;
              case INFO, MESSAGE, NOTIFY -> false;
              default -> server.text.hasBody();
            };
    String sdp = describes || nextSdp != null ? newSdp() : null;
    if (sdp != null && server.dialog != null) {
      server.dialog.sdp = sdp;
    }
    SipText response = engine.respond(server, status, server.localTag, sdp, change, "");
    if (accepts
        && server.text.method().equals(INVITE)
        && server.text.toTag() == null
        && engine.habits.contains(Habit.FORKS_TWICE)) {
      PhoneDialog fork = PhoneDialog.asCallee(server.text, SipText.newTag());
      engine.respond(server, status, fork.localTag, newSdp(), change, " (fork)");
      engine.addFork(fork);
    }
    return response;
  }

  /**
   * Answers the last INVITE received with a To tag of its own, as another phone behind a forking
   * proxy does; what comes in that dialog is taken like the rest.
   */
  public SipText answersAsFork(int status, Consumer<SipText> change) {
    ServerRequest server = engine.unanswered(INVITE);
    PhoneDialog fork = PhoneDialog.asCallee(server.text, SipText.newTag());
    engine.addFork(fork);
    return engine.respond(server, status, fork.localTag, newSdp(), change, " (fork)");
  }

  /** Sends the last response to this request once more. */
  public void repeatsAnswer(SipText request) {
    engine.repeat(engine.serverOf(request));
  }

  // Expectations.

  /** The next message is a request with this method; fails otherwise, or when none comes. */
  public SipText receives(String method) {
    return expectations.next(method, text -> text.isRequest() && text.method().equals(method));
  }

  /** The next message is a response with this status. */
  public SipText receives(int status) {
    return expectations.next("" + status, text -> text.status() == status);
  }

  /** The next message is a response with one of these. */
  public SipText receivesOneOf(int... statuses) {
    return expectations.next(
        "one of " + Arrays.toString(statuses),
        text -> Arrays.stream(statuses).anyMatch(status -> status == text.status()));
  }

  /** The next message is a response with this status to a request with this method. */
  public SipText receives(int status, String method) {
    return expectations.next(
        status + " " + method, text -> text.status() == status && text.cseqMethod().equals(method));
  }

  /** The next message, whatever it is; fails when none comes. For races with several good ends. */
  public SipText receivesAny() {
    return expectations.next("anything", text -> true);
  }

  /**
   * The next messages are these, in any order.
   *
   * @param words "BYE" for a request, "200 BYE" for a response
   * @return them in the order of the words
   */
  public List<SipText> receivesInAnyOrder(String... words) {
    return expectations.inAnyOrder(List.of(words));
  }

  /** Fails when anything at all comes within this real time. */
  public void receivesNothing(Duration time) {
    expectations.nothing(time);
  }

  /** An error of a test's own that shows the ladder; not thrown. */
  public AssertionError failure(String text) {
    return ladder.failure(text);
  }

  /** Whether no message waits to be received at this moment. */
  public boolean isIdle() {
    return engine.inbox.all().isEmpty();
  }

  void awaitsQuiet(Duration time) {
    engine.inbox.staysQuiet(time);
  }

  List<SipText> unexpected() {
    return engine.inbox.all();
  }
}
