package dev.tandem.gateway;

import dev.tandem.gateway.config.AdvertiseConfig;
import dev.tandem.gateway.config.LimitsConfig;
import dev.tandem.gateway.config.SipConfig;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.SendBudget;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.net.FramingLimits;
import dev.tandem.sip.transport.net.SocketTransport;
import dev.tandem.sip.transport.net.Sockets;
import dev.tandem.sip.transport.net.StreamLimits;
import dev.tandem.sip.transport.net.StreamTimeouts;
import dev.tandem.sip.transport.net.TcpTransport;
import dev.tandem.sip.transport.net.TlsSettings;
import dev.tandem.sip.transport.net.TlsTransport;
import dev.tandem.sip.transport.net.UdpLimits;
import dev.tandem.sip.transport.net.UdpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** The UDP, TCP and TLS sockets of the configuration, and the threads of the streams. */
final class SocketTransports implements AutoCloseable {
  private record Bound(SocketTransport transport, ListenAddress address) {}

  private final List<Bound> all = new ArrayList<>();
  private final XnioWorker worker;
  private final Sockets sockets;
  private final AdvertiseConfig advertise;

  /**
   * Makes the sockets, which are not open yet.
   *
   * @param budget what may wait for peers that do not read
   */
  SocketTransports(SipConfig config, LimitsConfig limits, SendBudget budget, Timers timers)
      throws StartException {
    advertise = config.advertise();
    try {
      worker =
          Xnio.getInstance()
              .createWorker(
                  OptionMap.builder()
                      .set(Options.WORKER_NAME, "tandem-sip")
                      .set(Options.WORKER_IO_THREADS, 1)
                      .set(Options.WORKER_TASK_CORE_THREADS, 1)
                      .set(Options.WORKER_TASK_MAX_THREADS, 2)
                      .set(Options.THREAD_DAEMON, true)
                      .getMap());
    } catch (IOException e) {
      throw new StartException("sip.listen", "cannot start threads", e);
    }
    StreamLimits streams = streams(limits, budget);
    for (ListenAddress address : config.udp()) {
      add(
          new UdpTransport(resolve("udp", address), UdpLimits.defaults(), timers),
          address,
          advertise.udp());
    }
    for (ListenAddress address : config.tcp()) {
      add(
          new TcpTransport(
              resolve("tcp", address), worker, timers, streams, StreamTimeouts.defaults()),
          address,
          advertise.tcp());
    }
    TlsFiles files = config.tlsFiles();
    if (files != null && !config.tls().isEmpty()) {
      TlsSettings settings = TlsIdentities.sip(files, config.clientCertificates());
      for (ListenAddress address : config.tls()) {
        add(
            new TlsTransport(
                resolve("tls", address),
                settings,
                worker,
                timers,
                streams,
                StreamTimeouts.defaults()),
            address,
            advertise.tls());
      }
    }
    this.sockets = new Sockets(all(), timers);
  }

  private static StreamLimits streams(LimitsConfig limits, SendBudget budget) {
    FramingLimits usual = FramingLimits.defaults();
    return new StreamLimits(
        new FramingLimits(
            usual.maxMessageBytes(), limits.messages().headers().bytes(), usual.maxHeaderLines()),
        StreamLimits.defaults().maxQueuedBytes(),
        budget,
        limits.connections().total(),
        limits.connections().perAddress());
  }

  /** The threads that read connections. */
  List<Executor> threads() {
    return List.of(worker.getIoThread());
  }

  private void add(SocketTransport transport, ListenAddress address, @Nullable String shownAs) {
    if (shownAs != null) {
      transport.advertise(peer -> advertise.isNear(peer) ? null : shownAs);
    }
    all.add(new Bound(transport, address));
  }

  private static InetSocketAddress resolve(String kind, ListenAddress address)
      throws StartException {
    try {
      return address.resolve();
    } catch (UnknownHostException e) {
      throw StartException.cannotListen("sip.listen." + kind, address, e);
    }
  }

  List<SocketTransport> all() {
    return all.stream().map(Bound::transport).toList();
  }

  /** Which of them leads where. */
  Sockets sockets() {
    return sockets;
  }

  void start(FlowListener listener) throws StartException {
    for (Bound bound : all) {
      try {
        bound.transport().start(listener);
      } catch (IOException e) {
        throw StartException.cannotListen(
            "sip.listen." + name(bound.transport().transport()), bound.address(), e);
      }
    }
  }

  List<Service.Endpoint> endpoints() {
    return all().stream()
        .map(t -> new Service.Endpoint(name(t.transport()), t.localAddress()))
        .toList();
  }

  private static String name(Transport transport) {
    return transport.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    all().forEach(SocketTransport::close);
    worker.shutdown();
  }
}
