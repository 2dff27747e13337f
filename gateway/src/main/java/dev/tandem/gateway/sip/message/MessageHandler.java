package dev.tandem.gateway.sip.message;

import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.config.MessagesConfig;
import dev.tandem.gateway.limit.Rates;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.Outgoing;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.edge.Challenges;
import dev.tandem.gateway.sip.edge.Edge;
import dev.tandem.gateway.sip.edge.Home;
import dev.tandem.gateway.sip.edge.HomeCalls;
import dev.tandem.gateway.sip.header.OutgoingHeaders;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Origins;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.gateway.sip.target.Delivery;
import dev.tandem.gateway.sip.target.Target;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import javax.sip.address.Address;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a MESSAGE outside any dialog (RFC 3428): who sends it, is it within bounds, where
 * does it go; then all devices of that user get it, or a trunk.
 */
public final class MessageHandler {
  /** What crosses a MESSAGE besides what crosses every request; copied as it came. */
  private static final List<String> ALSO_CROSSING =
      List.of("Date", "Expires", "In-Reply-To", "Reply-To");

  private final UserAgent agent;
  private final Origins origins;
  private final Router router;
  private final Targets targets;
  private final MessagesConfig config;
  private final Rates<String> rate;
  private final @Nullable Postbox postbox;
  private final Domain domain;
  private final Refusing refusing;
  private final Edge edge;
  private final OtherDevices others;
  private final Timers timers;

  /**
   * Makes the handler.
   *
   * @param postbox null when messages for those who are offline are not kept
   */
  public MessageHandler(
      UserAgent agent,
      Origins origins,
      Router router,
      Targets targets,
      MessagesConfig config,
      Rates<String> rate,
      @Nullable Postbox postbox,
      Domain domain,
      Refusing refusing,
      Edge edge,
      OtherDevices others,
      Timers timers) {
    this.others = others;
    this.edge = edge;
    this.timers = timers;
    this.agent = agent;
    this.origins = origins;
    this.router = router;
    this.targets = targets;
    this.config = config;
    this.rate = rate;
    this.postbox = postbox;
    this.domain = domain;
    this.refusing = refusing;
  }

  public void handle(ServerExchange message) {
    SIPRequest request = message.request();
    if (request.getMaxForwards().getMaxForwards() == 0) {
      refusing.refuse(message, 483, "Too Many Hops", "too_many_hops");
      return;
    }
    Origin origin = origins.of(message, Identity.Role.PROXY);
    if (origin == null || !isWithinBounds(message, origin)) {
      return; // challenged or refused
    }
    Address from = origins.from(message, origin);
    Aor user = origin.user();
    Home home = user == null ? null : edge.homes().of(user);
    if (user != null && home != null) {
      if (!HomeCalls.mayAsk(origin.rights(), request)) {
        refusing.refuse(message, 403, "Not Allowed To Call This", "not_allowed");
        return;
      }
      deliverHome(message, user, home, from);
      return;
    }
    RouteDecision device = origin.isTrunk() ? edge.devices().of(message) : null;
    if (device instanceof RouteDecision.Refused refused) {
      refusing.refuse(message, refused.status(), refused.reason(), "device");
      return;
    }
    RouteRequest asked = origins.routeRequest(message, origin, from, RouteRequest.Kind.MESSAGE);
    RouteDecision decision = device == null ? router.route(asked) : device;
    if (decision instanceof RouteDecision.Refused refused) {
      if (refused.cause() == RouteDecision.Refusal.OFFLINE
          && keeps(message, domain.aor(asked.user()), from)) {
        return;
      }
      refusing.refuse(message, refused.status(), refused.reason(), refused.cause().word());
    } else if (decision instanceof RouteDecision.ToUser toUser) {
      toUser(message, toUser, from);
    } else if (decision instanceof RouteDecision.ToTrunks toTrunks) {
      if (config.toTrunks()) {
        TrunkDelivery.start(
            timers,
            toTrunks,
            (attempt, outcome) ->
                Delivery.start(
                    agent,
                    parcel(message, attempt.outgoing()),
                    targets.toTrunk(attempt, request, from),
                    outcome),
            (status, reason, response) -> answer(message, status, reason, response));
      } else {
        refusing.refuse(message, 403, "No Messages To Trunks", "trunk_messages");
      }
    }
  }

  private void toUser(ServerExchange message, RouteDecision.ToUser decision, Address from) {
    String to = message.request().getTo().getAddress().getURI().toString();
    Recipients recipients = Recipients.bring(others, decision, from, to, contents(message));
    if (recipients.brought()) {
      message.respond(200, "OK");
    }
    if (!recipients.isForNobodyElse()) {
      deliver(
          message,
          targets.toUser(recipients.bySip(), message.request(), from),
          decision.outgoing(),
          recipients.brought(),
          () -> keeps(message, decision.aor(), from));
    } else if (!recipients.brought() && !keeps(message, decision.aor(), from)) {
      refusing.refuse(message, 480, "Temporarily Unavailable", "offline");
    }
  }

  /** To the PBX that keeps the sender; it says what becomes of it. */
  private void deliverHome(ServerExchange message, Aor user, Home home, Address from) {
    Payload contents = contents(message);
    MessageEdit credentials = HomeCalls.credentials(message, home);
    Delivery.start(
        agent,
        new Delivery.Parcel(
            "MESSAGE",
            config.maxUdp().bytes(),
            message.raw().length,
            outgoing -> {
              Payloads.apply(contents, outgoing);
              credentials.apply(outgoing);
            },
            home.passesChallenges()),
        List.of(edge.calls().target(message, user, home, from)),
        (status, reason, response) -> {
          if (response != null && home.passesChallenges() && Challenges.isChallenge(status)) {
            List<Header> challenges = Challenges.of(response);
            message.respond(
                status, reason, answer -> Payloads.apply(new Payload(null, challenges), answer));
          } else {
            answer(message, status, reason, response);
          }
        });
  }

  private boolean isWithinBounds(ServerExchange message, Origin origin) {
    byte[] body = message.request().getRawContent();
    boolean hasBody = body != null && body.length > 0;
    if (hasBody && message.request().getContentTypeHeader() == null) {
      refusing.refuse(message, 400, "Content-Type Missing", "content_type");
    } else if (hasBody && body.length > config.maxBody().bytes()) {
      refusing.refuse(message, 413, "Request Entity Too Large", "too_large");
    } else if (!rate.take(sender(origin))) {
      // Not 503: that would say that we are out of order (RFC 3261 §21.5.4).
      refusing.refuse(
          message,
          480,
          "Too Many Messages",
          "rate",
          answer -> Payloads.add(answer, "Retry-After", "10"));
    } else {
      return true;
    }
    return false;
  }

  private static String sender(Origin origin) {
    Aor user = origin.user();
    return user == null
        ? "trunk " + Objects.requireNonNull(origin.trunk()).name()
        : user.toString();
  }

  /** False when messages are not kept, or this one cannot be. */
  private boolean keeps(ServerExchange message, Aor receiver, Address from) {
    Postbox box = postbox;
    boolean kept = box != null && box.keep(message, receiver, from, contents(message));
    if (kept) {
      message.respond(202, "Accepted");
    }
    return kept;
  }

  private void deliver(
      ServerExchange message,
      List<Target> to,
      Outgoing as,
      boolean answered,
      BooleanSupplier otherwise) {
    Delivery.start(
        agent,
        parcel(message, as),
        to,
        (status, reason, response) -> {
          boolean notThere = status == 408 || status == 480;
          if (!answered && (!notThere || !otherwise.getAsBoolean())) {
            answer(message, status, reason, response);
          }
        });
  }

  private Delivery.Parcel parcel(ServerExchange message, Outgoing as) {
    Payload contents = OutgoingHeaders.filtered(as, contents(message));
    return new Delivery.Parcel(
        "MESSAGE",
        config.maxUdp().bytes(),
        message.raw().length,
        outgoing -> {
          Payloads.apply(contents, outgoing);
          OutgoingHeaders.add(as, outgoing);
        });
  }

  private static Payload contents(ServerExchange message) {
    Payload payload = Payloads.of(message.request());
    List<Header> headers = new ArrayList<>(payload.headers());
    for (String name : ALSO_CROSSING) {
      RawHeaders.values(message.raw(), name, '\0')
          .forEach(value -> headers.add(new Header(name, value)));
    }
    return new Payload(payload.body(), headers);
  }

  /** 200 or 202 as the device said; a refusal without what is between the device and us. */
  private void answer(
      ServerExchange message, int status, String reason, @Nullable SIPResponse response) {
    MessageEdit headers =
        response == null
            ? MessageEdit.NONE
            : answer -> Payloads.apply(new Payload(null, Payloads.of(response).headers()), answer);
    switch (status) {
      case 401, 407 -> message.respond(403, "Forbidden", headers);
      // A 408 to anything but INVITE comes when its sender has given up already (RFC 4320 §4.2).
      case 408 -> message.respond(480, "No Answer", headers);
      case 503 -> message.respond(500, "Server Internal Error", headers);
      default -> message.respond(status, reason, headers);
    }
  }
}
