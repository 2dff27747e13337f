package dev.tandem.gateway.config.value;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where to listen: {@code 127.0.0.1:8080}, {@code [::1]:5060}, or {@code :5060} for every address
 * of the machine. Port 0 lets the system choose.
 *
 * @param host as written, IPv6 in brackets; empty for every address
 */
public record ListenAddress(String host, int port) {

  public static ListenAddress parse(String text) {
    HostPort parts =
        HostPort.parse(
            text, -1, 0, "host:port such as 127.0.0.1:5060, [::1]:5060 or :5060 (every address)");
    return new ListenAddress(parts.host(), parts.port());
  }

  /** The address to bind. A host name is looked up here, so call it at start only. */
  public InetSocketAddress resolve() throws UnknownHostException {
    return host.isEmpty()
        ? new InetSocketAddress(port)
        : new InetSocketAddress(InetAddress.getByName(host), port);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
