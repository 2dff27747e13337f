package dev.tandem.testkit;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a phone does by itself, as every client's transaction layer does: 100 to an INVITE, 200 to a
 * CANCEL, ACK to a refusal, an answer to a challenge, ACK again when a 2xx comes again. All else
 * waits in the inbox for the script. Guarded by its own monitor.
 */
final class PhoneEngine implements Link.Listener {

  /** A request of ours. */
  static final class ClientRequest {
    final SipText text;
    final @Nullable PhoneDialog dialog;
    final boolean triedPassword;
    @Nullable SipText ackFor2xx;

    ClientRequest(SipText text, @Nullable PhoneDialog dialog, boolean triedPassword) {
      this.text = text;
      this.dialog = dialog;
      this.triedPassword = triedPassword;
    }
  }

  /** A request of the gateway's. */
  static final class ServerRequest {
    final SipText text;
    final Link.Path from;
    final String localTag;
    final @Nullable PhoneDialog dialog;
    @Nullable SipText lastResponse;
    boolean taken;

    ServerRequest(SipText text, Link.Path from, String localTag, @Nullable PhoneDialog dialog) {
      this.text = text;
      this.from = from;
      this.localTag = localTag;
      this.dialog = dialog;
    }

    boolean wantsAnswer() {
      return !text.method().equals(ACK)
          && !text.method().equals(CANCEL)
          && (lastResponse == null || lastResponse.status() < 200);
    }
  }

  final String name;
  final Ladder ladder;
  final Shape shape;
  final PhoneIdentity identity;
  final Set<Habit> habits = EnumSet.noneOf(Habit.class);
  final String callIdPrefix = SipText.token(5);
  private final Deque<SipText> inbox = new ArrayDeque<>();
  private final Map<String, ClientRequest> clients = new HashMap<>();
  private final List<ServerRequest> servers = new ArrayList<>();
  private final List<PhoneDialog> dialogs = new ArrayList<>();
  private final Map<String, Integer> nonceUses = new HashMap<>();
  private @Nullable Link link;
  private @Nullable PhoneDialog current;
  private String contactUser = "";
  private boolean closing;

  PhoneEngine(String name, Ladder ladder, Shape shape, PhoneIdentity identity) {
    this.name = name;
    this.ladder = ladder;
    this.shape = shape;
    this.identity = identity;
  }

  // The link.

  synchronized void connect(Function<Link.Listener, Link> opener, String user) {
    contactUser = user;
    closing = false;
    link = opener.apply(this);
  }

  synchronized Link link() {
    if (link == null) {
      throw new IllegalStateException(name + " is not connected");
    }
    return link;
  }

  synchronized void closes() {
    closing = true;
  }

  @Override
  public synchronized void remarked(String remark) {
    ladder.note(name, remark);
  }

  @Override
  public synchronized void ended() {
    if (!closing) {
      ladder.note(name, "connection ended");
    }
    notifyAll();
  }

  String newBranch() {
    return shape.isBrowser()
        ? "z9hG4bK" + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000)
        : SipText.newBranch();
  }

  String via(String branch) {
    String via = "SIP/2.0/" + link().transport() + " " + link().sentBy() + ";branch=" + branch;
    return shape.isBrowser() ? via : via + ";rport";
  }

  // Sending.

  /** Sends a request; its responses belong to the dialog, if it has one. */
  synchronized void send(SipText request, @Nullable PhoneDialog dialog) {
    send(new ClientRequest(request, dialog, false), "");
  }

  private void send(ClientRequest request, String mark) {
    String method = request.text.method();
    if (!method.equals(ACK) && !method.equals(CANCEL)) {
      String branch = request.text.branch();
      clients.put(branch == null ? "" : branch, request);
    }
    if (method.equals(INVITE) && request.dialog != null) {
      request.dialog.invite = request.text;
    }
    transmit(request.text, mark);
  }

  /** By the first Route, or else the Request-URI (RFC 3261 §8.1.2). */
  private void transmit(SipText request, String mark) {
    List<String> routes = request.values("Route");
    String next = routes.isEmpty() ? request.requestUri() : SipText.uriOf(routes.get(0));
    ladder.message(name, true, request, mark);
    link().pathTo(next).send(request.bytes());
  }

  /** The ACK for a 2xx to the last INVITE of a dialog; it is kept for when the 2xx comes again. */
  synchronized void sendAck(SipText ack, PhoneDialog dialog) {
    SipText invite = dialog.invite;
    ClientRequest client = invite == null ? null : clients.get(invite.branch());
    if (client != null) {
      client.ackFor2xx = ack;
    }
    transmit(ack, "");
  }

  synchronized SipText respond(
      ServerRequest server,
      int status,
      @Nullable String toTag,
      @Nullable String sdp,
      Consumer<SipText> change,
      String mark) {
    String method = server.text.method();
    boolean contact = method.equals(INVITE) || method.equals(Sip.UPDATE);
    SipText response =
        shape.response(
            server.text,
            status,
            Reasons.of(status),
            toTag,
            contact ? "<" + contactUri() + ">" : null,
            sdp);
    InetSocketAddress peer = server.from.peerForVia();
    String via = response.headers("Via").get(0);
    if (peer != null && via.matches(".*;\\s*rport(;.*|\\s*)")) {
      String received =
          "rport=" + peer.getPort() + ";received=" + peer.getAddress().getHostAddress();
      response.setFirst("Via", via.replaceFirst(";\\s*rport", ";" + received));
    }
    change.accept(response);
    server.lastResponse = response;
    ladder.message(name, true, response, mark);
    server.from.send(response.bytes());
    return response;
  }

  synchronized void repeat(ServerRequest server) {
    SipText response = server.lastResponse;
    if (response != null) {
      ladder.message(name, true, response, " (again)");
      server.from.send(response.bytes());
    }
  }

  String contactUri() {
    String transport = link().transport();
    String parameter =
        shape.isBrowser() ? ";transport=ws" : transport.equals("TCP") ? ";transport=tcp" : "";
    return "sip:" + contactUser + "@" + link().sentBy() + parameter;
  }

  // Dialogs.

  synchronized PhoneDialog current() {
    if (current == null) {
      throw ladder.failure(name + " has no dialog");
    }
    return current;
  }

  synchronized void turnTo(PhoneDialog dialog) {
    current = dialog;
    if (!dialogs.contains(dialog)) {
      dialogs.add(dialog);
    }
  }

  /** A second dialog by the same INVITE; the first stays the current one. */
  synchronized void addFork(PhoneDialog dialog) {
    dialogs.add(dialog);
  }

  synchronized @Nullable PhoneDialog dialogOf(SipText message) {
    for (int i = dialogs.size() - 1; i >= 0; i--) {
      if (dialogs.get(i).owns(message)) {
        return dialogs.get(i);
      }
    }
    return null;
  }

  /** The last request that the script has received and not answered. */
  synchronized ServerRequest unanswered(@Nullable String method) {
    for (int i = servers.size() - 1; i >= 0; i--) {
      ServerRequest server = servers.get(i);
      boolean wanted = method == null || method.equals(server.text.method());
      if (server.taken && wanted && server.wantsAnswer()) {
        return server;
      }
    }
    throw ladder.failure(
        name
            + " has received no "
            + (method == null ? "request" : method)
            + " that waits for an answer");
  }

  synchronized ServerRequest serverOf(SipText request) {
    for (ServerRequest server : servers) {
      if (server.text == request) {
        return server;
      }
    }
    throw new IllegalArgumentException("not a request that " + name + " received:\n" + request);
  }

  // Receiving.

  @Override
  public synchronized void received(byte[] message, Link.Path from) {
    SipText text;
    try {
      text = SipText.parse(message);
    } catch (IllegalArgumentException e) {
      ladder.violation(name, e.getMessage() + " in\n" + new String(message, SipText.CHARSET));
      return;
    }
    ladder.message(name, false, text, "");
    List<String> problems =
        Sanity.problems(text, shape, link().sentBy(), contactUser, callIdPrefix);
    problems.forEach(problem -> ladder.violation(name, problem + ", in\n" + text));
    if (problems.isEmpty()) {
      if (text.isRequest()) {
        requestCame(text, from);
      } else {
        responseCame(text);
      }
    }
    notifyAll();
  }

  private void requestCame(SipText text, Link.Path from) {
    ServerRequest again = find(text, text.method());
    if (again != null) {
      if (!text.method().equals(ACK) && !habits.contains(Habit.NEVER_RESPONDS)) {
        repeat(again);
      }
      inbox.add(text);
      return;
    }
    ServerRequest server = newServer(text, from);
    servers.add(server);
    if (text.method().equals(CANCEL)) {
      cancelCame(server);
    } else if (text.method().equals(INVITE) && !habits.contains(Habit.NEVER_RESPONDS)) {
      respond(server, 100, null, null, response -> {}, " (auto)");
    }
    inbox.add(text);
  }

  private ServerRequest newServer(SipText text, Link.Path from) {
    String method = text.method();
    String toTag = text.toTag();
    if (toTag == null) {
      String localTag = SipText.newTag();
      if (!method.equals(INVITE)) {
        return new ServerRequest(text, from, localTag, null);
      }
      PhoneDialog dialog = PhoneDialog.asCallee(text, localTag);
      turnTo(dialog);
      return new ServerRequest(text, from, localTag, dialog);
    }
    PhoneDialog dialog = dialogOf(text);
    if (dialog == null) {
      ladder.violation(name, "a request in a dialog that is not there:\n" + text);
    } else if (!method.equals(ACK)) {
      if (text.cseqNumber() <= dialog.remoteCseq) {
        ladder.violation(name, "CSeq not above " + dialog.remoteCseq + ":\n" + text);
      }
      dialog.remoteCseq = text.cseqNumber();
      if (method.equals(INVITE) || method.equals(Sip.UPDATE)) {
        dialog.remoteTarget = text.has("Contact") ? text.contactUri() : dialog.remoteTarget;
      }
    }
    return new ServerRequest(text, from, toTag, dialog);
  }

  private void cancelCame(ServerRequest cancel) {
    if (habits.contains(Habit.NEVER_RESPONDS)) {
      return;
    }
    ServerRequest invite = find(cancel.text, INVITE);
    if (invite == null) {
      respond(cancel, 481, cancel.localTag, null, response -> {}, " (auto)");
      ladder.violation(name, "CANCEL of nothing:\n" + cancel.text);
      return;
    }
    respond(cancel, 200, invite.localTag, null, response -> {}, " (auto)");
    if (habits.contains(Habit.ANSWERS_AFTER_CANCEL) && invite.wantsAnswer()) {
      String sdp = shape.sdp();
      respond(invite, 200, invite.localTag, sdp, response -> {}, " (auto)");
    }
  }

  private @Nullable ServerRequest find(SipText text, String method) {
    for (ServerRequest server : servers) {
      if (method.equals(server.text.method())
          && Objects.equals(text.branch(), server.text.branch())) {
        return server;
      }
    }
    return null;
  }

  private void responseCame(SipText response) {
    String branch = response.branch();
    ClientRequest client = branch == null ? null : clients.get(branch);
    if (response.cseqMethod().equals(CANCEL)) {
      inbox.add(response);
      return;
    }
    if (client == null || !client.text.header("CSeq").equals(response.header("CSeq"))) {
      ladder.violation(name, "a response to nothing:\n" + response);
      return;
    }
    int status = response.status();
    if (client.text.method().equals(INVITE)) {
      inviteAnswered(client, response);
    }
    boolean challenge = status == 401 || status == 407;
    if (challenge && authenticate(client, response)) {
      return;
    }
    if (status != 100 || habits.contains(Habit.SEES_TRYING)) {
      inbox.add(response);
    }
  }

  private void inviteAnswered(ClientRequest client, SipText response) {
    int status = response.status();
    PhoneDialog dialog = client.dialog;
    if (status >= 300) {
      if (!habits.contains(Habit.DROPS_ACK)) {
        transmit(ackOfRefusal(client.text, response), " (auto)");
      }
    } else if (client.ackFor2xx != null && status >= 200) {
      transmit(client.ackFor2xx, " (auto)");
    } else if (dialog != null && status > 100) {
      dialog.answered(response);
    }
  }

  /** ACK in the INVITE's own transaction (RFC 3261 §17.1.1.3). */
  private static SipText ackOfRefusal(SipText invite, SipText response) {
    SipText ack = SipText.request(ACK, invite.requestUri());
    invite.headers("Route").forEach(route -> ack.add("Route", route));
    return ack.add("Via", invite.header("Via"))
        .add("To", response.header("To"))
        .add("From", invite.header("From"))
        .add("Call-ID", invite.callId())
        .add("CSeq", invite.cseqNumber() + " " + ACK)
        .add("Max-Forwards", "70")
        .add("Content-Length", "0");
  }

  /** Once, or twice when the second challenge says stale; as both browser libraries do. */
  private boolean authenticate(ClientRequest client, SipText response) {
    boolean proxy = response.status() == 407;
    String password = identity.password();
    if (password == null || habits.contains(Habit.LEAVES_CHALLENGES)) {
      return false;
    }
    Digest.Challenge challenge =
        choose(response.headers(proxy ? "Proxy-Authenticate" : "WWW-Authenticate"));
    if (challenge == null || (client.triedPassword && !challenge.isStale())) {
      return false;
    }
    int use = nonceUses.merge(challenge.get("nonce"), 1, Integer::sum);
    SipText again = client.text.copy();
    int cseq = client.dialog == null ? again.cseqNumber() + 1 : ++client.dialog.localCseq;
    String header = proxy ? "Proxy-Authorization" : "Authorization";
    again
        .set("CSeq", cseq + " " + again.method())
        .set("Via", via(newBranch()))
        .remove(header)
        .addAfter(
            "Max-Forwards",
            header,
            Digest.authorization(
                challenge, identity.user(), password, again.method(), again.requestUri(), use));
    send(new ClientRequest(again, client.dialog, true), " (auto)");
    return true;
  }

  /** Browsers read the last line only (their parsers overwrite), and give up unless it is MD5. */
  private Digest.@Nullable Challenge choose(List<String> challenges) {
    List<Digest.Challenge> parsed = challenges.stream().map(Digest.Challenge::parse).toList();
    if (parsed.isEmpty()) {
      ladder.violation(name, "401 or 407 without a challenge");
      return null;
    }
    if (shape.isBrowser()) {
      Digest.Challenge last = parsed.get(parsed.size() - 1);
      if (!last.algorithm().equals("MD5")) {
        ladder.violation(name, "the last challenge is not MD5, so browsers give up");
        return null;
      }
      return last;
    }
    return parsed.stream()
        .filter(challenge -> challenge.algorithm().equals("SHA-256"))
        .findFirst()
        .orElse(parsed.get(0));
  }

  // The inbox.

  /** The first message that waits, and is taken out; null when none comes in time. */
  synchronized @Nullable SipText take(Duration patience) {
    if (staysQuiet(patience)) {
      return null;
    }
    SipText text = inbox.remove();
    for (ServerRequest server : servers) {
      if (server.text == text) {
        server.taken = true;
      }
    }
    return text;
  }

  /** Waits until the inbox has something; true when it still has nothing in the end. */
  synchronized boolean staysQuiet(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (inbox.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return true;
      }
      try {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
    return false;
  }

  synchronized List<SipText> inbox() {
    return List.copyOf(inbox);
  }
}
