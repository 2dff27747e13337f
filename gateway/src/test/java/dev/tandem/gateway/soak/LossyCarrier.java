package dev.tandem.gateway.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A carrier by UDP that answers most calls, and whose network loses packets both ways. It keeps its
 * calls as RFC 3261 wants it: what is not acknowledged is said again, and of a call that is over it
 * knows nothing. Thread-safe.
 */
final class LossyCarrier implements AutoCloseable {
  private static final int MOST_LINES = 1000;
  private static final int MOST_REPEATS = 11; // as often as there are intervals in 64*T1

  private final DatagramSocket socket;
  private final Journal journal;
  private final Random random = new Random(5);
  private final Map<String, Line> lines =
      new LinkedHashMap<>() { // by Call-ID; this and what follows: guarded by this
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Line> eldest) {
          return size() > MOST_LINES;
        }
      };
  private double loss;
  private boolean silent;
  private boolean slow;
  private @Nullable CountDownLatch echo;

  /** A call that it has, or had. */
  private static final class Line {
    private final boolean ours; // we are the caller
    private final SipText invite; // that began it
    private final SocketAddress peer;
    private String local;
    private String remote;
    private String target;
    private SipText said; // last to the INVITE, or the ACK to its answer
    private @Nullable SipText asked; // is repeated until it has an answer
    private boolean waitsForAck;
    private boolean up;
    private boolean cancelled;
    private int repeats;

    Line(boolean ours, SipText invite, SocketAddress peer, SipText said) {
      this.ours = ours;
      this.invite = invite;
      this.peer = peer;
      this.said = said;
      this.local = ours ? invite.header("From") : said.header("To");
      this.remote = ours ? invite.header("To") : invite.header("From");
      this.target = ours ? invite.requestUri() : invite.contactUri();
    }
  }

  LossyCarrier(String host, double loss, Journal journal) {
    this.loss = loss;
    this.journal = journal;
    try {
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::run, "lossy carrier");
    thread.setDaemon(true);
    thread.start();
  }

  String address() {
    return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
  }

  // How its network is, and what it does.

  synchronized void silent(boolean now) {
    silent = now;
  }

  synchronized void loses(double share) {
    loss = share;
  }

  /** Whether it rings until {@link #picksUp}. */
  synchronized void slow(boolean now) {
    slow = now;
  }

  synchronized void picksUp() {
    for (Line line : lines.values()) {
      if (!line.ours && line.said.status() == 180) {
        says(line, 200, "OK");
      }
    }
  }

  /** Calls a user of the gateway's. */
  synchronized void calls(String user, InetSocketAddress gateway) {
    SipText invite =
        request("INVITE", "sip:" + user + "@example.test", SipText.token(16), 1)
            .add("From", "<sip:+4930901820@carrier.test>;tag=" + SipText.newTag())
            .add("To", "<sip:" + user + "@example.test>")
            .add("Contact", "<sip:" + address() + ">")
            .sdp(Sdp.rtp());
    Line line = new Line(true, invite, gateway, invite);
    line.asked = invite;
    lines.put(invite.callId(), line);
    send(invite, gateway);
  }

  /** Leaves the calls that it has made, in the way that it can. */
  synchronized void leavesItsOwn() {
    for (Line line : lines.values()) {
      if (line.ours && line.up) {
        hangsUp(line);
      } else if (line.ours) {
        line.cancelled = true; // said when it has rung; a 2xx is hung up
        cancels(line);
      }
    }
  }

  synchronized void hangsUp() {
    for (Line line : lines.values()) {
      if (line.up && !line.waitsForAck) {
        hangsUp(line);
      }
    }
  }

  private void hangsUp(Line line) {
    line.up = false;
    line.repeats = 0;
    SipText bye =
        request("BYE", line.target, line.invite.callId(), 2)
            .add("From", line.local)
            .add("To", line.remote)
            .add("Content-Length", "0");
    line.asked = bye;
    send(bye, line.peer);
  }

  private void cancels(Line line) {
    SipText invite = line.invite;
    if (line.asked == null && line.said == invite) {
      send(
          SipText.request("CANCEL", invite.requestUri())
              .add("Via", invite.header("Via"))
              .add("Max-Forwards", "70")
              .add("From", invite.header("From"))
              .add("To", invite.header("To"))
              .add("Call-ID", invite.callId())
              .add("CSeq", "1 CANCEL")
              .add("Content-Length", "0"),
          line.peer);
    }
  }

  /** Half a second has passed: what had no answer is said again. */
  synchronized void repeats() {
    for (Line line : lines.values()) {
      SipText asked = line.asked;
      boolean again = line.waitsForAck || asked != null;
      if (again && ++line.repeats > MOST_REPEATS) {
        line.waitsForAck = false;
        line.up = false;
        line.asked = null;
      } else if (again) {
        send(asked == null ? line.said : asked, line.peer);
      } else if (line.cancelled) {
        cancels(line);
      }
    }
  }

  /** Comes back when it has read what has arrived. */
  void settle() throws InterruptedException {
    CountDownLatch came = new CountDownLatch(1);
    synchronized (this) {
      echo = came;
      transmit(new byte[] {' '}, socket.getLocalSocketAddress());
    }
    if (!came.await(3, TimeUnit.SECONDS)) {
      throw new AssertionError("a datagram to ourselves did not come");
    }
  }

  private boolean isLost() {
    return silent || random.nextDouble() < loss;
  }

  // What it hears.

  private void run() {
    byte[] buffer = new byte[65_535];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        takes(new String(buffer, 0, packet.getLength(), ISO_8859_1), packet.getSocketAddress());
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private synchronized void takes(String text, SocketAddress from) {
    if (text.isBlank()) {
      CountDownLatch asked = echo;
      if (asked != null && from.equals(socket.getLocalSocketAddress())) {
        asked.countDown();
      }
      return;
    }
    SipText message = SipText.parse(text);
    boolean lost = isLost();
    journal.notes(lost ? "<x" : "<-", message);
    Line line = lines.get(message.callId());
    if (lost) {
      return;
    }
    if (message.isResponse()) {
      if (line != null) {
        isAnswered(message, line);
      }
    } else if (message.method().equals("INVITE") && message.toTag() == null) {
      isCalled(message, line, from);
    } else {
      isAsked(message, line, from);
    }
  }

  private void isCalled(SipText invite, @Nullable Line known, SocketAddress from) {
    if (known != null && known.invite.branch().equals(invite.branch())) {
      send(known.said, from);
      return;
    }
    Line line = new Line(false, invite, from, answer(invite, 180, "Ringing"));
    lines.put(invite.callId(), line);
    send(line.said, from);
    if (Math.floorMod(invite.callId().hashCode(), 7) == 0) {
      says(line, 486, "Busy Here");
    } else if (!slow) {
      says(line, 200, "OK");
    }
  }

  private void says(Line line, int status, String reason) {
    SipText answer = answer(line.invite, status, reason);
    line.said = status >= 300 ? answer : described(answer);
    line.up = status < 300;
    line.waitsForAck = true;
    line.repeats = 0;
    send(line.said, line.peer);
  }

  private void isAnswered(SipText response, Line line) {
    int status = response.status();
    if (response.cseqMethod().equals("BYE")) {
      line.asked = null;
    } else if (response.cseqMethod().equals("INVITE")) {
      if (line.asked == line.invite) {
        line.asked = null;
      }
      if (status >= 200 && line.said != line.invite) {
        send(line.said, line.peer); // its ACK was lost
      } else if (status >= 200) {
        line.remote = response.header("To");
        line.target = status < 300 ? response.contactUri() : line.target;
        line.said = ack(response, line);
        line.up = status < 300;
        send(line.said, line.peer);
        if (line.up && line.cancelled) {
          hangsUp(line);
        }
      }
    }
  }

  private SipText ack(SipText response, Line line) {
    SipText ack =
        request("ACK", line.target, line.invite.callId(), 1)
            .add("From", line.local)
            .add("To", line.remote)
            .add("Content-Length", "0");
    return response.status() < 300 ? ack : ack.set("Via", line.invite.header("Via"));
  }

  private void isAsked(SipText request, @Nullable Line line, SocketAddress from) {
    switch (request.method()) {
      case "ACK" -> {
        if (line != null) {
          line.waitsForAck = false;
        }
      }
      case "CANCEL" -> {
        send(line == null ? answer(request, 481, "Unknown") : answer(request, 200, "OK"), from);
        if (line != null && !line.ours && line.said.status() == 180) {
          says(line, 487, "Request Terminated");
        }
      }
      case "BYE" -> {
        send(line == null ? answer(request, 481, "Unknown") : answer(request, 200, "OK"), from);
        if (line != null) {
          line.up = false;
          line.waitsForAck = false;
        }
      }
      default -> {
        SipText answer =
            line != null && line.up ? answer(request, 200, "OK") : answer(request, 481, "Unknown");
        boolean invited = request.method().equals("INVITE") && answer.status() < 300;
        send(invited ? described(answer) : answer, from);
      }
    }
  }

  // How it writes.

  private SipText described(SipText answer) {
    return answer.add("Contact", "<sip:" + address() + ">").sdp(Sdp.rtp());
  }

  private static SipText answer(SipText request, int status, String reason) {
    SipText response = SipText.response(status, reason);
    request.headers("Via").forEach(via -> response.add("Via", via));
    request.headers("Record-Route").forEach(route -> response.add("Record-Route", route));
    String to = request.header("To");
    String tag = Integer.toHexString(request.callId().hashCode());
    return response
        .add("From", request.header("From"))
        .add("To", request.toTag() == null ? to + ";tag=" + tag : to)
        .add("Call-ID", request.callId())
        .add("CSeq", request.header("CSeq"))
        .add("Content-Length", "0");
  }

  private SipText request(String method, String uri, String callId, int cseq) {
    return SipText.request(method, uri)
        .add("Via", "SIP/2.0/UDP " + address() + ";rport;branch=" + SipText.newBranch())
        .add("Max-Forwards", "70")
        .add("Call-ID", callId)
        .add("CSeq", cseq + " " + method);
  }

  private void send(SipText message, SocketAddress to) {
    boolean lost = isLost();
    journal.notes(lost ? "x>" : "->", message);
    if (!lost) {
      transmit(message.bytes(), to);
    }
  }

  private void transmit(byte[] bytes, SocketAddress to) {
    try {
      socket.send(new DatagramPacket(bytes, bytes.length, to));
    } catch (IOException e) {
      journal.notes("cannot send: " + e); // or it was closed
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
