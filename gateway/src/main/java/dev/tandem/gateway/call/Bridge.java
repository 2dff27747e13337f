package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEffect.CancelRequest;
import dev.tandem.gateway.call.CallEffect.Respond;
import dev.tandem.gateway.call.CallEffect.SendAck;
import dev.tandem.gateway.call.CallEffect.SendRequest;
import dev.tandem.gateway.call.CallEnd.By;
import dev.tandem.gateway.call.CallEvent.AckMissing;
import dev.tandem.gateway.call.CallEvent.AckReceived;
import dev.tandem.gateway.call.CallEvent.RequestCancelled;
import dev.tandem.gateway.call.CallEvent.RequestReceived;
import dev.tandem.gateway.call.CallEvent.ResponseReceived;
import dev.tandem.gateway.call.Exchange.Stage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests inside the call, carried from one leg to the other. Steps of {@link Call}.
 *
 * <p>A request that changes the session (INVITE, or UPDATE with an offer) goes alone: while one is
 * open, another from the same leg gets 500 and one from the other leg 491 (RFC 3261 §14.2, RFC 3311
 * §5.2). One that overtakes the ACK for its own leg's last re-INVITE gets 491 too: so no leg ever
 * has two answers of ours without an ACK. One that overtakes the caller's first ACK, on its own way
 * or on the other leg's, is no fault of anybody: it is held, one for each leg, until that ACK comes
 * or the call ends. When a peer gives us 491, its leg owns a timer (§14.1) after which the request
 * is repeated, a few times, while the requester waits.
 */
final class Bridge {
  /** How often a request is sent in all before its requester gets the 491. */
  static final int MAX_TRIES = 3;

  /** More open requests than any phone needs; a peer that floods us gets 500. */
  static final int MAX_OPEN = 32;

  private static final ExchangeId NOT_SENT = new ExchangeId(0);

  private Bridge() {}

  static void requestReceived(Turn turn, RequestReceived event) {
    LegId from = event.leg();
    LegState leg = turn.leg(from);
    if (leg == LegState.OVER
        || leg == LegState.REDIRECTING
        || find(turn, from, event.exchange()) != null) {
      return;
    }
    if (turn.state == CallState.ENDING) {
      respond(turn, event, 481, "Call Does Not Exist");
    } else if (event.method() == Method.UPDATE && !event.payload().hasBody()) {
      respond(turn, event, 200, "OK"); // a session refresh concerns this leg only
    } else if (turn.answered == 0 || !(from.isCaller() || from.number() == turn.answered)) {
      early(turn, event);
    } else if (turn.exchanges().size() >= MAX_OPEN) {
      respondLater(turn, event);
    } else if (Exchange.changesSession(event.method(), event.payload())) {
      change(turn, event);
    } else {
      forward(turn, event, event.method());
    }
  }

  /**
   * Before the answer, between the early dialogs of caller and callee. An offer may follow only one
   * that has its answer: until then whose turn it is decides the status (RFC 3311 §5.2). A
   * re-INVITE cannot stand in for an UPDATE here (RFC 3261 §14.1), so who takes none has to be
   * asked later.
   */
  private static void early(Turn turn, RequestReceived event) {
    LegId from = event.leg();
    boolean joined =
        turn.early.branch() != 0 && (from.isCaller() || from.number() == turn.early.branch());
    boolean changes = Exchange.changesSession(event.method(), event.payload());
    if (!joined && !changes) {
      respond(turn, event, 480, "Temporarily Unavailable");
    } else if (turn.exchanges().size() >= MAX_OPEN) {
      respondLater(turn, event);
    } else if (!changes) {
      forward(turn, event, event.method());
    } else if (!joined || !turn.early.agreed(from) || event.method() == Method.INVITE) {
      refuseEarly(turn, event);
    } else if (negotiating(turn) != null) {
      refuseOver(turn, event, negotiating(turn));
    } else if (!turn.early.agreed(partner(turn, from)) || !takesUpdate(turn, partner(turn, from))) {
      respondLater(turn, event);
    } else {
      forward(turn, event, Method.UPDATE);
    }
  }

  private static void refuseEarly(Turn turn, RequestReceived event) {
    if (event.leg().isCaller()) {
      respondLater(turn, event);
    } else {
      respond(turn, event, 491, "Request Pending");
    }
  }

  private static @Nullable Exchange negotiating(Turn turn) {
    for (Exchange open : turn.exchanges()) {
      if (open.isNegotiating()) {
        return open;
      }
    }
    return null;
  }

  private static void refuseOver(Turn turn, RequestReceived event, @Nullable Exchange open) {
    if (open != null && open.from().equals(event.leg())) {
      respondLater(turn, event);
    } else {
      respond(turn, event, 491, "Request Pending");
    }
  }

  private static LegId partner(Turn turn, LegId leg) {
    return leg.isCaller()
        ? new LegId(turn.answered == 0 ? turn.early.branch() : turn.answered)
        : LegId.CALLER;
  }

  private static boolean takesUpdate(Turn turn, LegId leg) {
    PeerFeatures callee = turn.answered == 0 ? turn.early.callee() : turn.calleeFeatures;
    return leg.isCaller() ? turn.callerFeatures.update() : callee.update();
  }

  private static void change(Turn turn, RequestReceived event) {
    if (turn.replacing != null) {
      respond(turn, event, 491, "Request Pending");
      return;
    }
    boolean early = turn.state == CallState.ANSWERED;
    for (Exchange open : turn.exchanges()) {
      boolean sameLeg = open.from().equals(event.leg());
      if (early && !sameLeg) {
        continue; // held as this one will be; which of them goes first is decided then
      }
      if (open.isNegotiating() || (sameLeg && open.stage() == Stage.ACK_DUE)) {
        if (sameLeg && open.isUnanswered()) {
          respondLater(turn, event);
        } else {
          respond(turn, event, 491, "Request Pending");
        }
        return;
      }
    }
    if (early) {
      turn.add(exchange(turn, event, NOT_SENT, event.method(), Stage.HELD));
      return;
    }
    boolean asIs = takesUpdate(turn, partner(turn, event.leg()));
    forward(turn, event, asIs ? event.method() : Method.INVITE);
  }

  /** The caller's first ACK has come. Of two that were held, the later has met the earlier. */
  static void releaseHeld(Turn turn) {
    Exchange first = null;
    for (Exchange held : turn.exchanges()) {
      if (held.stage() == Stage.HELD) {
        turn.remove(held);
        if (first == null) {
          first = held;
        } else {
          turn.respond(held, 491, "Request Pending", Payload.EMPTY);
        }
      }
    }
    if (first != null) {
      change(
          turn,
          new RequestReceived(first.from(), first.received(), first.method(), first.payload()));
    }
  }

  private static void forward(Turn turn, RequestReceived event, Method sentAs) {
    Exchange sent = exchange(turn, event, turn.nextExchange(), sentAs, Stage.SENT);
    turn.add(sent);
    turn.emit(new SendRequest(sent.to(), sent.sent(), sentAs, event.payload()));
  }

  private static Exchange exchange(
      Turn turn, RequestReceived event, ExchangeId sent, Method sentAs, Stage stage) {
    return new Exchange(
        event.leg(),
        event.exchange(),
        event.method(),
        partner(turn, event.leg()),
        sent,
        sentAs,
        event.payload(),
        stage,
        1,
        false);
  }

  static void responseReceived(Turn turn, ResponseReceived event) {
    Exchange exchange = findSent(turn, event.leg(), event.exchange());
    if (exchange == null) {
      return; // the call ended meanwhile; what is left is the adapter's to end
    }
    int status = event.status();
    if (status < 300) {
      succeeded(turn, exchange, event);
    } else if (status == 491 && exchange.sentAs() == Method.INVITE) {
      collided(turn, exchange, event);
    } else {
      turn.remove(exchange);
      boolean challenge = status == 401 || status == 407;
      turn.respond(
          exchange,
          challenge ? 403 : status,
          challenge ? "Forbidden" : event.reason(),
          event.payload());
      boolean gone = status == 481 || (status == 408 && isInviteOrUpdate(exchange.sentAs()));
      if (gone && turn.answered != 0) {
        turn.end(By.GATEWAY, Causes.dialogGone(status, event.reason()));
      }
    }
  }

  private static boolean isInviteOrUpdate(Method method) {
    return method == Method.INVITE || method == Method.UPDATE;
  }

  private static void succeeded(Turn turn, Exchange exchange, ResponseReceived event) {
    boolean ackOwed = exchange.sentAs() == Method.INVITE && !exchange.payload().hasBody();
    if (exchange.sentAs() == Method.INVITE && !ackOwed) {
      turn.emit(new SendAck(exchange.to(), exchange.sent(), Payload.EMPTY));
    }
    if (exchange.method() == Method.INVITE) {
      turn.replace(exchange, exchange.at(ackOwed ? Stage.ACK_OWED : Stage.ACK_DUE));
    } else {
      turn.remove(exchange);
    }
    turn.respond(exchange, event.status(), event.reason(), event.payload());
  }

  private static void collided(Turn turn, Exchange exchange, ResponseReceived event) {
    if (exchange.cancelled()) {
      turn.remove(exchange);
      turn.respond(exchange, 487, "Request Terminated", Payload.EMPTY);
    } else if (exchange.tries() >= MAX_TRIES) {
      turn.remove(exchange);
      turn.respond(exchange, 491, event.reason(), event.payload());
    } else {
      turn.replace(exchange, exchange.at(Stage.GLARE));
      // In steps of 10 ms. The Call-ID is ours on the callee's leg, the caller's on the other. Not
      // at once, though that is allowed: a browser takes its own refused offer back in the
      // background, and would refuse ours meanwhile.
      turn.start(
          glareTimer(exchange.to()),
          exchange.to().isCaller()
              ? Duration.ofMillis(200 + 10L * turn.roll(180))
              : Duration.ofMillis(2_100 + 10L * turn.roll(190)));
    }
  }

  static void repeatAfterGlare(Turn turn, CallTimer timer) {
    for (Exchange exchange : turn.exchanges()) {
      if (exchange.stage() == Stage.GLARE && glareTimer(exchange.to()) == timer) {
        ExchangeId again = turn.nextExchange();
        turn.replace(exchange, exchange.sentAgainAs(again));
        turn.emit(new SendRequest(exchange.to(), again, exchange.sentAs(), exchange.payload()));
        return;
      }
    }
  }

  private static CallTimer glareTimer(LegId leg) {
    return leg.isCaller() ? CallTimer.GLARE_CALLER : CallTimer.GLARE_CALLEE;
  }

  /** If the 2xx wins the race against the CANCEL, it passes. */
  static void requestCancelled(Turn turn, RequestCancelled event) {
    Exchange exchange = find(turn, event.leg(), event.exchange());
    if (exchange == null || exchange.method() != Method.INVITE || exchange.cancelled()) {
      return;
    }
    if (exchange.stage() == Stage.SENT) {
      turn.replace(exchange, exchange.asCancelled());
      turn.emit(new CancelRequest(exchange.to(), exchange.sent()));
    } else if (exchange.isUnanswered()) {
      turn.remove(exchange);
      if (exchange.stage() == Stage.GLARE) {
        turn.stop(glareTimer(exchange.to()));
      }
      turn.respond(exchange, 487, "Request Terminated", Payload.EMPTY);
    }
  }

  static void ackReceived(Turn turn, AckReceived event) {
    Exchange exchange = find(turn, event.leg(), event.exchange());
    if (exchange == null || exchange.isUnanswered()) {
      return;
    }
    turn.remove(exchange);
    if (exchange.stage() == Stage.ACK_OWED) {
      turn.emit(new SendAck(exchange.to(), exchange.sent(), event.payload()));
    }
  }

  /** As for the first INVITE, the session is to be ended (§14.2, §13.3.1.4). */
  static void ackMissing(Turn turn, AckMissing event) {
    Exchange exchange = find(turn, event.leg(), event.exchange());
    if (exchange != null && !exchange.isUnanswered()) {
      turn.end(By.GATEWAY, Causes.NO_ACK);
    }
  }

  private static @Nullable Exchange find(Turn turn, LegId from, ExchangeId received) {
    for (Exchange exchange : turn.exchanges()) {
      if (exchange.received().equals(received) && exchange.from().equals(from)) {
        return exchange;
      }
    }
    return null;
  }

  private static @Nullable Exchange findSent(Turn turn, LegId to, ExchangeId sent) {
    for (Exchange exchange : turn.exchanges()) {
      if (exchange.stage() == Stage.SENT
          && exchange.sent().equals(sent)
          && exchange.to().equals(to)) {
        return exchange;
      }
    }
    return null;
  }

  private static void respond(Turn turn, RequestReceived event, int status, String reason) {
    turn.emit(new Respond(event.leg(), event.exchange(), status, reason, Payload.EMPTY));
  }

  /** 500 with a Retry-After of 0 to 10 s (§14.2). */
  private static void respondLater(Turn turn, RequestReceived event) {
    Header wait = new Header("Retry-After", Integer.toString(turn.roll(10)));
    turn.emit(
        new Respond(
            event.leg(),
            event.exchange(),
            500,
            "Server Internal Error",
            new Payload(null, List.of(wait))));
  }
}
