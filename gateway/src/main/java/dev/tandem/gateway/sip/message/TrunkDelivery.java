package dev.tandem.gateway.sip.message;

import dev.tandem.gateway.call.ResponseChoice;
import dev.tandem.gateway.config.route.TrunkGroupConfig;
import dev.tandem.gateway.config.route.TrunkGroupConfig.FailoverConfig;
import dev.tandem.gateway.routing.RouteDecision.ToTrunk;
import dev.tandem.gateway.routing.RouteDecision.ToTrunks;
import dev.tandem.gateway.sip.target.Delivery;
import dev.tandem.sip.time.Timers;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One MESSAGE to trunks that stand for each other, as their group's rule says of calls: the next
 * one gets it when one refuses it so, cannot be reached, or says nothing for a while. A silent one
 * that answers after all counts all the same, since a MESSAGE cannot be taken back: it may then
 * arrive twice. Thread-safe.
 */
final class TrunkDelivery {

  /** Sends it to one trunk. */
  @FunctionalInterface
  interface Sender {
    void send(ToTrunk to, Delivery.Outcome outcome);
  }

  private record Refusal(int status, String reason, @Nullable SIPResponse response) {}

  private final Timers timers;
  private final List<ToTrunk> attempts;
  private final @Nullable FailoverConfig rule;
  private final Sender sender;
  private final Delivery.Outcome outcome;
  private int begun; // guarded by this, as all below
  private int open;
  private @Nullable Refusal best;
  private boolean done;

  private TrunkDelivery(Timers timers, ToTrunks to, Sender sender, Delivery.Outcome outcome) {
    TrunkGroupConfig group = to.group();
    this.timers = timers;
    this.attempts = to.attempts();
    this.rule = group == null ? null : group.failover();
    this.sender = sender;
    this.outcome = outcome;
  }

  /** Begins; the outcome is told once, on the thread that brings it. */
  static void start(Timers timers, ToTrunks to, Sender sender, Delivery.Outcome outcome) {
    new TrunkDelivery(timers, to, sender, outcome).tryAfter(0);
  }

  /** The next one's turn, if it has not come while so many had begun. */
  private void tryAfter(int before) {
    synchronized (this) {
      if (done || begun != before) {
        return;
      }
      begun++;
      open++;
    }
    int mine = before + 1;
    Timers.Timer patience =
        rule != null && rule.timeout() && mine < attempts.size()
            ? timers.schedule(rule.tryTimeout(), () -> tryAfter(mine))
            : null;
    sender.send(
        attempts.get(before),
        (status, reason, response) -> {
          if (patience != null) {
            patience.cancel();
          }
          ended(mine, new Refusal(status, reason, response));
        });
  }

  private void ended(int mine, Refusal how) {
    boolean next = false;
    Refusal told = how;
    synchronized (this) {
      open--;
      if (done) {
        return;
      }
      Refusal before = best;
      if (before == null
          || ResponseChoice.rank(how.status()) < ResponseChoice.rank(before.status())) {
        best = how;
      } else {
        told = before;
      }
      if (how.status() / 100 == 2) {
        done = true;
        told = how;
      } else if (mine == begun && mine < attempts.size() && follows(how)) {
        next = true;
      } else if (mine == begun || open == 0) {
        done = true;
      } else {
        return; // a later one has it
      }
    }
    if (next) {
      tryAfter(mine);
    } else {
      outcome.done(told.status(), told.reason(), told.response());
    }
  }

  private boolean follows(Refusal how) {
    FailoverConfig failover = rule;
    if (failover == null) {
      return false;
    }
    if (how.response() != null) {
      return failover.codes().contains(how.status())
          || failover.codes().contains(how.status() / 100);
    }
    return how.status() == 408 ? failover.timeout() : failover.transport();
  }
}
