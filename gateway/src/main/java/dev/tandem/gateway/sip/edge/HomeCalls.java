package dev.tandem.gateway.sip.edge;

import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.leg.CalleeLegs;
import dev.tandem.gateway.sip.target.Target;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import javax.sip.address.Address;

/**
 * What users whom a PBX keeps send out of any dialog: all of it goes to that PBX as theirs, whoever
 * it is for; the PBX says what becomes of it. The Request-URI stays as the client wrote it, but for
 * the PBX's own domain, since the digest was made of it.
 */
public final class HomeCalls {
  private static final List<String> CREDENTIALS = List.of("Authorization", "Proxy-Authorization");

  private final Targets targets;
  private final CalleeLegs legs;
  private final HomeCredentials credentials;

  public HomeCalls(Targets targets, CalleeLegs legs, HomeCredentials credentials) {
    this.credentials = credentials;
    this.targets = targets;
    this.legs = legs;
  }

  /** Whether the sender's token lets it call whom this request names. */
  public static boolean mayAsk(DialRights rights, SIPRequest request) {
    return rights.allow(Addresses.user(request.getRequestURI()));
  }

  /** The one branch of a call, to the PBX. */
  public Callees callees(ServerExchange invite, Aor user, Home home, Address from) {
    return Callees.of(
        List.of(
            legs.to(
                home.trunk(),
                target(invite, user, home, from),
                invite.request(),
                credentials(invite, home),
                home.passesChallenges() ? Challenges::of : response -> List.of())));
  }

  /** Where a request of this user goes. */
  public Target target(ServerExchange request, Aor user, Home home, Address from) {
    SIPRequest asked = request.request();
    return targets.upstream(
        home.trunk(),
        home.uri(asked.getRequestURI()),
        home.address(from),
        home.address(asked.getTo().getAddress()),
        asked.getMaxForwards().getMaxForwards() - 1,
        credentials.of(user, home));
  }

  /** What the client answers to the PBX's challenge, where it does so itself. */
  public static MessageEdit credentials(ServerExchange request, Home home) {
    if (!home.passesChallenges()) {
      return MessageEdit.NONE;
    }
    byte[] raw = request.raw();
    return message ->
        CREDENTIALS.forEach(
            name ->
                RawHeaders.values(raw, name, '\0')
                    .forEach(value -> Payloads.add(message, name, value)));
  }
}
