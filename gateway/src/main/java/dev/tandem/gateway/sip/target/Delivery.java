package dev.tandem.gateway.sip.target;

import dev.tandem.gateway.call.ResponseChoice;
import dev.tandem.gateway.sip.header.Challenged;
import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.ua.Hops;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.OutgoingRequest;
import dev.tandem.sip.ua.RequestSeries;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request outside any dialog to all of a user's devices at once. Its outcome is the first 2xx,
 * or when all have refused the best of their refusals (RFC 3261 §16.7 step 6). Such a request
 * cannot be cancelled, so every device gets it.
 */
public final class Delivery {

  /**
   * What goes to every device.
   *
   * @param passesChallenges whether the sender is to answer a challenge; else it never hears of it
   */
  public record Parcel(
      String method, int maxOverUdp, int size, MessageEdit edit, boolean passesChallenges) {

    /** One whose sender hears of no challenge. */
    public Parcel(String method, int maxOverUdp, int size, MessageEdit edit) {
      this(method, maxOverUdp, size, edit, false);
    }
  }

  /** Told once, on the thread that brings the outcome. */
  @FunctionalInterface
  public interface Outcome {
    /** Also 408 for silence, 480 for a device that is gone, 513 for what is too large for UDP. */
    void done(int status, String reason, @Nullable SIPResponse response);
  }

  private final UserAgent agent;
  private final Parcel parcel;
  private final Outcome outcome;
  private int open; // guarded by this
  private boolean done; // guarded by this
  private int bestStatus; // guarded by this; 0 before the first refusal
  private String bestReason = ""; // guarded by this
  private @Nullable SIPResponse bestResponse; // guarded by this

  private Delivery(UserAgent agent, Parcel parcel, int branches, Outcome outcome) {
    this.agent = agent;
    this.parcel = parcel;
    this.open = branches;
    this.outcome = outcome;
  }

  /** Sends it to every target; there must be one at least. */
  public static void start(UserAgent agent, Parcel parcel, List<Target> targets, Outcome outcome) {
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("nobody to deliver to");
    }
    Delivery delivery = new Delivery(agent, parcel, targets.size(), outcome);
    targets.forEach(delivery::send);
  }

  private void send(Target target) {
    Hops hops = new SmallByUdp(target.hops().get(), parcel.size(), parcel.maxOverUdp());
    agent.request(
        new OutgoingRequest(
            parcel.method(),
            target.requestUri(),
            target.from(),
            target.to(),
            target.maxForwards(),
            message -> {
              target.path().apply(message);
              parcel.edit().apply(message);
            }),
        new RequestSeries(),
        hops,
        target.credentials(),
        new Branch(hops));
  }

  private final class Branch implements ClientTransaction.Listener {
    private final Hops hops;

    Branch(Hops hops) {
      this.hops = hops;
    }

    @Override
    public void responded(SIPResponse response) {
      if (response.getStatusCode() >= 200) {
        String reason = response.getReasonPhrase();
        int status = response.getStatusCode();
        boolean hidden = Challenged.isChallenge(status) && !parcel.passesChallenges();
        ended(
            hidden ? Challenged.told(status) : status,
            reason == null ? "" : hidden ? Challenged.told(status, reason) : reason,
            hidden ? null : response);
      }
    }

    @Override
    public void timedOut() {
      ended(408, "Request Timeout", null);
    }

    @Override
    public void flowEnded(FlowEnd end) {
      ended(hops.failureStatus(), hops.failureReason(), null);
    }
  }

  private void ended(int status, String reason, @Nullable SIPResponse response) {
    synchronized (this) {
      open--;
      if (done) {
        return;
      }
      boolean better =
          bestStatus == 0 || ResponseChoice.rank(status) < ResponseChoice.rank(bestStatus);
      if (better || status / 100 == 2) {
        bestStatus = status;
        bestReason = reason;
        bestResponse = response;
      }
      if (open > 0 && status / 100 != 2) {
        return;
      }
      done = true;
    }
    outcome.done(bestStatus, bestReason, bestResponse);
  }
}
