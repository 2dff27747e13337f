package dev.tandem.gateway.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Users on WebSockets who call each other at a rate that does not care how the server is: a call is
 * begun when its time has come. Each is answered at once and hung up as soon as it is answered. All
 * on the swarm's thread.
 */
final class OfferedCalls {
  private static final String DOMAIN = "example.test";
  private static final String SDP = Sdp.browser();
  private static final int PAIRS = 1000;

  private final Swarm swarm;
  private final List<End> callers = new ArrayList<>();
  private Counts counts = new Counts();

  /** What became of the calls of one run. Written by the swarm's thread, read when it is over. */
  static final class Counts {
    private int offered;
    private int answered;
    private int refused;
    private int other;
    private final List<Long> setups = new ArrayList<>();
    private final List<Long> refusals = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();

    int answered() {
      return answered;
    }

    int refused() {
      return refused;
    }

    /** Neither answered nor refused with 503 and Retry-After. */
    int lost() {
      return offered - answered - refused;
    }

    /** From INVITE to 200, in milliseconds. */
    double setup(int percentile) {
      return millis(setups, percentile);
    }

    /** From INVITE to 503. */
    double refusal(int percentile) {
      return millis(refusals, percentile);
    }

    /** From BYE to 200: what calls feel that go on. */
    double end(int percentile) {
      return millis(ends, percentile);
    }

    private static double millis(List<Long> nanos, int percentile) {
      if (nanos.isEmpty()) {
        return 0;
      }
      List<Long> sorted = new ArrayList<>(nanos);
      Collections.sort(sorted);
      return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percentile / 100)) / 1e6;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d offered, %d answered (median %.0f ms, p95 %.0f), %d refused with 503 (median %.0f ms,"
              + " p95 %.0f), %d other refusals, BYE answered after %.0f ms (median), %.0f (p95)",
          offered,
          answered,
          setup(50),
          setup(95),
          refused,
          refusal(50),
          refusal(95),
          other,
          end(50),
          end(95));
    }
  }

  /** Comes back when all are registered, at a server that asks for no password. */
  OfferedCalls(Swarm swarm, InetSocketAddress to) throws InterruptedException {
    this.swarm = swarm;
    CountDownLatch registered = new CountDownLatch(2 * PAIRS);
    for (int i = 0; i < 2 * PAIRS; i++) {
      End end = new End("u" + (1000 + i), "u" + (1001 + i), registered);
      if (i % 2 == 0) {
        callers.add(end);
      }
      swarm.opens(to, "127.0.0.1", end);
    }
    if (!registered.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("not let in: " + registered.getCount());
    }
  }

  /** Offers so many a second for so long, and waits for what is under way, but not for ever. */
  Counts offer(double perSecond, int seconds) throws InterruptedException {
    Counts run = new Counts();
    CountDownLatch over = new CountDownLatch(1);
    long began = System.nanoTime();
    long gap = (long) (1e9 / perSecond);
    swarm.run(
        () -> {
          counts = run;
          next(began, gap, began + TimeUnit.SECONDS.toNanos(seconds), over);
        });
    if (!over.await(seconds + 60L, TimeUnit.SECONDS)) {
      throw new AssertionError("the generator is too slow");
    }
    for (int i = 0; i < 100 && open() > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    swarm.run(() -> callers.forEach(caller -> caller.began.clear()));
    return run;
  }

  private int open() throws InterruptedException {
    int[] open = new int[1];
    CountDownLatch counted = new CountDownLatch(1);
    swarm.run(
        () -> {
          open[0] = callers.stream().mapToInt(caller -> caller.began.size()).sum();
          counted.countDown();
        });
    counted.await();
    return open[0];
  }

  private void next(long due, long gap, long end, CountDownLatch over) {
    long time = due;
    for (int i = 0; i < 20 && time <= System.nanoTime() && time < end; i++) {
      callers.get(counts.offered++ % callers.size()).calls();
      time += gap;
    }
    if (time >= end) {
      over.countDown();
    } else {
      long from = time;
      swarm.run(() -> next(from, gap, end, over));
    }
  }

  /** One user. */
  private final class End implements Swarm.Peer {
    private final String user;
    private final String whom;
    private final CountDownLatch registered;
    private final StringBuilder come = new StringBuilder();
    private final Map<String, Long> began = new HashMap<>();
    private Swarm.Line line;
    private boolean upgraded;
    private int calls;

    End(String user, String whom, CountDownLatch registered) {
      this.user = user;
      this.whom = whom;
      this.registered = registered;
    }

    @Override
    public void opened(Swarm.Line opened) {
      line = opened;
      line.sends(SipOverLine.handshake());
    }

    @Override
    public void received(Swarm.Line from, ByteBuffer bytes) {
      come.append(ISO_8859_1.decode(bytes));
      if (!upgraded) {
        int end = come.indexOf("\r\n\r\n");
        if (end < 0) {
          return;
        }
        come.delete(0, end + 4);
        upgraded = true;
        says(head("REGISTER sip:" + DOMAIN, user, user, "r", "1 REGISTER"), "");
      }
      for (int size = frame(); size > 0; size = frame()) {
        int header = come.charAt(1) == 126 ? 4 : 2;
        String message = come.substring(header, size);
        come.delete(0, size);
        hears(message);
      }
    }

    /** The size of the whole frame that has come, or 0. */
    private int frame() {
      if (come.length() < 4) {
        return 0;
      }
      int size = 2 + come.charAt(1);
      if (come.charAt(1) == 126) {
        size = 4 + (come.charAt(2) << 8 | come.charAt(3));
      }
      return come.length() < size ? 0 : size;
    }

    private String head(String request, String from, String to, String call, String cseq) {
      return request
          + " SIP/2.0\r\nVia: SIP/2.0/WS "
          + user
          + ".invalid;branch=z9hG4bK"
          + SipText.token(12)
          + "\r\nMax-Forwards: 70\r\nFrom: <sip:"
          + from
          + "@"
          + DOMAIN
          + ">;tag=1\r\nTo: <sip:"
          + to
          + "@"
          + DOMAIN
          + ">\r\nCall-ID: "
          + user
          + "-"
          + call
          + "\r\nCSeq: "
          + cseq
          + "\r\nContact: <sip:"
          + user
          + "@"
          + user
          + ".invalid;transport=ws>\r\n";
    }

    private void says(String head, String sdp) {
      String type = sdp.isEmpty() ? "" : "Content-Type: application/sdp\r\n";
      String all = head + type + "Content-Length: " + sdp.length() + "\r\n\r\n" + sdp;
      line.sends(SipOverLine.frame(all.getBytes(ISO_8859_1)));
    }

    void calls() {
      String call = Integer.toString(++calls);
      began.put(user + "-" + call, System.nanoTime());
      says(head("INVITE sip:" + whom + "@" + DOMAIN, user, whom, call, "1 INVITE"), SDP);
    }

    private void hears(String message) {
      if (message.startsWith("INVITE ")) {
        says(answer(message, "200 OK"), SDP);
      } else if (message.startsWith("BYE ")) {
        says(answer(message, "200 OK"), "");
      } else if (message.startsWith("SIP/2.0 ") && !message.startsWith("SIP/2.0 1")) {
        hearsFinal(message);
      }
    }

    private void hearsFinal(String message) {
      String call = header(message, "Call-ID");
      String cseq = header(message, "CSeq");
      if (cseq.endsWith("REGISTER")) {
        registered.countDown();
        return;
      }
      Long since = cseq.endsWith("INVITE") ? began.remove(call) : began.remove(call + "bye");
      if (since == null) {
        return; // of a run before
      }
      long nanos = System.nanoTime() - since;
      if (cseq.endsWith("BYE")) {
        counts.ends.add(nanos);
      } else if (message.startsWith("SIP/2.0 200")) {
        counts.answered++;
        counts.setups.add(nanos);
        follows("ACK", message, "1 ACK");
        began.put(call + "bye", System.nanoTime());
        follows("BYE", message, "2 BYE");
      } else {
        if (message.startsWith("SIP/2.0 503") && !header(message, "Retry-After").isEmpty()) {
          counts.refused++;
          counts.refusals.add(nanos);
        } else {
          counts.other++;
        }
        says(
            "ACK sip:"
                + whom
                + "@"
                + DOMAIN
                + " SIP/2.0\r\n"
                + line(message, "Via")
                + "Max-Forwards: 70\r\n"
                + line(message, "From")
                + line(message, "To")
                + line(message, "Call-ID")
                + "CSeq: 1 ACK\r\n",
            "");
      }
    }

    /** A request within the dialog that a 200 made. */
    private void follows(String method, String message, String cseq) {
      String contact = header(message, "Contact");
      String target = contact.substring(contact.indexOf('<') + 1, contact.indexOf('>'));
      says(
          method
              + " "
              + target
              + " SIP/2.0\r\nVia: SIP/2.0/WS "
              + user
              + ".invalid;branch=z9hG4bK"
              + SipText.token(12)
              + "\r\nMax-Forwards: 70\r\n"
              + line(message, "From")
              + line(message, "To")
              + line(message, "Call-ID")
              + "CSeq: "
              + cseq
              + "\r\n",
          "");
    }

    private String answer(String request, String status) {
      String to = line(request, "To").stripTrailing();
      return "SIP/2.0 "
          + status
          + "\r\n"
          + line(request, "Via")
          + line(request, "From")
          + (to.contains(";tag=") ? to : to + ";tag=2")
          + "\r\n"
          + line(request, "Call-ID")
          + line(request, "CSeq")
          + "Contact: <sip:"
          + user
          + "@"
          + user
          + ".invalid;transport=ws>\r\n";
    }

    private static String line(String message, String name) {
      return name + ": " + header(message, name) + "\r\n";
    }

    private static String header(String message, String name) {
      int at = message.indexOf("\r\n" + name + ": ");
      int begin = at + name.length() + 4;
      return at < 0 ? "" : message.substring(begin, message.indexOf("\r\n", begin));
    }
  }
}
