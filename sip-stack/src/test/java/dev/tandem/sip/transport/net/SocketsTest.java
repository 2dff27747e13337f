package dev.tandem.sip.transport.net;

import static dev.tandem.sip.transport.net.SipText.bytes;
import static dev.tandem.sip.transport.net.SipText.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.Transport;
import dev.tandem.testkit.ManualClock;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Several listening addresses of both families. */
final class SocketsTest {
  private static IoThreads threads;

  private final ManualClock clock = new ManualClock();
  private final Timers timers = new Timers(clock, clock);
  private final List<SocketTransport> open = new ArrayList<>();

  @BeforeAll
  static void startThreads() throws IOException {
    threads = new IoThreads();
  }

  @AfterAll
  static void stopThreads() {
    threads.close();
  }

  @AfterEach
  void stop() {
    open.forEach(SocketTransport::close);
  }

  private SocketTransport udp(String host) throws IOException {
    return start(new UdpTransport(new InetSocketAddress(host, 0), UdpLimits.defaults(), timers));
  }

  private SocketTransport tcp(String host) throws IOException {
    return start(
        new TcpTransport(
            new InetSocketAddress(host, 0),
            threads.worker,
            timers,
            StreamLimits.defaults(),
            StreamTimeouts.defaults()));
  }

  private SocketTransport start(SocketTransport transport) throws IOException {
    transport.start(new FlowLog());
    open.add(transport);
    return transport;
  }

  private Sockets sockets() {
    return new Sockets(open, timers);
  }

  private static InetSocketAddress peer(String host) {
    return new InetSocketAddress(host, 5099);
  }

  @Test
  void aDatagramLeavesFromTheSocketOfItsFamily() throws IOException {
    SocketTransport four = udp("127.0.0.1");
    SocketTransport six = udp("::1");

    try (DatagramSocket listener = new DatagramSocket(0, InetAddress.getByName("::1"))) {
      listener.setSoTimeout(5_000);
      InetSocketAddress to = (InetSocketAddress) listener.getLocalSocketAddress();
      Flow flow = sockets().flowTo(Transport.UDP, to, null);
      assertThat(flow.local()).isEqualTo(six.localAddress());
      assertThat(flow.send(bytes(message("1", "hello")))).isTrue();
      DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
      listener.receive(packet);
      assertThat(packet.getSocketAddress()).isEqualTo(six.localAddress());
    }
    assertThat(sockets().flowTo(Transport.UDP, peer("127.0.0.1"), null).local())
        .isEqualTo(four.localAddress());
  }

  @Test
  void ofSeveralTheOneThatTheKernelSendsFromIsUsed() throws IOException {
    udp("127.0.0.3");
    SocketTransport usual = udp("127.0.0.1");
    InetAddress peer = InetAddress.getByName("127.0.0.1");
    assertThat(SourceAddresses.ask(peer)).isEqualTo(peer);

    assertThat(sockets().flowTo(Transport.UDP, peer("127.0.0.1"), null).local())
        .isEqualTo(usual.localAddress());
  }

  @Test
  void whatNoSocketCanReachHasNoFlow() throws IOException {
    udp("127.0.0.1");
    udp("0.0.0.0");
    tcp("127.0.0.1");

    assertThat(sockets().flowTo(Transport.UDP, peer("::1"), null)).isNull();
    assertThat(sockets().flowTo(Transport.TCP, peer("::1"), null)).isNull();
    assertThat(sockets().flowTo(Transport.TLS, peer("127.0.0.1"), "x.example")).isNull();
    assertThat(sockets().has(Transport.UDP, false)).isTrue();
    assertThat(sockets().has(Transport.UDP, true)).isFalse();
    assertThat(sockets().has(Transport.TLS, false)).isFalse();
  }

  @Test
  void aConnectionLeavesFromTheSocketsAddress() throws IOException {
    tcp("127.0.0.1");
    SocketTransport six = tcp("::1");
    FlowLog log = new FlowLog();
    TcpTransport far =
        new TcpTransport(
            new InetSocketAddress("::1", 0),
            threads.worker,
            timers,
            StreamLimits.defaults(),
            StreamTimeouts.defaults());
    far.start(log);
    open.add(far);

    Sockets two = new Sockets(open.subList(0, 2), timers);
    Flow flow = two.flowTo(Transport.TCP, far.localAddress(), null);
    assertThat(flow.send(bytes(message("1", "hello")))).isTrue();

    assertThat(log.awaitFlow().remote().getAddress()).isEqualTo(six.localAddress().getAddress());
  }

  @Test
  void aSocketIsShownAsTheOperatorSaysButToThoseWhoAreNear() throws IOException {
    UdpTransport udp =
        new UdpTransport(new InetSocketAddress("127.0.0.1", 0), UdpLimits.defaults(), timers);
    udp.advertise(peer -> peer.getHostAddress().equals("127.0.0.9") ? null : "sip.example.org");
    start(udp);

    assertThat(udp.flowTo(peer("127.0.0.2")).advertised().host()).isEqualTo("sip.example.org");
    assertThat(udp.flowTo(peer("127.0.0.2")).advertised().port())
        .isEqualTo(udp.localAddress().getPort());
    assertThat(udp.flowTo(peer("127.0.0.9")).advertised()).isNull();
  }
}
