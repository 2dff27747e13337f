package dev.tandem.gateway.soak;

import dev.tandem.testkit.Digest;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The same that speaks SIP. What must never be is an INVITE or a binding that is somebody else's.
 * Like SIP.js it keeps its call when the connection drops, and takes it for over as soon as it has
 * said BYE.
 */
final class RoughDevice implements RoughClient {
  static final String DOMAIN = "example.test";
  private static final String CONTACT_PARAMETERS = ";transport=ws>;expires=600";

  /** Its call, or the attempt at one. */
  private static final class Talk {
    private final String callId;
    private final String local; // From or To, with our tag
    private @Nullable String remote; // with theirs, once it is known
    private String target;
    private int cseq;
    private @Nullable SipText sent; // our last INVITE
    private @Nullable SipText rung; // their first
    private @Nullable SipText said; // to it
    private boolean changes; // our re-INVITE has no answer
    private boolean cancelled;
    private boolean up;

    Talk(String callId, String local, String target, int cseq) {
      this.callId = callId;
      this.local = local;
      this.target = target;
      this.cseq = cseq;
    }
  }

  private final String user;
  private final Journal journal;
  private final URI uri;
  private final Consumer<String> wrong;
  private final String host = SipText.token(12).toLowerCase(Locale.ROOT) + ".invalid";
  private final String registrationId = SipText.token(16);
  private @Nullable RawWebSocket socket; // this and what follows: guarded by this
  private @Nullable RawWebSocket before; // which may still be open, and silent
  private int registerCseq;
  private @Nullable Talk talk;
  private boolean slow;
  private CountDownLatch registered = new CountDownLatch(1);
  private CountDownLatch answered = new CountDownLatch(1);
  private CountDownLatch over = new CountDownLatch(0);
  private CountDownLatch pong = new CountDownLatch(0);

  /**
   * Makes one that is not connected.
   *
   * @param wrong hears of what must never be
   */
  RoughDevice(String user, URI uri, Consumer<String> wrong, Journal journal) {
    this.user = user;
    this.uri = uri;
    this.wrong = wrong;
    this.journal = journal;
  }

  @Override
  public String user() {
    return user;
  }

  // What a script asks for.

  @Override
  public boolean connects() throws InterruptedException {
    CountDownLatch done;
    synchronized (this) {
      registered = new CountDownLatch(1);
      done = registered;
    }
    try {
      RawWebSocket[] made = new RawWebSocket[1];
      CountDownLatch ready = new CountDownLatch(1);
      made[0] =
          RawWebSocket.to(uri)
              .origin("http://" + uri.getAuthority())
              .subprotocol("sip")
              .onFrame(
                  frame -> {
                    awaitQuietly(ready);
                    if (frame.opcode() == RawWebSocket.TEXT) {
                      hears(SipText.parse(frame.text()), made[0]);
                    } else if (frame.opcode() == RawWebSocket.PONG) {
                      hearsPong();
                    }
                  })
              .connect();
      synchronized (this) {
        if (before != null) {
          before.close();
        }
        before = socket;
        socket = made[0];
        journal.notes("connects");
      }
      ready.countDown();
      register(600, null);
    } catch (UncheckedIOException | AssertionError e) {
      return false; // the gateway was too busy, or the connection was cut: the script tries again
    }
    return done.await(10, TimeUnit.SECONDS);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void isCut() {
    journal.notes("is cut");
    if (socket != null && !socket.hasEnded()) {
      socket.reset();
    }
  }

  @Override
  public synchronized void fallsSilent() {
    journal.notes("falls silent");
    if (socket != null) {
      socket.stopReading();
    }
  }

  synchronized boolean isConnected() {
    return socket != null && !socket.hasEnded();
  }

  /** Comes back when the gateway has read what was said before; at once when it cannot. */
  void settle() throws InterruptedException {
    CountDownLatch came = new CountDownLatch(1);
    RawWebSocket open;
    synchronized (this) {
      open = socket;
      pong = came;
    }
    if (open == null || open.hasEnded()) {
      return;
    }
    try {
      open.sendPing("settle");
    } catch (UncheckedIOException e) {
      return; // it has just ended
    }
    while (!came.await(20, TimeUnit.MILLISECONDS) && !open.hasEnded()) {
      Thread.onSpinWait();
    }
  }

  private synchronized void hearsPong() {
    pong.countDown();
  }

  @Override
  public synchronized void calls(String target) {
    answered = new CountDownLatch(1);
    over = new CountDownLatch(1);
    String from = "<sip:" + user + "@" + DOMAIN + ">;tag=" + SipText.newTag();
    Talk next = new Talk(SipText.token(16), from, "sip:" + target + "@" + DOMAIN, 1);
    talk = next;
    next.sent =
        request("INVITE", next.target, next.callId, 1)
            .add("From", from)
            .add("To", "<" + next.target + ">")
            .add("Contact", contact() + ";transport=ws>")
            .sdp(Sdp.browser());
    send(next.sent);
  }

  @Override
  public boolean isAnswered(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < until) {
      if (latch(true).await(50, TimeUnit.MILLISECONDS)) {
        return true;
      }
      if (latch(false).getCount() == 0) {
        return false;
      }
    }
    return false;
  }

  private synchronized CountDownLatch latch(boolean ofAnswer) {
    return ofAnswer ? answered : over;
  }

  @Override
  public boolean isOver(Duration patience) throws InterruptedException {
    return latch(false).await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether it has a call, or attempts one. */
  synchronized boolean isBusy() {
    return talk != null;
  }

  /** Whether it rings until {@link #picksUp}. */
  synchronized void slow(boolean now) {
    slow = now;
  }

  synchronized void picksUp() {
    Talk known = talk;
    if (known != null && known.rung != null && !known.up) {
      known.up = true;
      known.said = described(answer(known.rung, 200, "OK", known));
      send(known.said);
    }
  }

  /** Leaves its call in the way that it can, and knows nothing of it then. */
  synchronized void leaves() {
    Talk known = talk;
    if (known == null) {
      return;
    }
    if (known.up) {
      says("BYE");
    } else if (known.rung == null) {
      cancels();
    } else {
      send(answer(known.rung, 603, "Decline", known));
      isOver();
    }
  }

  @Override
  public synchronized void cancels() {
    Talk known = talk;
    SipText sent = known == null ? null : known.sent;
    if (known != null && sent != null && !known.up) {
      known.cancelled = true;
      send(
          SipText.request("CANCEL", sent.requestUri())
              .add("Via", sent.header("Via"))
              .add("Max-Forwards", "70")
              .add("From", sent.header("From"))
              .add("To", sent.header("To"))
              .add("Call-ID", sent.callId())
              .add("CSeq", sent.cseqNumber() + " CANCEL")
              .add("Content-Length", "0"));
    }
  }

  /** BYE, INFO or a re-INVITE in its call, if it has one. */
  private void says(String method) {
    Talk known = talk;
    if (known == null || !known.up || known.remote == null) {
      return;
    }
    SipText request =
        request(method, known.target, known.callId, ++known.cseq)
            .add("From", known.local)
            .add("To", known.remote);
    if (method.equals("INVITE")) {
      request
          .add("Contact", contact() + ";transport=ws>")
          .sdp(Sdp.directed(Sdp.browser(), "sendonly"));
      known.sent = request;
      known.changes = true;
    } else if (method.equals("INFO")) {
      request.body("application/dtmf-relay", "Signal=5\r\nDuration=100\r\n");
    } else if (method.equals("BYE")) {
      talk = null;
    }
    send(request);
  }

  @Override
  public synchronized void changes() {
    says("INVITE");
  }

  @Override
  public synchronized void presses() {
    says("INFO");
  }

  @Override
  public synchronized void hangsUp() {
    says("BYE");
  }

  @Override
  public synchronized void forgets() {
    isOver();
  }

  private void isOver() {
    journal.notes("has no call any more");
    talk = null;
    over.countDown();
  }

  @Override
  public synchronized void close() {
    if (before != null) {
      before.close();
    }
    if (socket != null) {
      socket.close();
    }
  }

  // What it hears.

  private synchronized void hears(SipText message, RawWebSocket from) {
    if (from != socket) {
      return; // of an earlier connection
    }
    journal.notes("<-", message);
    if (message.isRequest()) {
      takes(message);
    } else if (message.cseqMethod().equals("REGISTER")) {
      registers(message);
    } else if (message.cseqMethod().equals("INVITE")) {
      isInvited(message);
    } else if (message.cseqMethod().equals("BYE")) {
      over.countDown();
    }
  }

  private void takes(SipText request) {
    Talk known = talk;
    boolean ours = known != null && known.callId.equals(request.callId());
    switch (request.method()) {
      case "ACK" -> {}
      case "INVITE" -> {
        if (request.toTag() == null) {
          rings(request);
        } else if (!ours) {
          send(answer(request, 481, "Unknown", null));
        } else {
          isOffered(request, known);
        }
      }
      case "CANCEL" -> {
        send(answer(request, ours ? 200 : 481, "OK", known));
        if (ours && known.rung != null && !known.up) {
          send(answer(known.rung, 487, "Request Terminated", known));
          isOver();
        }
      }
      case "BYE" -> {
        send(answer(request, ours ? 200 : 481, "OK", known));
        if (ours) {
          isOver();
        }
      }
      default -> send(answer(request, ours ? 200 : 481, "OK", known));
    }
  }

  private void rings(SipText request) {
    if (!request.requestUri().contains(user + "@")) {
      wrong.accept(user + " gets what is for somebody else:\n" + request);
    }
    Talk known = talk;
    if (known != null && known.callId.equals(request.callId())) {
      known.rung = request;
      send(
          known.up
              ? described(answer(request, 200, "OK", known))
              : answer(request, 180, "", known));
      return;
    }
    String to = request.header("To") + ";tag=" + SipText.newTag();
    Talk next = new Talk(request.callId(), to, request.contactUri(), 0);
    next.remote = request.header("From");
    next.rung = request;
    if (known != null) {
      send(answer(request, 486, "Busy Here", next));
      return;
    }
    talk = next;
    over = new CountDownLatch(1);
    send(answer(request, 180, "Ringing", next));
    if (!slow) {
      picksUp();
    }
  }

  private void isOffered(SipText request, Talk known) {
    send(
        known.changes
            ? answer(request, 491, "Request Pending", known)
            : described(answer(request, 200, "OK", known)));
  }

  private SipText described(SipText response) {
    return response.add("Contact", contact() + ";transport=ws>").sdp(Sdp.browser());
  }

  private static SipText answer(SipText request, int status, String reason, @Nullable Talk inside) {
    SipText response = SipText.response(status, reason.isEmpty() ? "Ringing" : reason);
    request.headers("Via").forEach(via -> response.add("Via", via));
    request.headers("Record-Route").forEach(route -> response.add("Record-Route", route));
    String to = request.header("To");
    return response
        .add("From", request.header("From"))
        .add("To", request.toTag() == null && inside != null ? inside.local : to)
        .add("Call-ID", request.callId())
        .add("CSeq", request.header("CSeq"))
        .add("Content-Length", "0");
  }

  private void registers(SipText response) {
    if (response.status() == 401 && response.cseqNumber() % 2 == 1) {
      register(600, credentials(response, "REGISTER", "sip:" + DOMAIN));
    } else if (response.status() == 200) {
      for (String bound : response.values("Contact")) {
        if (!bound.contains("sip:" + user + "@")) {
          wrong.accept(user + " is bound to somebody else's device:\n" + response);
        }
      }
      registered.countDown();
    }
  }

  private void isInvited(SipText response) {
    if (response.status() < 200) {
      return;
    }
    Talk known = talk;
    SipText sent = known == null ? null : known.sent;
    boolean ours = sent != null && sent.callId().equals(response.callId());
    send(ack(response, ours ? sent : null));
    if (!ours) {
      if (response.status() < 300) {
        send(bye(response)); // it was given up meanwhile
      }
      return;
    }
    boolean first = sent.toTag() == null;
    if (response.status() == 407 && !sent.has("Proxy-Authorization") && !known.cancelled) {
      String credentials = credentials(response, "INVITE", sent.requestUri());
      known.cseq++;
      SipText again = sent.copy().set("CSeq", known.cseq + " INVITE").set("Via", via());
      known.sent = again.add("Proxy-Authorization", credentials);
      send(known.sent);
    } else if (!first) {
      known.changes = false;
    } else if (response.status() < 300) {
      known.up = true;
      known.remote = response.header("To");
      known.target = response.contactUri();
      answered.countDown();
      if (known.cancelled) {
        says("BYE");
      }
    } else {
      isOver();
    }
  }

  private SipText ack(SipText response, @Nullable SipText invite) {
    boolean accepted = response.status() < 300 && response.has("Contact");
    String target = accepted ? response.contactUri() : "sip:" + DOMAIN;
    SipText ack =
        request("ACK", target, response.callId(), response.cseqNumber())
            .add("From", response.header("From"))
            .add("To", response.header("To"));
    if (response.status() >= 300) {
      ack.set("Via", response.headers("Via").get(0));
      if (invite != null) {
        ack.startLine("ACK " + invite.requestUri() + " SIP/2.0");
      }
    }
    return ack.add("Content-Length", "0");
  }

  private SipText bye(SipText response) {
    String target = response.has("Contact") ? response.contactUri() : "sip:" + DOMAIN;
    return request("BYE", target, response.callId(), response.cseqNumber() + 1)
        .add("From", response.header("From"))
        .add("To", response.header("To"));
  }

  // How it writes.

  private synchronized void register(int expires, @Nullable String credentials) {
    SipText request =
        request("REGISTER", "sip:" + DOMAIN, registrationId, ++registerCseq)
            .add("From", "<sip:" + user + "@" + DOMAIN + ">;tag=" + SipText.newTag())
            .add("To", "<sip:" + user + "@" + DOMAIN + ">")
            .add("Contact", contact() + CONTACT_PARAMETERS.replace("600", "" + expires))
            .add("Content-Length", "0");
    if (credentials == null) {
      registerCseq += registerCseq % 2 == 0 ? 1 : 0; // without are odd, with are even
      request.set("CSeq", registerCseq + " REGISTER");
    } else {
      request.add("Authorization", credentials);
    }
    send(request);
  }

  private String credentials(SipText response, String method, String target) {
    String header = response.status() == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
    var offered = response.headers(header);
    return Digest.authorization(
        Digest.Challenge.parse(offered.get(offered.size() - 1)), user, "secret", method, target, 1);
  }

  private SipText request(String method, String target, String callId, int number) {
    return SipText.request(method, target)
        .add("Via", via())
        .add("Max-Forwards", "70")
        .add("Call-ID", callId)
        .add("CSeq", number + " " + method);
  }

  private String via() {
    return "SIP/2.0/WS " + host + ";branch=" + SipText.newBranch();
  }

  private String contact() {
    return "<sip:" + user + "@" + host;
  }

  private void send(SipText message) {
    RawWebSocket open = socket;
    journal.notes("->", message);
    try {
      if (open != null) {
        if (!message.has("Content-Length")) {
          message.add("Content-Length", "0");
        }
        open.sendText(message.bytes());
      }
    } catch (UncheckedIOException e) {
      journal.notes("cannot send");
      open.close(); // the script connects again
    }
  }
}
