package dev.tandem.gateway;

import dev.tandem.gateway.guard.Guard;
import dev.tandem.sip.transport.ws.Admission;
import dev.tandem.sip.transport.ws.UpgradeRequest;
import java.net.InetAddress;

/** Asks the guard about an address before anybody looks at a token. */
record GuardedAdmission(Guard guard, Admission admission) implements Admission {
  @Override
  public Verdict judge(UpgradeRequest request) {
    return guard.mayConnect(request.remote())
        ? admission.judge(request)
        : new Refused(503, "too many connections, try again later");
  }

  @Override
  public boolean isLimited(InetAddress address) {
    return guard.isAsked(address);
  }
}
