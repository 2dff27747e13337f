package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.trunk.TrunkHealth;
import dev.tandem.sip.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be said of the answer to an OPTIONS outside of a call (RFC 3261 §11). */
final class OptionsVerdicts {
  private OptionsVerdicts() {}

  /** What matters of a trunk here. */
  record Peer(Transport transport, boolean hasAuth, TrunkHealth health) {}

  static List<Finding> of(Reply reply, Duration limit, Peer peer) {
    List<Finding> findings = new ArrayList<>();
    PlainMessage answer = reply.last();
    if (answer == null) {
      findings.add(missing(reply, limit, peer.transport()));
      return findings;
    }
    findings.add(status(answer, reply, peer));
    String software = answer.header("Server");
    if (software == null) {
      software = answer.header("User-Agent");
    }
    if (software != null) {
      findings.add(Finding.ok("the peer calls itself " + software));
    }
    String allow = String.join(", ", answer.headers("Allow"));
    if (!allow.isEmpty() && answer.status() < 300 && !allow.contains("INVITE")) {
      findings.add(
          Finding.warning(
              "it allows " + allow + ", and so no calls",
              "This may be a machine for something else. Look at address and port."));
    }
    if (peer.health().interval() != null && !peer.health().codes().contains(answer.status())) {
      findings.add(
          Finding.warning(
              "health.codes has no "
                  + answer.status()
                  + ": the gateway will take the trunk to be down",
              "Add " + answer.status() + " to health.codes if it means that the peer is there."));
    }
    return findings;
  }

  private static Finding status(PlainMessage answer, Reply reply, Peer peer) {
    String said = answer.told() + " in " + ConnectVerdicts.millis(reply.after());
    int status = answer.status();
    if (status < 300) {
      return Finding.ok(said);
    }
    return switch (status) {
      case 401, 407 ->
          peer.hasAuth()
              ? Finding.ok(said + ": it is there and asks who we are, as it should")
              : Finding.warning(
                  said + ": it is there and asks who we are, but the trunk has no auth",
                  "If it asks the same of calls, give the trunk auth.user and auth.password.");
      case 403 ->
          Finding.warning(
              said + ": it is there, and does not know us",
              "Have our address entered at the other side (see \"Call back\" for which), and look "
                  + "whether it wants its own domain in the trunk's domain or from.domain.");
      case 404, 480, 484, 604 ->
          Finding.ok(
              said
                  + ": it is there; OPTIONS has no user, and the peer looked for one. If calls "
                  + "meet the same, see the trunk's domain");
      case 405, 501 -> Finding.ok(said + ": it is there, and does not know OPTIONS");
      case 483 ->
          Finding.failed(
              said + ": the request went round in circles",
              "The trunk's domain leads back to where it came from. Look at domain and outboundProxy.");
      case 503 ->
          Finding.failed(
              said + ": it is there, and takes no calls now",
              "It is overloaded, starting, or has no way on. Ask the other side; some carriers say "
                  + "this to addresses that they do not know.");
      default ->
          status < 400
              ? Finding.warning(
                  said + ": we should ask elsewhere: " + answer.header("Contact"),
                  "Let the trunk's address be that one.")
              : Finding.warning(
                  said + ": it is there, and something about the request is not to its liking",
                  "Look at the exchange below, mostly at a Warning or Reason header.");
    };
  }

  /** Nothing came. */
  static Finding missing(Reply reply, Duration limit, Transport transport) {
    if (reply.trouble() != null) {
      return Finding.failed(
          "the connection broke: " + reply.trouble(),
          "A peer that hangs up does not like what it gets: perhaps the port is for another "
              + "protocol (TLS, HTTP), or it does not know our address.");
    }
    if (reply.closedPort()) {
      return Finding.failed(
          "nothing listens on that UDP port: the machine itself says so",
          "Look at the port, and whether the peer runs. It may listen on TCP or TLS only.");
    }
    PlainMessage progress = reply.progress(100);
    if (progress != null) {
      return Finding.failed(
          "nothing after " + progress.told() + " within " + ConnectVerdicts.millis(limit),
          "The peer passed it on to somebody who is silent.");
    }
    return Finding.failed(
        "no answer within " + ConnectVerdicts.millis(limit),
        transport == Transport.UDP
            ? "Nothing is there, a firewall drops it, or the peer ignores addresses that it does not "
                + "know: have ours entered there. Some carriers answer on TCP or TLS only."
            : "Something takes connections on that port and does not speak SIP with us: look at the "
                + "port, and whether the peer wants TLS there.");
  }

  /** How the peer sees us (RFC 3581), compared with what we say. */
  static List<Finding> seenAs(PlainMessage answer, RequestWriter us) {
    String via = answer.elements("Via").stream().findFirst().orElse("");
    String received = PlainMessage.parameter(via, "received");
    String rport = PlainMessage.parameter(via, "rport");
    String ourHost = RequestWriter.host(us.shown().getAddress());
    String ours = RequestWriter.hostPort(us.shown());
    boolean otherHost = received != null && !plain(received).equals(plain(ourHost));
    boolean otherPort =
        us.transport() == Transport.UDP
            && rport != null
            && !rport.isEmpty()
            && !rport.equals(Integer.toString(us.shown().getPort()));
    if (otherHost || otherPort) {
      String seen = (received == null ? ourHost : received) + (rport == null ? "" : ":" + rport);
      return List.of(
          Finding.warning(
              "the peer sees us as "
                  + seen
                  + ", and we say "
                  + ours
                  + ": there is NAT between (or the machine has another address towards it)",
              "Calls from the peer reach us only if that address and port are forwarded to "
                  + ours
                  + " and the peer answers to where requests come from. Better: a gateway with an "
                  + "address that the peer can reach, or TCP or TLS with registration."));
    }
    return received == null && (rport == null || rport.isEmpty())
        ? List.of(Finding.ok("it does not say from where our request came"))
        : List.of(Finding.ok("it sees us as " + ours + ", which is what we say"));
  }

  private static String plain(@Nullable String host) {
    return host == null ? "" : host.replace("[", "").replace("]", "");
  }
}
