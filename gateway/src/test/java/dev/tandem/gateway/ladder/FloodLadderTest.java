package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Garbage;
import dev.tandem.testkit.Garbage.Kind;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.RawWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Garbage of every kind through every transport, while two people talk. Nobody's thread dies, and
 * the talk goes on; every {@link LadderTest} sees to it that no stack trace is logged and nothing
 * is left. How many of each kind: {@code -Dtandem.flood=10000}.
 */
class FloodLadderTest extends LadderTest {
  private static final int OF_EACH_KIND = Integer.getInteger("tandem.flood", 200);

  private Phone alice;
  private Phone bob;
  private Set<String> threads;

  @BeforeEach
  void talk() {
    alice = sipJs("alice");
    bob = jsSip("bob");
    bob.registers();
    alice.invites(sip("bob"));
    bob.receives(INVITE);
    bob.answers(200);
    alice.receives(200);
    alice.sends(ACK);
    bob.receives(ACK);
    settle();
    threads = threadsOfTheGateway();
    assertThat(threads).hasSizeGreaterThan(2).contains("sip-udp-" + udp().getPort());
  }

  private Set<String> threadsOfTheGateway() {
    String udpReader = "sip-udp-" + udp().getPort();
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("tandem-") || name.equals(udpReader))
        .collect(Collectors.toSet());
  }

  /** Talks on until the flood has passed, hangs up, and calls once more. */
  private void outlast(Flood flood) throws Exception {
    double faultsBefore = faults();
    CompletableFuture<Void> flooding =
        CompletableFuture.runAsync(
            () -> {
              try {
                flood.run();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    do {
      alice.sends(INFO);
      bob.receives(INFO);
      bob.answers(200);
      alice.receives(200, INFO);
      clock.advance(Duration.ofMillis(20)); // else what garbage begins is never given up
    } while (!flooding.isDone());
    flooding.get(1, TimeUnit.SECONDS);
    bob.sends(BYE);
    bob.receives(200);
    alice.receives(BYE);
    alice.answers(200);
    alice.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
    ladder.nothingMore();
    assertThat(threadsOfTheGateway()).containsAll(threads);
    assertThat(faults() - faultsBefore).as("faults counted").isGreaterThan(OF_EACH_KIND);
  }

  /** Messages that could not be read, and connections that ended for a fault. */
  private double faults() {
    return metric("tandem_(sip_parse_failures|flow_ends)_total.*");
  }

  private interface Flood {
    void run() throws IOException;
  }

  /** Kinds of a hundred kilobytes and more come less often. */
  private static int count(Kind kind) {
    return switch (kind) {
      case ONE_MEGABYTE, LONG_LINE, DEEP_PARENTHESES, MANY_VALUES, MANY_HEADERS ->
          Math.max(5, OF_EACH_KIND / 50);
      default -> OF_EACH_KIND;
    };
  }

  @Test
  void throughWebSocket() throws Exception {
    outlast(
        () -> {
          Garbage garbage = new Garbage(1, "WS");
          for (Kind kind : Kind.values()) {
            RawWebSocket socket = sipSocket();
            for (int i = 0; i < count(kind); i++) {
              try {
                socket.sendText(garbage.next(kind));
              } catch (UncheckedIOException e) { // it was closed for what came before
                socket.close();
                socket = sipSocket();
              }
            }
            socket.close();
          }
        });
  }

  private RawWebSocket sipSocket() {
    return RawWebSocket.to(webSocket()).subprotocol("sip").onFrame(frame -> {}).connect();
  }

  @Test
  void brokenFramesAndHandshakes() throws Exception {
    outlast(
        () -> {
          Random random = new Random(2);
          Garbage garbage = new Garbage(2, "WS");
          String handshake = RawWebSocket.to(webSocket()).subprotocol("sip").text();
          for (int i = 0; i < OF_EACH_KIND; i++) {
            byte[] frame = RawWebSocket.frame(0x81, true, garbage.next(Kind.FLIPPED_BYTES));
            RawWebSocket half = sipSocket();
            half.sendRaw(Arrays.copyOf(frame, random.nextInt(frame.length)));
            half.reset();

            RawWebSocket wrong = sipSocket();
            frame[0] = (byte) random.nextInt(256); // opcode, FIN and reserved bits
            wrong.sendRaw(frame);
            byte[] noise = new byte[200];
            random.nextBytes(noise);
            sendIfOpen(wrong, noise);
            wrong.close();

            RawWebSocket early = RawWebSocket.to(webSocket()).onFrame(f -> {}).connectOnly();
            byte[] part = handshake.getBytes(ISO_8859_1);
            early.sendRaw(Arrays.copyOf(part, random.nextInt(part.length)));
            sendIfOpen(early, noise);
            early.close();
          }
        });
  }

  private static void sendIfOpen(RawWebSocket socket, byte[] bytes) {
    try {
      socket.sendRaw(bytes);
    } catch (UncheckedIOException e) {
      // Closed already, which is right.
    }
  }

  @Test
  void throughTcp() throws Exception {
    outlast(
        () -> {
          Garbage garbage = new Garbage(3, "TCP");
          for (Kind kind : Kind.values()) {
            for (int sent = 0; sent < count(kind); sent += 5) {
              sendOverOneConnection(garbage, kind);
            }
          }
        });
  }

  /** Five of a kind: after the first the stream may be out of step, which is garbage too. */
  private void sendOverOneConnection(Garbage garbage, Kind kind) throws IOException {
    try (Socket socket = new Socket(tcp().getAddress(), tcp().getPort())) {
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i < 5; i++) {
        out.write(garbage.next(kind));
      }
      out.flush();
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      socket.setSoTimeout(5000);
      while (in.read() >= 0) {
        // answers, until the gateway closes too
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the gateway keeps a connection that we ended, after " + kind, e);
    } catch (java.net.SocketException e) {
      // Reset by the gateway, which is right.
    }
  }

  @Test
  void throughUdp() throws Exception {
    outlast(
        () -> {
          Garbage garbage = new Garbage(4, "UDP");
          try (DatagramSocket socket = new DatagramSocket()) {
            for (Kind kind : Kind.values()) {
              for (int i = 0; i < count(kind); i++) {
                byte[] message = garbage.next(kind);
                int length = Math.min(message.length, 60_000);
                socket.send(new DatagramPacket(message, length, udp()));
                if (i % 20 == 0) {
                  UdpRoundTrip.to(udp()); // else the kernel drops most of it
                }
              }
            }
          }
        });
  }
}
