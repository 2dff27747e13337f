package dev.tandem.testkit;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
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

  final String name;
  final Ladder ladder;
  final Shape shape;
  final PhoneIdentity identity;
  final Set<Habit> habits = EnumSet.noneOf(Habit.class);
  final String callIdPrefix = SipText.token(5);
  final Inbox inbox = new Inbox();
  private final Map<String, ClientRequest> clients = new HashMap<>();
  private int branches;
  private final Set<String> forgotten = new HashSet<>(); // branches of requests
  private final List<ServerRequest> servers = new ArrayList<>();
  private final List<PhoneDialog> dialogs = new ArrayList<>();
  private final ChallengeAnswers challengeAnswers;
  private @Nullable Link link;
  private @Nullable PhoneDialog current;
  private String contactUser = "";
  private boolean closing;

  PhoneEngine(String name, Ladder ladder, Shape shape, PhoneIdentity identity) {
    this.name = name;
    this.ladder = ladder;
    this.shape = shape;
    this.identity = identity;
    this.challengeAnswers =
        new ChallengeAnswers(shape, identity, text -> ladder.violation(name, text));
  }

  // The link.

  synchronized void connect(Function<Link.Listener, Link> opener, String user) {
    contactUser = user;
    closing = false;
    if (link != null && shape == Shape.JS_SIP) {
      forgetsTransactions();
    }
    link = opener.apply(this);
  }

  /** JsSIP's transactions end with their connection; its dialogs stay. */
  private void forgetsTransactions() {
    forgotten.addAll(clients.keySet());
    clients.clear();
    servers.clear();
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
  }

  String newBranch() {
    if (habits.contains(Habit.COUNTS_BRANCHES)) {
      return "z9hG4bK" + (1_000_000 + ++branches);
    }
    return shape.isBrowser()
        ? "z9hG4bK" + ThreadLocalRandom.current().nextInt(1_000_000, 10_000_000)
        : SipText.newBranch();
  }

  String via(String branch) {
    String via = "SIP/2.0/" + link().transport() + " " + link().sentBy() + ";branch=" + branch;
    return shape.isBrowser() ? via : via + ";rport";
  }

  // Sending.

  /** A request in a dialog, or one that begins it. */
  synchronized SipText draft(String method, PhoneDialog dialog, int cseq, @Nullable String sdp) {
    String contact =
        switch (method) {
          case INVITE, Sip.UPDATE -> shape.contactInDialog(contactUri());
          case Sip.SUBSCRIBE -> "<" + contactUri() + ">";
          default -> null;
        };
    return shape.request(
        new Shape.Draft(
            method,
            dialog.remoteTarget,
            via(newBranch()),
            dialog.localWithTag(),
            dialog.remoteWithTag(),
            dialog.callId,
            cseq,
            dialog.routes,
            contact,
            sdp),
        0);
  }

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
  }

  private void requestCame(SipText text, Link.Path from) {
    ServerRequest again = find(text, text.method());
    if (again != null && isForgotten(again)) {
      again.from = from;
      respond(again, 500, again.localTag, null, response -> {}, " (auto)");
      return;
    }
    if (again != null) {
      again.from = from;
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

  /**
   * SIP.js's transactions for other requests than INVITE end with their final response (RFC 3261
   * §17.2.2, Timer J over a reliable transport); what comes again has a CSeq that it knows.
   */
  private boolean isForgotten(ServerRequest server) {
    return shape == Shape.SIP_JS
        && server.dialog != null
        && !server.is(INVITE)
        && !server.is(ACK)
        && !server.wantsAnswer();
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
    } else if (!method.equals(ACK) && !method.equals(CANCEL)) {
      if (method.equals(Sip.NOTIFY) && shape == Shape.JS_SIP && dialog.remoteTag == null) {
        ladder.violation(name, "JsSIP refuses a NOTIFY before the 2xx to its SUBSCRIBE");
      }
      int least = shape == Shape.JS_SIP ? dialog.remoteCseq : dialog.remoteCseq + 1;
      if (text.cseqNumber() < least) {
        ladder.violation(name, "CSeq below " + least + ":\n" + text);
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
    if (client == null && forgotten.contains(branch)) {
      return;
    }
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
    if (client.text.method().equals(Sip.SUBSCRIBE) && status / 100 == 2 && client.dialog != null) {
      client.dialog.answered(response);
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
        transmit(client.ackOfRefusal(response), " (auto)");
      }
    } else if (client.ackFor2xx != null && status >= 200) {
      transmit(client.ackFor2xx, " (auto)");
    } else if (dialog != null && status > 100) {
      dialog.answered(response);
    }
  }

  private boolean authenticate(ClientRequest client, SipText response) {
    if (identity.password() == null || habits.contains(Habit.LEAVES_CHALLENGES)) {
      return false;
    }
    SipText again = challengeAnswers.answer(client, response);
    if (again == null) {
      return false;
    }
    int cseq = client.dialog == null ? again.cseqNumber() + 1 : ++client.dialog.localCseq;
    again.set("CSeq", cseq + " " + again.method()).set("Via", via(newBranch()));
    send(new ClientRequest(again, client.dialog, true), " (auto)");
    return true;
  }

  /** The script has taken this message out of the inbox. */
  synchronized void taken(SipText text) {
    for (ServerRequest server : servers) {
      if (server.text == text) {
        server.taken = true;
      }
    }
  }
}
