package dev.tandem.gateway.call;

import dev.tandem.gateway.call.CallEvent.CalleeRefused.Why;
import java.util.List;
import java.util.Random;

/** Any event at any time, about legs and requests that are there, or were, or never were. */
final class ArbitraryEvents {
  private static final int KINDS = 21;

  private final Random random;
  private final int branches;

  ArbitraryEvents(Random random, int branches) {
    this.random = random;
    this.branches = branches;
  }

  CallEvent next() {
    int kind = random.nextInt(KINDS);
    if (random.nextInt(4) != 0) {
      kind = 4 + random.nextInt(6); // mostly what does not end calls, so that some last
    }
    return switch (kind) {
      case 0 ->
          new CallEvent.CalleeRefused(
              leg(), refusal(), "R", redirect(), Why.values()[random.nextInt(Why.values().length)]);
      case 1 -> new CallEvent.CallerCancelled(cause());
      case 2 -> new CallEvent.HungUp(leg(), cause());
      case 3 -> new CallEvent.LegLost(leg(), cause());
      case 4 -> new CallEvent.CalleeProgressed(leg(), 101 + random.nextInt(99), "P", payload());
      case 5 -> new CallEvent.CalleeAnswered(leg(), payload(), features());
      case 6 -> new CallEvent.RequestReceived(leg(), id(), method(), payload());
      case 7 -> new CallEvent.ResponseReceived(leg(), ours(), status(), "R", payload());
      case 8 -> new CallEvent.AckReceived(leg(), id(), payload());
      case 9 -> new CallEvent.CallerAcked(Payload.of(Body.sdp("answer")));
      case 10 -> new CallEvent.RequestCancelled(leg(), id());
      case 11 -> new CallEvent.AckMissing(leg(), id());
      case 12 ->
          new CallEvent.TimerFired(CallTimer.values()[random.nextInt(CallTimer.values().length)]);
      case 13 -> new CallEvent.CallerAckMissing();
      case 14 -> redirected();
      case 15 -> new CallEvent.CalleeAgreed(leg(), features());
      case 16 -> new CallEvent.CallerPracked(payload());
      case 18 -> new CallEvent.CalleeTrying(leg());
      case 19 -> new CallEvent.CallerUnanswerable(cause());
      case 17 -> new CallEvent.ReplacementOffered(leg(), features());
      default -> new CallEvent.EndRequested(cause());
    };
  }

  private CallEvent redirected() {
    List<Round> rounds = random.nextBoolean() ? List.of() : Round.of(1 + random.nextInt(2), 1);
    return new CallEvent.Redirected(
        new CallEvent.CalleeRefused(leg(), 302, "R", redirect()), rounds);
  }

  /** Often a redirection, or there would be too few. */
  private int refusal() {
    return random.nextBoolean() ? 302 : 300 + random.nextInt(400);
  }

  private Payload redirect() {
    return random.nextBoolean() ? payload() : CallScript.payload("Contact", "<sip:c@d>");
  }

  private LegId leg() {
    return new LegId(random.nextInt(branches + 3) - 1);
  }

  private ExchangeId id() {
    return new ExchangeId(random.nextInt(8));
  }

  private ExchangeId ours() {
    return new ExchangeId(ExchangeId.FIRST_OURS + random.nextInt(40));
  }

  private Method method() {
    return Method.values()[random.nextInt(4)];
  }

  private int status() {
    return random.nextInt(3) != 0 ? 200 : random.nextBoolean() ? 491 : 300 + random.nextInt(400);
  }

  private PeerFeatures features() {
    return new PeerFeatures(random.nextBoolean());
  }

  private Payload payload() {
    return random.nextBoolean() ? Payload.EMPTY : Payload.of(Body.sdp("sdp"));
  }

  private Cause cause() {
    return new Cause(random.nextInt(700), "Why", random.nextBoolean() ? List.of() : List.of("SIP"));
  }
}
