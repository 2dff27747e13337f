package dev.tandem.gateway;

import dev.tandem.gateway.config.TandemConfig;
import java.net.InetSocketAddress;
import java.util.List;

/** Something that runs until it is stopped; what {@link Main} needs to know of the gateway. */
public interface Service extends AutoCloseable {

  /** Starts one. */
  interface Starter {
    /**
     * Starts it, and returns when it serves.
     *
     * @throws StartException when it cannot; nothing is left open then
     */
    Service start(TandemConfig config) throws StartException;
  }

  /**
   * Something that is listened on.
   *
   * @param protocol http, https, udp, tcp or tls
   * @param address with its real port
   */
  record Endpoint(String protocol, InetSocketAddress address) {
    @Override
    public String toString() {
      return protocol + " " + hostPort();
    }

    String hostPort() {
      String host = address.getAddress().getHostAddress();
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    boolean isHttp() {
      return protocol.startsWith("http");
    }

    /** For a browser on this machine. */
    String url() {
      return protocol
          + "://"
          + (address.getAddress().isAnyLocalAddress()
              ? "localhost:" + address.getPort()
              : hostPort())
          + "/";
    }
  }

  /** All that is listened on. */
  List<Endpoint> endpoints();

  /**
   * Takes no more calls, waits until those that run are over, and ends what is left when {@code
   * calls.drainTime} is over. Returns after that.
   */
  void drain();

  /** Ends everything now. */
  @Override
  void close();
}
