package dev.tandem.gateway.probe;

import dev.tandem.sip.transport.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the peer can call us: what it is shown, and what came. */
final class CallBackVerdicts {
  private CallBackVerdicts() {}

  /**
   * What we show and hear.
   *
   * @param listening whether the gateway listens at all on that transport
   * @param held whether the running gateway has the port, so that calls go to it
   * @param answer to any request of ours, which says how the peer sees us; null when none came
   * @param waited zero when nothing was waited for
   * @param arrived what the peer sent of its own accord
   */
  record Shown(
      RequestWriter us,
      InetSocketAddress peer,
      boolean listening,
      boolean held,
      boolean registered,
      @Nullable PlainMessage answer,
      Duration waited,
      List<PlainMessage> arrived) {}

  static List<Finding> of(Shown shown) {
    List<Finding> findings = new ArrayList<>();
    RequestWriter us = shown.us();
    findings.add(
        Finding.ok(
            "we show Contact "
                + us.contact()
                + ", Via "
                + RequestWriter.hostPort(us.shown())
                + ", From host "
                + us.fromHost()));
    findings.add(reachable(shown));
    if (!shown.listening()) {
      String key = "sip.listen." + us.transport().uriParameter();
      findings.add(
          Finding.failed(
              "calls by " + us.transport() + " cannot reach us: " + key + " is empty",
              "Add an address to " + key + "."));
    }
    if (!shown.registered()) {
      findings.add(
          Finding.ok(
              "we do not register with it: it must have our address "
                  + RequestWriter.hostPort(us.shown())
                  + " in its own configuration"));
    }
    findings.addAll(waited(shown));
    return findings;
  }

  private static Finding reachable(Shown shown) {
    RequestWriter us = shown.us();
    Place ours = Place.of(us.shown().getAddress());
    Place theirs = Place.of(shown.peer().getAddress());
    String address = RequestWriter.host(us.shown().getAddress());
    String key = "sip.listen." + us.transport().uriParameter();
    if (ours == Place.LOOPBACK && theirs != Place.LOOPBACK) {
      return Finding.failed(
          address + " means the peer itself to the peer: it cannot call us back",
          "Let " + key + " be \":5060\" or an address in the peer's network.");
    }
    PlainMessage answer = shown.answer();
    if (answer != null
        && OptionsVerdicts.seenAs(answer, us).stream()
            .anyMatch(finding -> finding.grade() == Finding.Grade.WARNING)) {
      return Finding.warning(
          "the peer sees another address than "
              + address
              + " (see OPTIONS): what it sends to our "
              + "Contact may not arrive",
          us.transport() == Transport.UDP
              ? "Let the peer send to where requests come from (Asterisk: rewrite_contact and "
                  + "force_rport; others call it NAT support), and keep the way open by health.interval "
                  + "below 30 s."
              : "Let the peer use the connection that we make (Asterisk: rewrite_contact), and keep it "
                  + "open by health.interval.");
    }
    if (ours == Place.PRIVATE && theirs == Place.PUBLIC) {
      return Finding.warning(
          address + " is private, and the peer is in the Internet: it cannot be reached there",
          "The gateway needs a public address, or one that is forwarded to it; or registration over "
              + "TCP or TLS, where calls come back on our own connection.");
    }
    return Finding.ok(
        address + " is an address that the peer may reach, as far as can be seen from here");
  }

  private static List<Finding> waited(Shown shown) {
    List<String> came =
        shown.arrived().stream()
            .map(message -> message.method() + " for " + message.requestUri())
            .toList();
    if (!came.isEmpty()) {
      return List.of(Finding.ok("it can: " + String.join(", ", came) + " came from it"));
    }
    if (shown.held()) {
      return List.of(
          Finding.skipped(
              "calls of the peer go to the running gateway, so none can be seen here",
              "Look at the gateway's log, or at GET /api/trunks."));
    }
    String waited = ConnectVerdicts.millis(shown.waited());
    return List.of(
        shown.waited().isZero()
            ? Finding.skipped(
                "nothing was waited for", "With --wait 30s, call us from the other side meanwhile.")
            : Finding.warning(
                "nothing came from the peer within " + waited,
                "If it was told to call (or to qualify us by OPTIONS): it does not know our address, "
                    + "or a firewall on the way drops its packets."));
  }
}
