package dev.tandem.sip.transport.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.ws.OriginPolicy;
import dev.tandem.sip.transport.ws.SipOverWebSocket;
import dev.tandem.sip.transport.ws.WebSocketEndpoint;
import dev.tandem.sip.transport.ws.WebSocketLimits;
import dev.tandem.testkit.ManualClock;
import dev.tandem.testkit.RawWebSocket;
import io.undertow.Handlers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private static final Duration TIMEOUT = Duration.ofMillis(600);
  @TempDir Path directory;
  private final ManualClock clock = new ManualClock();
  private final Echo echo = new Echo();
  private final WebSocketEndpoint endpoint =
      new WebSocketEndpoint(
          new Timers(clock, clock),
          WebSocketLimits.DEFAULTS,
          OriginPolicy.allowing(List.of()),
          List.of(new SipOverWebSocket(echo)));
  private HttpServer server;

  @AfterEach
  void stop() {
    endpoint.close();
    if (server != null) {
      server.close();
    }
  }

  private void start(HttpServer.Listener... listeners) {
    start(HttpLimits.defaults(), listeners);
  }

  private void startImpatiently(HttpServer.Listener... listeners) {
    start(HttpLimits.defaults().withRequestTimeout(TIMEOUT), listeners);
  }

  private void start(HttpLimits limits, HttpServer.Listener... listeners) {
    server =
        HttpServer.start(
            List.of(listeners),
            limits,
            Handlers.path()
                .addExactPath("/ws", endpoint)
                .addExactPath("/", exchange -> exchange.getResponseSender().send("home")));
  }

  // ---- listening

  @Test
  void severalListenersServeTheSameRoot() throws Exception {
    ServerTls tls = new ServerTls(new Certificates(directory).identity("gw", "EC"));
    start(
        HttpServer.Listener.plain("127.0.0.1", 0),
        HttpServer.Listener.plain("127.0.0.1", 0),
        HttpServer.Listener.tls("127.0.0.1", 0, tls));
    List<InetSocketAddress> addresses = server.addresses();
    assertThat(addresses).hasSize(3).doesNotHaveDuplicates().allMatch(a -> a.getPort() > 0);
    assertThat(get(addresses.get(0), "/")).startsWith("HTTP/1.1 200").endsWith("home");
    assertThat(get(addresses.get(1), "/")).startsWith("HTTP/1.1 200").endsWith("home");
    RawWebSocket client = webSocket("wss", 2);
    assertThat(client.status()).isEqualTo(101);
  }

  @Test
  void addressInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> start(HttpServer.Listener.plain("127.0.0.1", taken.getLocalPort())))
          .isInstanceOf(HttpServerException.class)
          .hasMessageContaining(String.valueOf(taken.getLocalPort()))
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void closeEndsOpenFlowsAndFreesThePort() throws Exception {
    start(HttpServer.Listener.plain("127.0.0.1", 0));
    InetSocketAddress address = server.addresses().get(0);
    RawWebSocket client = webSocket("ws", 0);
    assertThat(client.status()).isEqualTo(101);
    server.close();
    client.awaitEnd(RawWebSocket.PATIENCE);
    assertThat(echo.ended.poll(5, TimeUnit.SECONDS).cause()).isEqualTo(FlowEnd.Cause.BROKEN);
    try (ServerSocket again = new ServerSocket()) {
      again.setReuseAddress(true);
      again.bind(address);
    }
  }

  // ---- time

  @Test
  void connectionThatSaysNothingIsClosed() {
    startImpatiently(HttpServer.Listener.plain("127.0.0.1", 0));
    RawWebSocket silent = RawWebSocket.to(uri("ws", 0)).connectOnly();
    silent.awaitEnd(RawWebSocket.PATIENCE);
  }

  @Test
  void handshakeThatStopsHalfwayIsClosed() {
    startImpatiently(HttpServer.Listener.plain("127.0.0.1", 0));
    RawWebSocket half = RawWebSocket.to(uri("ws", 0)).connectOnly();
    half.sendRaw("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: webs".getBytes(ISO_8859_1));
    half.awaitEnd(RawWebSocket.PATIENCE);
  }

  @Test
  void tlsHandshakeThatStopsHalfwayIsClosed() {
    ServerTls tls = new ServerTls(new Certificates(directory).identity("gw", "EC"));
    startImpatiently(HttpServer.Listener.tls("127.0.0.1", 0, tls));
    RawWebSocket half = RawWebSocket.to(uri("ws", 0)).connectOnly();
    half.sendRaw(new byte[] {22, 3, 1, 2, 0, 1});
    half.awaitEnd(RawWebSocket.PATIENCE);
  }

  @Test
  void upgradedConnectionIsBeyondTheRequestTimeout() {
    startImpatiently(HttpServer.Listener.plain("127.0.0.1", 0));
    RawWebSocket idle = webSocket("ws", 0);
    // A connection that came later is closed by the timeout; the idle one must not be.
    RawWebSocket silent = RawWebSocket.to(uri("ws", 0)).connectOnly();
    silent.awaitEnd(RawWebSocket.PATIENCE);
    assertThat(idle.hasEnded()).isFalse();
    idle.sendText("still here");
    assertThat(idle.receive().text()).isEqualTo("still here");
  }

  // ---- sizes

  @Test
  void headersOverTheLimitAreRefused() throws Exception {
    start(HttpServer.Listener.plain("127.0.0.1", 0));
    String big = "X-Big: " + "x".repeat(20_000) + "\r\n";
    assertThat(request("GET / HTTP/1.1\r\nHost: x\r\n" + big + "\r\n")).doesNotContain("200 OK");
    String many = "X-Many: x\r\n".repeat(150);
    assertThat(request("GET / HTTP/1.1\r\nHost: x\r\n" + many + "\r\n")).doesNotContain("200 OK");
  }

  @Test
  void unusualMethodsAreRefused() throws Exception {
    start(HttpServer.Listener.plain("127.0.0.1", 0));
    assertThat(request("TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405");
    assertThat(request("BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405");
  }

  // ---- TLS

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void webSocketOverTlsIsWss(String algorithm) throws Exception {
    start(
        HttpServer.Listener.tls(
            "127.0.0.1", 0, new ServerTls(new Certificates(directory).identity("gw", algorithm))));
    RawWebSocket client = webSocket("wss", 0);
    Flow flow = echo.opened.poll(5, TimeUnit.SECONDS);
    assertThat(flow.transport()).isEqualTo(Transport.WSS);
    client.sendText("over TLS");
    assertThat(client.receive().text()).isEqualTo("over TLS");
    byte[] large = new byte[65536];
    client.sendBinary(large);
    assertThat(client.receive().payload()).isEqualTo(large);

    flow.close(FlowEnd.of(FlowEnd.Cause.REFUSED, "enough"));
    assertThat(client.receive().closeCode()).isEqualTo(1008);
    client.sendClose(1008);
    client.awaitEnd(RawWebSocket.PATIENCE);
  }

  @Test
  void sendsFromAnyThreadKeepTheirOrderOverTls() throws Exception {
    start(
        HttpServer.Listener.tls(
            "127.0.0.1", 0, new ServerTls(new Certificates(directory).identity("gw", "EC"))));
    RawWebSocket client = webSocket("wss", 0);
    Flow flow = echo.opened.poll(5, TimeUnit.SECONDS);
    int count = 900;
    for (int i = 0; i < count; i++) {
      assertThat(flow.send((i + " " + "x".repeat(i)).getBytes(UTF_8))).isTrue();
    }
    for (int i = 0; i < count; i++) {
      assertThat(client.receive().text()).isEqualTo(i + " " + "x".repeat(i));
    }
  }

  @Test
  void violationOverTlsIsToldBeforeTheEnd() {
    start(
        HttpServer.Listener.tls(
            "127.0.0.1", 0, new ServerTls(new Certificates(directory).identity("gw", "EC"))));
    RawWebSocket client = webSocket("wss", 0);
    client.sendRaw(new byte[] {(byte) 0xFF, (byte) 0x80, 0, 0, 0, 0});
    assertThat(client.receive().closeCode()).isEqualTo(1002);
    client.awaitEnd(RawWebSocket.PATIENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void currentVersionsAreSpoken(String version) throws Exception {
    ServerTls tls = new ServerTls(new Certificates(directory).identity("gw", "RSA"));
    start(HttpServer.Listener.tls("127.0.0.1", 0, tls));
    assertThat(subjectSeen(version)).isEqualTo("CN=gw");
  }

  @Test
  void identityCanBeReplacedWhileConnectionsStayOpen() throws Exception {
    Certificates certificates = new Certificates(directory);
    ServerTls tls = new ServerTls(certificates.identity("old", "RSA"));
    start(HttpServer.Listener.tls("127.0.0.1", 0, tls));
    RawWebSocket before = webSocket("wss", 0);
    assertThat(subjectSeen("TLSv1.2")).isEqualTo("CN=old");
    tls.replace(certificates.identity("new", "EC"));
    assertThat(subjectSeen("TLSv1.2")).isEqualTo("CN=new");
    assertThat(subjectSeen("TLSv1.3")).isEqualTo("CN=new");
    before.sendText("old connection");
    assertThat(before.receive().text()).isEqualTo("old connection");
  }

  @Test
  void oldVersionsAreNotSpoken() {
    ServerTls tls = new ServerTls(new Certificates(directory).identity("gw", "RSA"));
    start(HttpServer.Listener.tls("127.0.0.1", 0, tls));
    assertThatThrownBy(() -> subjectSeen("TLSv1.1")).isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void plainTextOnTheTlsPortIsClosed() {
    ServerTls tls = new ServerTls(new Certificates(directory).identity("gw", "RSA"));
    start(HttpServer.Listener.tls("127.0.0.1", 0, tls));
    RawWebSocket plain = RawWebSocket.to(uri("ws", 0)).connectOnly();
    plain.sendRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
    plain.awaitEnd(RawWebSocket.PATIENCE);
  }

  // ---- helpers

  private URI uri(String scheme, int listener) {
    return URI.create(
        scheme + "://127.0.0.1:" + server.addresses().get(listener).getPort() + "/ws");
  }

  private RawWebSocket webSocket(String scheme, int listener) {
    return RawWebSocket.to(uri(scheme, listener)).subprotocol("sip").connect();
  }

  private static String get(InetSocketAddress address, String path) throws IOException {
    return request(address, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  private String request(String text) throws IOException {
    return request(server.addresses().get(0), text);
  }

  private static String request(InetSocketAddress address, String text) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), ISO_8859_1);
      }
    }
  }

  private String subjectSeen(String version) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustAll()}, null);
    InetSocketAddress address = server.addresses().get(0);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(5000);
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    }
  }

  private static final class TrustAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static final class Echo implements FlowListener {
    final BlockingQueue<Flow> opened = new LinkedBlockingQueue<>();
    final BlockingQueue<FlowEnd> ended = new LinkedBlockingQueue<>();

    @Override
    public void opened(Flow flow) {
      opened.add(flow);
    }

    @Override
    public void received(Flow flow, byte[] message) {
      flow.send(message);
    }

    @Override
    public void ended(Flow flow, FlowEnd end) {
      ended.add(end);
    }
  }
}
