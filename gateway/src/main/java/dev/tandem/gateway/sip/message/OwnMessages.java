package dev.tandem.gateway.sip.message;

import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.config.MessagesConfig;
import dev.tandem.gateway.limit.Rates;
import dev.tandem.gateway.message.Messenger;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.Outgoing;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.OutgoingHeaders;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.target.Delivery;
import dev.tandem.gateway.sip.target.Target;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.ua.UserAgent;
import java.util.List;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/**
 * Messages of users who do not send them by SIP: the same bounds, routes and keeping as {@link
 * MessageHandler} has for the others.
 */
public final class OwnMessages implements Messenger {
  private static final int MAX_FORWARDS = 70;

  /** Header lines of a MESSAGE beside its body, for who must not be sent a large one by UDP. */
  private static final int HEADERS = 600;

  private final UserAgent agent;
  private final Router router;
  private final Domain domain;
  private final Targets targets;
  private final MessagesConfig config;
  private final Rates<String> rate;
  private final @Nullable Postbox postbox;
  private final OtherDevices others;
  private final Timers timers;

  public OwnMessages(
      UserAgent agent,
      Router router,
      Domain domain,
      Targets targets,
      MessagesConfig config,
      Rates<String> rate,
      @Nullable Postbox postbox,
      OtherDevices others,
      Timers timers) {
    this.timers = timers;
    this.agent = agent;
    this.router = router;
    this.domain = domain;
    this.targets = targets;
    this.config = config;
    this.rate = rate;
    this.postbox = postbox;
    this.others = others;
  }

  @Override
  public void send(RouteRequest request, Payload message, Outcome outcome) {
    int size = message.body() == null ? 0 : message.body().bytes().length;
    CallerId sender = request.source().caller();
    if (size > config.maxBody().bytes()) {
      outcome.done(413, "Request Entity Too Large");
      return;
    }
    if (!rate.take(domain.aor(sender.user()).toString())) {
      outcome.done(429, "Too Many Messages");
      return;
    }
    Address from = Addresses.named(sender.name(), Addresses.uri(sender.uri()));
    RouteDecision decision = router.route(request);
    if (decision instanceof RouteDecision.Refused refused) {
      boolean offline = refused.cause() == RouteDecision.Refusal.OFFLINE;
      if (offline && keeps(domain.aor(request.user()), from, message, size, outcome)) {
        outcome.done(202, "Accepted");
      } else {
        outcome.done(refused.status(), refused.reason());
      }
    } else if (decision instanceof RouteDecision.ToUser toUser) {
      toUser(toUser, from, message, size, outcome);
    } else if (decision instanceof RouteDecision.ToTrunks toTrunks) {
      if (config.toTrunks()) {
        TrunkDelivery.start(
            timers,
            toTrunks,
            (attempt, done) ->
                Delivery.start(
                    agent,
                    parcel(attempt.outgoing(), message, size),
                    targets.toTrunk(attempt, from, MAX_FORWARDS),
                    done),
            (status, reason, response) -> outcome.done(status, reason));
      } else {
        outcome.done(403, "No Messages To Trunks");
      }
    }
  }

  private void toUser(
      RouteDecision.ToUser decision, Address from, Payload message, int size, Outcome outcome) {
    Address to = Targets.address(decision);
    Recipients recipients = Recipients.bring(others, decision, from, decision.aor().uri(), message);
    Outcome told = outcome;
    if (recipients.brought()) {
      outcome.done(200, "OK");
      told = (status, reason) -> {};
    }
    if (!recipients.isForNobodyElse()) {
      Outcome last = told;
      boolean brought = recipients.brought();
      deliver(
          targets.toUser(recipients.bySip(), to, from, MAX_FORWARDS),
          decision.outgoing(),
          message,
          size,
          (status, reason) -> {
            boolean notThere = status == 408 || status == 480;
            if (!brought && notThere && keeps(decision.aor(), from, message, size, outcome)) {
              last.done(202, "Accepted");
            } else {
              last.done(status, reason);
            }
          });
    } else if (!recipients.brought()) {
      boolean kept = keeps(decision.aor(), from, message, size, outcome);
      outcome.done(kept ? 202 : 480, kept ? "Accepted" : "Temporarily Unavailable");
    }
  }

  private boolean keeps(Aor receiver, Address from, Payload message, int size, Outcome sender) {
    Postbox box = postbox;
    return box != null && box.keep(receiver, from, message, size + HEADERS, sender);
  }

  private void deliver(List<Target> to, Outgoing as, Payload message, int size, Outcome outcome) {
    Delivery.start(
        agent,
        parcel(as, message, size),
        to,
        (status, reason, response) -> outcome.done(status, reason));
  }

  private Delivery.Parcel parcel(Outgoing as, Payload message, int size) {
    Payload shown = OutgoingHeaders.filtered(as, message);
    return new Delivery.Parcel(
        "MESSAGE",
        config.maxUdp().bytes(),
        size + HEADERS,
        outgoing -> {
          Payloads.apply(shown, outgoing);
          OutgoingHeaders.add(as, outgoing);
        });
  }
}
