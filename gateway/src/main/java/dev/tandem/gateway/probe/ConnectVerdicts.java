package dev.tandem.gateway.probe;

import dev.tandem.sip.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What can be said of a connection, or of the lack of one. */
final class ConnectVerdicts {
  private ConnectVerdicts() {}

  static Finding of(
      Transport transport, InetSocketAddress to, Duration after, @Nullable IOException trouble) {
    String where = transport + " " + RequestWriter.hostPort(to);
    if (trouble == null) {
      return Finding.ok("connected to " + where + " in " + millis(after));
    }
    String message = String.valueOf(trouble.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (trouble instanceof SocketTimeoutException || lower.contains("timed out")) {
      return Finding.failed(
          where + " does not answer: no connection within " + millis(after),
          "A firewall drops it, or the address is wrong. Ask the other side whether it lets "
              + "our address in.");
    }
    if (trouble instanceof NoRouteToHostException || lower.contains("unreachable")) {
      return Finding.failed(
          "there is no way to " + where + " (" + message + ")",
          "Look at this machine's routes and firewall, and whether the network between (VPN) is "
              + "up.");
    }
    if (trouble instanceof ConnectException && lower.contains("refused")) {
      return Finding.failed(
          where + " refuses connections: the machine is there, and nothing listens on that port",
          transport == Transport.TLS
              ? "TLS is mostly on port 5061. Look whether the other side has TLS switched on."
              : "Look at the port, and whether the other side has "
                  + transport
                  + " switched on: many listen on UDP only.");
    }
    return Finding.failed(
        "no connection to " + where + ": " + message,
        "Look whether sip.listen has an address from which that network can be reached.");
  }

  /** What we speak from. */
  static Finding own(Transport transport, InetSocketAddress listens, InetSocketAddress peer) {
    String key = "sip.listen." + transport.uriParameter();
    boolean lost =
        Place.of(listens.getAddress()) == Place.LOOPBACK
            && Place.of(peer.getAddress()) != Place.LOOPBACK;
    return lost
        ? Finding.failed(
            key
                + " is "
                + RequestWriter.hostPort(listens)
                + ": from there nothing can leave this machine",
            "Let "
                + key
                + " be \":"
                + listens.getPort()
                + "\" (every address), or an address of "
                + "this machine in the peer's network. The check goes on from another socket.")
        : Finding.ok("sent from " + RequestWriter.hostPort(listens) + ", as the gateway does");
  }

  static Finding held(Transport transport, InetSocketAddress listens) {
    return Finding.warning(
        RequestWriter.hostPort(listens)
            + " ("
            + transport
            + ") is taken, probably by the running gateway: this check uses a port of its own",
        "A peer that knows us by address and port may refuse this check, though it takes calls. "
            + "Stop the gateway for a check from its own port.");
  }

  static Finding notListened(Transport transport) {
    String key = "sip.listen." + transport.uriParameter();
    return Finding.failed(
        key + " is empty: the gateway has no " + transport + " and cannot send to this trunk",
        "Add an address to " + key + ", or give the trunk another transport.");
  }

  static String millis(Duration time) {
    long millis = time.toMillis();
    return millis < 10_000 ? millis + " ms" : time.toSeconds() + " s";
  }
}
