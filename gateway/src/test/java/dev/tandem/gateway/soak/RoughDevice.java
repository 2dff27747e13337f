package dev.tandem.gateway.soak;

import dev.tandem.testkit.Digest;
import dev.tandem.testkit.RawWebSocket;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A browser that takes everything as it comes: it answers every request, goes on after any loss,
 * and judges only what must never be: an INVITE or a binding that is somebody else's. One call at a
 * time. A script's thread and the thread that reads share it.
 */
final class RoughDevice implements AutoCloseable {
  static final String DOMAIN = "example.test";
  private static final String CONTACT_PARAMETERS = ";transport=ws>;expires=600";

  final String user;
  private final URI uri;
  private final Consumer<String> wrong;
  private final String host = SipText.token(12).toLowerCase(java.util.Locale.ROOT) + ".invalid";
  private final String registrationId = SipText.token(16);
  private @Nullable RawWebSocket socket; // this and what follows: guarded by this
  private int registerCseq;
  private @Nullable SipText invite; // ours, as sent last
  private @Nullable SipText dialog; // a message that has both tags
  private boolean isCaller;
  private int cseq;
  private CountDownLatch registered = new CountDownLatch(1);
  private CountDownLatch answered = new CountDownLatch(1);
  private CountDownLatch over = new CountDownLatch(0);

  /**
   * Makes one that is not connected.
   *
   * @param wrong hears of what must never be
   */
  RoughDevice(String user, URI uri, Consumer<String> wrong) {
    this.user = user;
    this.uri = uri;
    this.wrong = wrong;
  }

  // What a script asks for.

  /** Connects and registers; false when that took more than ten seconds. */
  boolean connects() throws InterruptedException {
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
                    }
                  })
              .connect();
      synchronized (this) {
        socket = made[0];
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

  /** The network is gone: a reset. */
  synchronized void isCut() {
    if (socket != null) {
      socket.reset();
    }
  }

  /** Stays connected and neither reads nor says anything any more. */
  synchronized void fallsSilent() {
    if (socket != null) {
      socket.stopReading();
    }
  }

  synchronized void calls(String target) {
    answered = new CountDownLatch(1);
    over = new CountDownLatch(1);
    dialog = null;
    isCaller = true;
    cseq = 1;
    SipText request =
        request("INVITE", "sip:" + target + "@" + DOMAIN, SipText.token(16), cseq)
            .add("From", "<sip:" + user + "@" + DOMAIN + ">;tag=" + SipText.newTag())
            .add("To", "<sip:" + target + "@" + DOMAIN + ">")
            .add("Contact", contact() + ";transport=ws>")
            .sdp(Sdp.browser());
    invite = request;
    send(request);
  }

  /** Whether the call was answered; false also when it is over without. */
  boolean isAnswered(Duration patience) throws InterruptedException {
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

  boolean isOver(Duration patience) throws InterruptedException {
    return latch(false).await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  synchronized void cancels() {
    SipText sent = invite;
    if (sent != null) {
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
  synchronized void says(String method) {
    SipText known = dialog;
    if (known == null) {
      return;
    }
    String mine = known.header(isCaller ? "From" : "To");
    String theirs = known.header(isCaller ? "To" : "From");
    String target = known.has("Contact") ? known.contactUri() : "sip:" + DOMAIN;
    SipText request =
        request(method, target, known.callId(), ++cseq).add("From", mine).add("To", theirs);
    if (method.equals("INVITE")) {
      request
          .add("Contact", contact() + ";transport=ws>")
          .sdp(Sdp.directed(Sdp.browser(), "sendonly"));
      invite = request;
    } else if (method.equals("INFO")) {
      request.body("application/dtmf-relay", "Signal=5\r\nDuration=100\r\n");
    }
    send(request);
  }

  /** Forgets its call, as a page that was closed. */
  synchronized void forgets() {
    dialog = null;
    over.countDown();
  }

  @Override
  public synchronized void close() {
    if (socket != null) {
      socket.close();
    }
  }

  // What it hears.

  private synchronized void hears(SipText message, RawWebSocket from) {
    if (from != socket) {
      return; // of an earlier connection
    }
    if (message.isRequest()) {
      takes(message);
    } else if (message.cseqMethod().equals("REGISTER")) {
      registers(message);
    } else if (message.cseqMethod().equals("INVITE")) {
      isInvited(message);
    } else if (message.cseqMethod().equals("BYE")) {
      forgets();
    }
  }

  private void takes(SipText request) {
    switch (request.method()) {
      case "ACK" -> {}
      case "INVITE" -> rings(request);
      case "BYE" -> {
        send(answer(request, 200, "OK"));
        SipText known = dialog;
        if (known != null && known.callId().equals(request.callId())) {
          forgets();
        }
      }
      case "CANCEL" -> {
        send(answer(request, 200, "OK"));
        SipText known = dialog;
        if (known != null && known.isRequest() && known.callId().equals(request.callId())) {
          send(answer(known, 487, "Request Terminated"));
          forgets();
        }
      }
      default -> send(answer(request, 200, "OK"));
    }
  }

  private void rings(SipText request) {
    if (!request.requestUri().contains(user + "@")) {
      wrong.accept(user + " gets what is for somebody else:\n" + request);
    }
    boolean again = request.toTag() != null;
    SipText response = answer(request, 200, "OK");
    response.add("Contact", contact() + ";transport=ws>").sdp(Sdp.browser());
    if (!again) {
      send(answer(request, 180, "Ringing"));
      SipText known = request.copy().set("To", response.header("To"));
      dialog = known;
      isCaller = false;
      cseq = 1;
      over = new CountDownLatch(1);
    }
    send(response);
  }

  private SipText answer(SipText request, int status, String reason) {
    SipText response = SipText.response(status, reason);
    request.headers("Via").forEach(via -> response.add("Via", via));
    request.headers("Record-Route").forEach(route -> response.add("Record-Route", route));
    String to = request.header("To");
    return response
        .add("From", request.header("From"))
        .add("To", request.toTag() == null ? to + ";tag=" + host.substring(0, 8) : to)
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
    SipText sent = invite;
    if (sent == null || !sent.callId().equals(response.callId()) || response.status() < 200) {
      return;
    }
    SipText ack =
        request("ACK", sent.requestUri(), sent.callId(), response.cseqNumber())
            .add("From", sent.header("From"))
            .add("To", response.header("To"));
    if (response.status() >= 300) {
      ack.set("Via", sent.header("Via"));
    } else if (response.has("Contact")) {
      ack.startLine("ACK " + response.contactUri() + " SIP/2.0");
    }
    send(ack.add("Content-Length", "0"));
    boolean first = sent.toTag() == null;
    if (response.status() == 407 && !sent.has("Proxy-Authorization")) {
      String credentials = credentials(response, "INVITE", sent.requestUri());
      SipText again = sent.copy().set("CSeq", ++cseq + " INVITE").set("Via", via());
      invite = again.add("Proxy-Authorization", credentials);
      send(again);
    } else if (response.status() < 300 && first) {
      dialog = response;
      answered.countDown();
    } else if (first) {
      forgets();
    }
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
    try {
      if (open != null) {
        if (!message.has("Content-Length")) {
          message.add("Content-Length", "0");
        }
        open.sendText(message.bytes());
      }
    } catch (UncheckedIOException e) {
      open.close(); // the script connects again
    }
  }
}
