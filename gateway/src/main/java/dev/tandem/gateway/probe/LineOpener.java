package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.SipConfig;
import dev.tandem.gateway.config.trunk.TrunkTls;
import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.gateway.probe.PeerFinder.Found;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.http.PemException;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Opens the way to a peer, from the gateway's own address where that is free. May block. */
final class LineOpener {
  private final SipConfig sip;
  private final @Nullable TrunkTls tls;
  private final Duration limit;

  LineOpener(SipConfig sip, @Nullable TrunkTls tls, Duration limit) {
    this.sip = sip;
    this.tls = tls;
    this.limit = limit;
  }

  /**
   * Opens it.
   *
   * @param name what the peer's certificate must name
   * @param secured hears of TLS
   * @return null when there is no way; the log says why
   */
  @Nullable Line open(Found found, String name, StepLog connect, StepLog secured) {
    Transport transport = found.transport();
    InetSocketAddress peer = found.address();
    long begin = System.nanoTime();
    try {
      OwnAddress own = OwnAddress.towards(peer, transport, sip);
      InetSocketAddress bind = own.bind();
      if (bind == null) {
        connect.add(ConnectVerdicts.notListened(transport));
      } else {
        connect.add(ConnectVerdicts.own(transport, own.isLost(peer) ? bind : own.shown(), peer));
      }
      boolean usable = bind != null && !own.isLost(peer);
      return transport == Transport.UDP
          ? udp(own, usable, peer, connect)
          : stream(own, usable, found, name, connect, secured);
    } catch (IOException e) {
      Duration after = Duration.ofNanos(System.nanoTime() - begin);
      connect.add(
          ConnectVerdicts.of(
              transport, peer, e instanceof SocketTimeoutException ? limit : after, e));
      return null;
    }
  }

  private static Line udp(OwnAddress own, boolean usable, InetSocketAddress peer, StepLog connect)
      throws IOException {
    InetAddress way = UdpWire.towards(peer);
    DatagramSocket socket = null;
    boolean held = false;
    InetSocketAddress bind = own.bind();
    if (usable && bind != null) {
      try {
        socket = new DatagramSocket(bind);
      } catch (BindException e) {
        held = true;
        connect.add(ConnectVerdicts.held(Transport.UDP, own.shown()));
      }
    }
    if (socket == null) {
      socket =
          new DatagramSocket(
              usable && bind != null
                  ? new InetSocketAddress(bind.getAddress(), 0)
                  : new InetSocketAddress(0));
    }
    connect.add(Finding.ok("UDP has no connections: whether somebody is there, OPTIONS will show"));
    InetAddress shown = usable ? own.shown().getAddress() : way;
    UdpWire wire = new UdpWire(socket, shown, peer);
    return new Line(new Conversation(wire), wire.local(), own.bind() != null, held, null);
  }

  private @Nullable Line stream(
      OwnAddress own, boolean usable, Found found, String name, StepLog connect, StepLog secured)
      throws IOException {
    Transport transport = found.transport();
    InetSocketAddress bind = own.bind();
    Socket socket = new Socket();
    long begin = System.nanoTime();
    try {
      if (usable && bind != null && !bind.getAddress().isAnyLocalAddress()) {
        socket.bind(new InetSocketAddress(bind.getAddress(), 0));
      }
      socket.connect(found.address(), (int) limit.toMillis());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    connect.add(
        ConnectVerdicts.of(
            transport, found.address(), Duration.ofNanos(System.nanoTime() - begin), null));
    Socket ready = transport == Transport.TLS ? secure(socket, name, secured) : socket;
    if (ready == null) {
      socket.close();
      return null;
    }
    ServerSocket server = null;
    boolean held = false;
    if (usable && bind != null) {
      try {
        server = serverSocket(bind, transport);
      } catch (BindException e) {
        held = true;
        connect.add(ConnectVerdicts.held(transport, own.shown()));
      }
    }
    StreamWire wire = new StreamWire(ready, transport);
    InetSocketAddress shown =
        new InetSocketAddress(
            usable ? own.shown().getAddress() : wire.local().getAddress(),
            shownPort(own, server, wire));
    return new Line(new Conversation(wire), shown, bind != null, held, server);
  }

  /** The gateway's own port, also while the gateway has it: connections come to it all the same. */
  private static int shownPort(OwnAddress own, @Nullable ServerSocket server, StreamWire wire) {
    if (server != null) {
      return server.getLocalPort();
    }
    return own.shown().getPort() == 0 ? wire.local().getPort() : own.shown().getPort();
  }

  private @Nullable ServerSocket serverSocket(InetSocketAddress bind, Transport transport)
      throws IOException {
    if (transport == Transport.TCP) {
      ServerSocket plain = new ServerSocket();
      plain.bind(bind);
      return plain;
    }
    TlsFiles files = sip.tlsFiles();
    try {
      SSLServerSocket server =
          (SSLServerSocket)
              TlsSide.of(null, files).context().getServerSocketFactory().createServerSocket();
      server.bind(bind);
      return server;
    } catch (GeneralSecurityException | PemException e) {
      return null; // --check-config tells about these files
    }
  }

  private @Nullable Socket secure(Socket plain, String name, StepLog log) throws IOException {
    try {
      TlsSide side =
          TlsSide.of(tls == null ? null : tls.authorities(), tls == null ? null : tls.identity());
      String host = name.replace("[", "").replace("]", "");
      SSLSocket socket =
          (SSLSocket)
              side.context().getSocketFactory().createSocket(plain, host, plain.getPort(), true);
      SSLParameters parameters = socket.getSSLParameters();
      if (host.chars().anyMatch(Character::isLetter) && !host.contains(":")) {
        parameters.setServerNames(List.of(new SNIHostName(host)));
      }
      socket.setSSLParameters(parameters);
      socket.setSoTimeout((int) limit.toMillis());
      socket.startHandshake();
      SSLSession session = socket.getSession();
      Certificate[] chain = session.getPeerCertificates();
      X509Certificate[] certificates = new X509Certificate[chain.length];
      for (int i = 0; i < chain.length; i++) {
        certificates[i] = (X509Certificate) chain[i];
      }
      boolean ownAuthorities = tls != null && tls.authorities() != null;
      log.addAll(
          TlsVerdicts.of(
              new TlsVerdicts.Seen(
                  session.getProtocol(),
                  session.getCipherSuite(),
                  certificates[0],
                  side.distrust(certificates),
                  ownAuthorities),
              name,
              Instant.now()));
      return log.hasFailed() ? null : socket;
    } catch (SocketTimeoutException e) {
      log.add(TlsVerdicts.broken("the peer says nothing within " + ConnectVerdicts.millis(limit)));
      return null;
    } catch (SocketException e) {
      log.add(TlsVerdicts.broken("the peer hangs up (" + e.getMessage() + ")"));
      return null;
    } catch (IOException e) {
      log.add(TlsVerdicts.broken(String.valueOf(e.getMessage())));
      return null;
    } catch (PemException | GeneralSecurityException e) {
      log.add(
          Finding.failed(
              "our own TLS settings cannot be used: " + e.getMessage(),
              "Look at the trunk's tls.ca, tls.certificate and tls.privateKey."));
      return null;
    }
  }
}
