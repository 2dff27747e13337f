package dev.tandem.sip.transport.net;

import static dev.tandem.sip.transport.net.FlowLog.PATIENCE;
import static dev.tandem.sip.transport.net.SipText.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowEnd.Cause;
import dev.tandem.testkit.ManualClock;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UdpTransportTest {
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final ManualClock clock = new ManualClock();
  private final Timers timers = new Timers(clock, clock);
  private final FlowLog log = new FlowLog();
  private UdpTransport udp;
  private DatagramSocket phone;

  private void start(String host, UdpLimits limits) throws IOException {
    InetAddress address = InetAddress.getByName(host);
    udp = new UdpTransport(new InetSocketAddress(address, 0), limits, timers);
    udp.start(log);
    phone = new DatagramSocket(0, address);
    phone.setSoTimeout((int) PATIENCE.toMillis());
  }

  private void start() throws IOException {
    start("127.0.0.1", UdpLimits.defaults());
  }

  @AfterEach
  void stop() {
    udp.close();
    phone.close();
    log.awaitAllEnded();
  }

  private void phoneSends(byte[] datagram) throws IOException {
    phone.send(new DatagramPacket(datagram, datagram.length, udp.localAddress()));
  }

  private void phoneSends(String datagram) throws IOException {
    phoneSends(bytes(datagram));
  }

  private byte[] phoneReceives() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
    phone.receive(packet);
    assertThat(packet.getSocketAddress()).isEqualTo(udp.localAddress());
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private InetSocketAddress phoneAddress() {
    return (InetSocketAddress) phone.getLocalSocketAddress();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void datagramOpensAFlowThatAnswersGoBackOn(String host) throws IOException {
    start(host, UdpLimits.defaults());
    log.onMessage = (flow, message) -> flow.send(bytes("answer"));
    phoneSends("one");
    assertThat(new String(phoneReceives(), ISO_8859_1)).isEqualTo("answer");
    phoneSends("two");
    log.awaitMessages("one", "two");
    Flow flow = log.awaitFlow();
    assertThat(log.opened).hasSize(1);
    assertThat(flow.remote()).isEqualTo(phoneAddress());
    assertThat(flow.local()).isEqualTo(udp.localAddress());
    assertThat(udp.flowTo(phoneAddress())).isSameAs(flow);
  }

  @Test
  void flowToAnAddressIsToldAtOnceAndUsedForWhatComesFromThere() throws IOException {
    start();
    Flow flow = udp.flowTo(phoneAddress());
    assertThat(log.opened).containsExactly(flow);
    assertThat(flow.send(bytes("hello"))).isTrue();
    assertThat(phoneReceives()).isEqualTo(bytes("hello"));
    phoneSends("hi");
    log.awaitMessages("hi");
    assertThat(log.opened).containsExactly(flow);
  }

  @Test
  void localAddressIsTheOneThatThePeerSeesWhenBoundToAll() throws IOException {
    start("0.0.0.0", UdpLimits.defaults());
    Flow flow = udp.flowTo(new InetSocketAddress("127.0.0.1", phone.getLocalPort()));
    assertThat(flow.local())
        .isEqualTo(new InetSocketAddress("127.0.0.1", udp.localAddress().getPort()));
  }

  @Test
  void idleFlowEndsAndTheNextDatagramOpensAnother() throws IOException {
    start();
    phoneSends("one");
    log.awaitMessages("one");
    Flow flow = log.awaitFlow();
    clock.advance(IDLE.minusMillis(1));
    assertThat(flow.isOpen()).isTrue();
    clock.advance(IDLE.dividedBy(4));
    assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.DEAD);
    assertThat(flow.send(bytes("late"))).isFalse();
    phoneSends("two");
    log.awaitMessages("one", "two");
    assertThat(log.opened).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n\r\n", "\r\n", "", "\0\0\0\0"})
  void keepAliveKeepsTheFlowAndIsNotPassedOn(String keepAlive) throws IOException {
    start();
    phoneSends("one");
    log.awaitMessages("one");
    Flow flow = log.awaitFlow();
    for (int i = 1; i <= 4; i++) {
      clock.advance(IDLE.dividedBy(2));
      int sent = i;
      phoneSends(keepAlive);
      await().until(() -> udp.counters().get(NetEvent.KEEP_ALIVE) == sent);
    }
    assertThat(flow.isOpen()).isTrue();
    assertThat(log.messages).containsExactly("one");
  }

  @Test
  void keepAliveOfAStrangerOpensNothing() throws IOException {
    start();
    phoneSends("\r\n\r\n");
    await().until(() -> udp.counters().get(NetEvent.KEEP_ALIVE) == 1);
    assertThat(udp.flowCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void stunBindingRequestIsAnsweredWithTheAddressItCameFrom(String host) throws IOException {
    start(host, UdpLimits.defaults());
    byte[] request = new byte[20];
    new Random(1).nextBytes(request);
    byte[] head = {0, 1, 0, 0, 0x21, 0x12, (byte) 0xA4, 0x42};
    System.arraycopy(head, 0, request, 0, head.length);
    phoneSends(request);
    byte[] answer = phoneReceives();
    byte[] ip = phone.getLocalAddress().getAddress();
    assertThat(answer).hasSize(20 + 8 + ip.length);
    assertThat(answer).startsWith(1, 1, 0, 8 + ip.length);
    assertThat(Arrays.copyOfRange(answer, 4, 20)).isEqualTo(Arrays.copyOfRange(request, 4, 20));
    assertThat(Arrays.copyOfRange(answer, 20, 26))
        .isEqualTo(
            new byte[] {0, 0x20, 0, (byte) (4 + ip.length), 0, (byte) (ip.length == 4 ? 1 : 2)});
    int port = ((answer[26] ^ 0x21) & 0xff) << 8 | ((answer[27] ^ 0x12) & 0xff);
    assertThat(port).isEqualTo(phone.getLocalPort());
    for (int i = 0; i < ip.length; i++) {
      assertThat(answer[28 + i] ^ request[4 + i]).isEqualTo(ip[i]);
    }
    assertThat(udp.flowCount()).isZero();
  }

  @Test
  void datagramsUpToTheLimitPassAndLongerOnesAreCounted() throws IOException {
    start("127.0.0.1", new UdpLimits(1_000, 10, IDLE, 1 << 20));
    phoneSends("x".repeat(1_001));
    phoneSends("y".repeat(1_000));
    log.awaitMessages("y".repeat(1_000));
    assertThat(udp.counters().get(NetEvent.TOO_BIG)).isEqualTo(1);
  }

  @Test
  void largestDatagramPassesBothWays() throws IOException {
    start();
    String largest = "z".repeat(65_507);
    phone.setSendBufferSize(1 << 20);
    phoneSends(largest);
    log.awaitMessages(largest);
    assertThat(log.awaitFlow().send(bytes(largest))).isTrue();
    assertThat(phoneReceives()).hasSize(65_507);
    assertThat(log.awaitFlow().send(bytes(largest + "!"))).isTrue();
    assertThat(udp.counters().get(NetEvent.TOO_BIG)).isEqualTo(1);
  }

  @Test
  void fullTableForgetsThePeerUnusedForLongest() throws IOException {
    start("127.0.0.1", new UdpLimits(65_535, 2, IDLE, 1 << 20));
    Flow first = udp.flowTo(new InetSocketAddress("127.0.0.1", 9));
    Flow second = udp.flowTo(new InetSocketAddress("127.0.0.1", 10));
    assertThat(udp.flowTo(first.remote())).isSameAs(first); // now the second is the older one
    Flow third = udp.flowTo(phoneAddress());
    assertThat(log.awaitEnd(second).cause()).isEqualTo(Cause.DEAD);
    assertThat(first.isOpen()).isTrue();
    assertThat(third.isOpen()).isTrue();
    assertThat(udp.flowCount()).isEqualTo(2);
  }

  @Test
  void closedFlowEndsOnceAndItsPeerMayComeAgain() throws IOException {
    start();
    phoneSends("one");
    log.awaitMessages("one");
    Flow flow = log.awaitFlow();
    flow.close(FlowEnd.of(Cause.REFUSED, "first"));
    flow.close(FlowEnd.of(Cause.BROKEN, "second"));
    assertThat(log.awaitEnd(flow)).isEqualTo(FlowEnd.of(Cause.REFUSED, "first"));
    phoneSends("two");
    log.awaitMessages("one", "two");
    assertThat(log.awaitFlow()).isNotSameAs(flow);
  }

  @Test
  void whateverTheListenerThrowsTheNextDatagramIsRead() throws IOException {
    start();
    log.onMessage =
        (flow, message) -> {
          if (message[0] == 's') {
            throw new StackOverflowError();
          }
          if (message[0] == 'i') {
            throw new IllegalStateException();
          }
        };
    for (String datagram : new String[] {"s", "i", "s", "fine"}) {
      phoneSends(datagram);
    }
    log.awaitMessages("s", "i", "s", "fine");
    assertThat(udp.counters().get(NetEvent.FAILURE)).isEqualTo(3);
  }

  @Test
  void garbageIsPassedOnAndHarmsNobody() throws IOException {
    start();
    log.remembersMessages = false;
    Random random = new Random(3);
    try (QuietLog quiet = new QuietLog()) {
      for (int i = 0; i < 10_000; i++) {
        byte[] garbage = new byte[random.nextInt(1_200)];
        random.nextBytes(garbage);
        phoneSends(garbage);
      }
    }
    log.remembersMessages = true;
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              phoneSends("alive");
              assertThat(log.messages).contains("alive");
            });
    assertThat(udp.counters().get(NetEvent.FAILURE)).isZero();
  }

  @Test
  void closeEndsAllFlowsAndFreesThePort() throws Exception {
    start();
    Flow flow = udp.flowTo(phoneAddress());
    int port = udp.localAddress().getPort();
    udp.close();
    udp.close();
    assertThat(log.awaitEnd(flow).cause()).isEqualTo(Cause.SHUTDOWN);
    assertThat(flow.send(bytes("late"))).isFalse();
    Flow late = udp.flowTo(phoneAddress());
    assertThat(late.isOpen()).isFalse();
    assertThat(log.awaitEnd(late).cause()).isEqualTo(Cause.SHUTDOWN);
    await().atMost(PATIENCE).until(() -> canBind(port));
  }

  private static boolean canBind(int port) {
    try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void addressInUseIsReportedByStart() throws IOException {
    start();
    UdpTransport second = new UdpTransport(udp.localAddress(), UdpLimits.defaults(), timers);
    assertThatThrownBy(() -> second.start(log)).isInstanceOf(BindException.class);
    assertThatThrownBy(second::localAddress).isInstanceOf(IllegalStateException.class);
    second.close();
  }

  @Test
  void everyOpenedFlowEndsOnceWhateverRaces() throws Exception {
    start("127.0.0.1", new UdpLimits(65_535, 8, IDLE, 1 << 20));
    ExecutorService pool = Executors.newFixedThreadPool(4);
    CountDownLatch done = new CountDownLatch(4);
    for (int worker = 0; worker < 4; worker++) {
      Random random = new Random(worker);
      pool.execute(
          () -> {
            for (int i = 0; i < 3_000; i++) {
              Flow flow =
                  udp.flowTo(new InetSocketAddress("127.0.0.1", 20_000 + random.nextInt(16)));
              switch (random.nextInt(4)) {
                case 0 -> flow.close(FlowEnd.of(Cause.REFUSED, "race"));
                case 1 -> clock.advance(Duration.ofMinutes(3));
                default -> flow.send(bytes("x"));
              }
            }
            done.countDown();
          });
    }
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    pool.shutdown();
    udp.close();
    log.awaitAllEnded();
    assertThat(log.opened).hasSizeGreaterThan(16);
  }
}
