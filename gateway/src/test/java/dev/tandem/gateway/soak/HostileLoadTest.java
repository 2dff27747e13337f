package dev.tandem.gateway.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.RawWebSocket;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Floods, stalled connections, churn, messages in small pieces, and everybody coming back at once.
 * A few seconds and some hundred connections; the long form has each one to two minutes and up to
 * ten thousand connections.
 */
@Tag("slow")
class HostileLoadTest extends HostileLoad {
  // Everybody comes back.

  @Test
  void everybodyComesBackAtOnceAndNobodyIsLost() throws Exception {
    start("");
    int clients = LONG ? 10_000 : 500;
    AtomicInteger registered = new AtomicInteger();
    AtomicInteger lost = new AtomicInteger();
    long began = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      swarm.opens(
          server.address("http"),
          stranger(i),
          new SipOverLine(
              "u" + (100 + i), r -> registered.incrementAndGet(), l -> lost.incrementAndGet()));
    }
    await("all to register")
        .atMost(Duration.ofSeconds(LONG ? 90 : 30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> registered.get() + lost.get() == clients);
    double seconds = (System.nanoTime() - began) / 1e9;
    tells("%d come back within %.1f s, %d lost".formatted(clients, seconds, lost.get()));
    assertThat(lost).hasValue(0);
    assertThat(server.metric("tandem_registrar_aors")).isEqualTo(clients + 2);
    callsWentWell(2000);
  }

  // Connections that do not go on.

  /** How many connections stall in which way. */
  private static final int WAYS_TO_STALL = 5;

  /** Opens, perhaps says something, and then nothing; counts its end. */
  private final class Staller implements Swarm.Peer {
    private final byte[] first;
    private final byte[] second;
    private final AtomicLong longest;
    private final CountDownLatch ends;
    private long since;

    Staller(byte[] first, byte[] second, AtomicLong longest, CountDownLatch ends) {
      this.first = first;
      this.second = second;
      this.longest = longest;
      this.ends = ends;
    }

    @Override
    public void opened(Swarm.Line line) {
      since = System.nanoTime();
      line.sends(first);
    }

    @Override
    public void received(Swarm.Line line, ByteBuffer bytes) {
      if (second.length > 0 && ISO_8859_1.decode(bytes).toString().startsWith("HTTP/1.1 101 ")) {
        since = System.nanoTime();
        line.sends(second);
      }
    }

    @Override
    public void ended(Swarm.Line line) {
      longest.accumulateAndGet(System.nanoTime() - since, Math::max);
      ends.countDown();
    }
  }

  @Test
  void stalledConnectionsAreClosedAndNewOnesComeInMeanwhile() throws Exception {
    start("");
    int clients = LONG ? 10_000 : 400;
    byte[] handshake = SipOverLine.handshake();
    byte[] halfHandshake = Arrays.copyOf(handshake, handshake.length / 2);
    byte[] register = SipOverLine.frame(new SipOverLine("u9", r -> {}, l -> {}).register(null));
    byte[] halfFrame = Arrays.copyOf(register, register.length / 2);
    byte[] halfMessage = "REGISTER sip:example.test SIP/2.0\r\nVia: SIP/2".getBytes(ISO_8859_1);
    byte[] nothing = {};
    AtomicLong[] longest = new AtomicLong[WAYS_TO_STALL];
    Arrays.setAll(longest, i -> new AtomicLong());
    CountDownLatch ends = new CountDownLatch(clients);
    for (int i = 0; i < clients; i++) {
      boolean tcp = i % 5 == 4;
      byte[] first =
          switch (i % 5) {
            case 0 -> nothing;
            case 1 -> halfHandshake;
            case 4 -> halfMessage;
            default -> handshake;
          };
      swarm.opens(
          server.address(tcp ? "tcp" : "http"),
          stranger(i),
          new Staller(first, i % 5 == 3 ? halfFrame : nothing, longest[i % 5], ends));
    }
    double slowest = 0;
    int newcomers = 0;
    while (!ends.await(200, TimeUnit.MILLISECONDS)) {
      long began = System.nanoTime();
      CountDownLatch in = new CountDownLatch(1);
      swarm.opens(
          server.address("http"),
          "127.2.0.1",
          new SipOverLine("u" + (100 + newcomers++), r -> in.countDown(), l -> {}));
      assertThat(in.await(10, TimeUnit.SECONDS)).as("a newcomer is let in").isTrue();
      slowest = Math.max(slowest, (System.nanoTime() - began) / 1e9);
      assertThat(newcomers).as("open still: " + ends.getCount()).isLessThan(300);
    }
    double[] seconds = Arrays.stream(longest).mapToDouble(nanos -> nanos.get() / 1e9).toArray();
    double last = Arrays.stream(seconds).max().orElseThrow();
    tells(
        "%d stalled connections, the last closed after %.1f s %s; %d newcomers, let in within %.2f s"
            .formatted(clients, last, Arrays.toString(seconds), newcomers, slowest));
    assertThat(last).isLessThan(LONG ? 10 : 15);
    assertThat(slowest).isLessThan(LONG ? 1.0 : 5);
    callsWentWell(1000);
  }

  // Floods.

  @Test
  void floodOfStrangersCostsNeitherMemoryNorCalls() throws Exception {
    start(", ban: {after: 0}"); // a ban would end it at once
    int seconds = LONG ? 120 : 4;
    AtomicLong sent = new AtomicLong();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Thread[] flood = {
      new Thread(() -> floodByWebSocket(sent, until)), new Thread(() -> floodByUdp(sent, until))
    };
    for (Thread thread : flood) {
      thread.start();
    }
    long steady = 0;
    long most = 0;
    for (int half = 0; half < 2 * seconds; half++) {
      TimeUnit.MILLISECONDS.sleep(500);
      if (half < seconds / 2) {
        steady = Math.max(steady, server.rss()); // the heap fills to where the collector keeps it
      } else {
        most = Math.max(most, server.rss());
      }
    }
    for (Thread thread : flood) {
      thread.join();
    }
    tells(
        "%d requests of strangers in %d s, %.0f turned away; RSS %d MiB in the first quarter, %d"
                .formatted(
                    sent.get(),
                    seconds,
                    server.metric("tandem_guard_turned_total"),
                    steady >> 10,
                    most >> 10)
            + " later");
    callsWentWell(1000);
    if (LONG) {
      assertThat((double) most / steady).isLessThan(1.25);
    }
  }

  /** REGISTERs and INVITEs on many connections, as quick as they are taken. */
  private void floodByWebSocket(AtomicLong sent, long until) {
    byte[] register = SipOverLine.frame(new SipOverLine("u9", r -> {}, l -> {}).register(null));
    byte[] invite =
        SipOverLine.frame(
            new String(new SipOverLine("u9", r -> {}, l -> {}).register(null), ISO_8859_1)
                .replace("REGISTER", "INVITE")
                .getBytes(ISO_8859_1));
    CountDownLatch over = new CountDownLatch(1);
    for (int i = 0; i < 40; i++) {
      byte[] request = i % 4 == 0 ? invite : register;
      swarm.opens(
          server.address("http"),
          "127.3.0." + (1 + i),
          new SipOverLine("u9", r -> {}, l -> {}) {
            private boolean speaks;

            @Override
            void isUpgraded() {
              speaks = true;
              floods();
            }

            @Override
            public void received(Swarm.Line from, ByteBuffer bytes) {
              if (!speaks) {
                super.received(from, bytes);
              }
            }

            private void floods() {
              if (System.nanoTime() > until) {
                over.countDown();
              } else {
                for (int n = 0; n < 20 && line.isFlushed(); n++) {
                  line.sends(request);
                  sent.incrementAndGet();
                }
                swarm.run(this::floods);
              }
            }
          });
    }
    awaits(over, until);
  }

  private static void awaits(CountDownLatch over, long until) {
    try {
      over.await(until - System.nanoTime() + 1_000_000_000, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void floodByUdp(AtomicLong sent, long until) {
    byte[] register =
        new String(new SipOverLine("u9", r -> {}, l -> {}).register(null), ISO_8859_1)
            .replace("SIP/2.0/WS", "SIP/2.0/UDP")
            .getBytes(ISO_8859_1);
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.4.0.1", 0))) {
      while (System.nanoTime() < until) {
        socket.send(new DatagramPacket(register, register.length, server.address("udp")));
        if (sent.incrementAndGet() % 50 == 0) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Churn.

  @Test
  void connectionsThatComeAndGoLeaveNothing() throws Exception {
    start(", rates: {connects: 100000}");
    int seconds = LONG ? 60 : 4;
    AtomicInteger came = new AtomicInteger();
    AtomicInteger lost = new AtomicInteger();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (int i = 0; i < 20; i++) {
      comeAndGo(i, came, lost, until);
    }
    long steady = 0;
    long most = 0;
    for (int half = 0; half < 2 * seconds; half++) {
      TimeUnit.MILLISECONDS.sleep(500);
      if (half < seconds / 2) {
        steady = Math.max(steady, server.rss());
      } else {
        most = Math.max(most, server.rss());
      }
    }
    await().until(() -> swarm.open() == 0);
    tells(
        "%d came, registered and went in %d s, %d lost; RSS %d MiB in the first quarter, %d later"
            .formatted(came.get(), seconds, lost.get(), steady >> 10, most >> 10));
    assertThat(lost).hasValue(0);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(server.metric("tandem_registrar_aors")).isEqualTo(2);
              assertThat(server.metric("tandem_flows")).isLessThanOrEqualTo(2);
            });
    callsWentWell(1000);
    if (LONG) {
      assertThat((double) most / steady).isLessThan(1.25);
    }
  }

  private void comeAndGo(int number, AtomicInteger came, AtomicInteger lost, long until) {
    if (System.nanoTime() < until) {
      swarm.opens(
          server.address("http"),
          "127.5.0." + (1 + number),
          new SipOverLine(
              "u" + (100 + number),
              one -> {
                came.incrementAndGet();
                one.line.closes();
                comeAndGo(number, came, lost, until);
              },
              one -> lost.incrementAndGet()));
    }
  }

  // Pieces.

  @Test
  void messagesInVerySmallPiecesCostTheirBytesAndEndAtTheLimit() throws Exception {
    start("");
    int clients = LONG ? 200 : 10;
    byte[] begin = RawWebSocket.frame(0x01, true, "x".getBytes(ISO_8859_1));
    byte[] piece = RawWebSocket.frame(0x00, true, "y".getBytes(ISO_8859_1));
    int pieces = 64 * 1024 + 10;
    byte[] many = new byte[piece.length * 1024];
    for (int i = 0; i < 1024; i++) {
      System.arraycopy(piece, 0, many, i * piece.length, piece.length);
    }
    long before = server.rss();
    CountDownLatch ends = new CountDownLatch(clients);
    AtomicInteger tooBig = new AtomicInteger();
    for (int i = 0; i < clients; i++) {
      swarm.opens(
          server.address("http"),
          stranger(i),
          new SipOverLine("u9", r -> {}, l -> ends.countDown()) {
            private boolean speaks;

            @Override
            void isUpgraded() {
              speaks = true;
              line.sends(begin);
              for (int n = 0; n * 1024 < pieces; n++) {
                line.sends(many);
              }
            }

            @Override
            public void received(Swarm.Line from, ByteBuffer bytes) {
              if (!speaks) {
                super.received(from, bytes);
              } else if (bytes.remaining() >= 4 && bytes.getShort(2) == 1009) {
                tooBig.incrementAndGet();
              }
            }
          });
    }
    long most = before;
    while (!ends.await(50, TimeUnit.MILLISECONDS)) {
      most = Math.max(most, server.rss());
    }
    double each = Math.max(0, most - before) / (double) clients;
    tells(
        "%d messages in %d pieces of a byte: %d closed with 1009, %.0f KiB of RSS each"
            .formatted(clients, pieces, tooBig.get(), each));
    assertThat(tooBig).hasValue(clients);
    await("a call beside").until(() -> calls.made() > 0); // it may be over before the first is
    callsWentWell(1000);
  }
}
