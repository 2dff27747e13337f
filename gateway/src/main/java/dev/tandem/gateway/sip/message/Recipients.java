package dev.tandem.gateway.sip.message;

import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.bridge.OtherDevices.Incoming;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.routing.RouteDecision.ToUser;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.OutgoingHeaders;
import java.util.ArrayList;
import java.util.List;
import javax.sip.address.Address;

/**
 * The devices of a user, when those that speak no SIP have a message already.
 *
 * @param bySip where it is still to go
 * @param brought whether any of the others has it
 */
record Recipients(ToUser bySip, boolean brought) {

  /** Brings it to all that speak no SIP. */
  static Recipients bring(
      OtherDevices others, ToUser decision, Address from, String to, Payload message) {
    List<Binding> left = new ArrayList<>(decision.bindings());
    boolean brought = false;
    for (Binding binding : decision.bindings()) {
      if (others.has(binding)) {
        left.remove(binding);
        Address shown = OutgoingHeaders.from(decision.outgoing(), from);
        Incoming incoming =
            new Incoming(decision.aor(), Addresses.callerId(shown), decision.verified(), to);
        brought |= others.deliver(binding, incoming, message);
      }
    }
    return new Recipients(decision.with(left), brought);
  }

  boolean isForNobodyElse() {
    return bySip.bindings().isEmpty();
  }
}
