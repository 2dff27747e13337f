package dev.tandem.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tandem.gateway.call.CallEffect.AbandonCallee;
import dev.tandem.gateway.call.CallEffect.AckCallee;
import dev.tandem.gateway.call.CallEffect.AnswerCaller;
import dev.tandem.gateway.call.CallEffect.CancelCallee;
import dev.tandem.gateway.call.CallEffect.CancelRequest;
import dev.tandem.gateway.call.CallEffect.Finish;
import dev.tandem.gateway.call.CallEffect.HangUp;
import dev.tandem.gateway.call.CallEffect.InviteCallee;
import dev.tandem.gateway.call.CallEffect.KeepLeg;
import dev.tandem.gateway.call.CallEffect.PrackCallee;
import dev.tandem.gateway.call.CallEffect.Progress;
import dev.tandem.gateway.call.CallEffect.Redirect;
import dev.tandem.gateway.call.CallEffect.RefuseCaller;
import dev.tandem.gateway.call.CallEffect.ReplaceLeg;
import dev.tandem.gateway.call.CallEffect.Respond;
import dev.tandem.gateway.call.CallEffect.SendAck;
import dev.tandem.gateway.call.CallEffect.SendRequest;
import dev.tandem.gateway.call.CallEffect.StartTimer;
import dev.tandem.gateway.call.CallEffect.StopTimer;
import dev.tandem.gateway.call.CallEvent.AckMissing;
import dev.tandem.gateway.call.CallEvent.AckReceived;
import dev.tandem.gateway.call.CallEvent.CalleeAgreed;
import dev.tandem.gateway.call.CallEvent.CalleeAnswered;
import dev.tandem.gateway.call.CallEvent.CalleeProgressed;
import dev.tandem.gateway.call.CallEvent.CalleeRefused;
import dev.tandem.gateway.call.CallEvent.CallerAckMissing;
import dev.tandem.gateway.call.CallEvent.CallerAcked;
import dev.tandem.gateway.call.CallEvent.CallerCancelled;
import dev.tandem.gateway.call.CallEvent.CallerPracked;
import dev.tandem.gateway.call.CallEvent.CallerUnanswerable;
import dev.tandem.gateway.call.CallEvent.EndRequested;
import dev.tandem.gateway.call.CallEvent.HungUp;
import dev.tandem.gateway.call.CallEvent.LegLost;
import dev.tandem.gateway.call.CallEvent.Redirected;
import dev.tandem.gateway.call.CallEvent.ReplacementOffered;
import dev.tandem.gateway.call.CallEvent.RequestCancelled;
import dev.tandem.gateway.call.CallEvent.RequestReceived;
import dev.tandem.gateway.call.CallEvent.ResponseReceived;
import dev.tandem.gateway.call.CallEvent.TimerFired;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter knows of a call, and so both a source of legal events, in any order that a
 * network can bring about, and a judge of effects. It keeps its own account of legs, requests and
 * timers and shares nothing with the machine but the contract.
 */
final class WalkingAdapter {
  /** More branches than any walk has. */
  private static final int MOST = 20;

  private enum Invite {
    /** Its turn has not come. */
    WAITING,
    PENDING,
    CANCELLED,
    ACK_DUE,
    /** The caller's: no ACK will come. The dialog is there (RFC 3261 §13.3.1.4). */
    UP,
    OVER
  }

  /** A request received and not yet answered, or answered with 2xx and not yet ACKed. */
  private static final class Received {
    final Method method;
    final Payload payload;
    boolean cancelled;
    boolean ackDue;

    Received(Method method, Payload payload) {
      this.method = method;
      this.payload = payload;
    }
  }

  /** A request sent whose response is to come, or which had a 2xx that is to be ACKed. */
  private static final class Sent {
    final Method method;
    final boolean offer;
    final boolean early;
    boolean cancelled;
    boolean ackDue;

    Sent(Method method, boolean offer, boolean early) {
      this.method = method;
      this.offer = offer;
      this.early = early;
    }
  }

  private static final int[] FINALS = {302, 400, 401, 404, 408, 486, 487, 491, 500, 503, 603};
  private static final int[] IN_DIALOG = {200, 200, 200, 200, 202, 401, 488, 491, 491, 500, 503};
  private static final Method[] METHODS = Method.values();

  private final Random random;
  private boolean offered; // and so answered before the caller's ACK
  private final Set<LegId> described = new HashSet<>(); // branches that gave a description
  private final Set<LegId> agreed = new HashSet<>(); // legs whose early session is agreed
  private boolean heard; // the caller has an early dialog
  private boolean heardDescription;
  private final Invite[] legs;
  private final List<Map<ExchangeId, Received>> received = new ArrayList<>();
  private final List<Map<ExchangeId, Sent>> sent = new ArrayList<>();
  private final Set<CallTimer> timers = EnumSet.noneOf(CallTimer.class);
  private int nextId = 1;
  private int lastOurs = ExchangeId.FIRST_OURS - 1;
  private final Set<LegId> lostBranches = new HashSet<>();
  private @Nullable LegId replacing;
  private boolean callerLost;
  private boolean mustEnd;
  private int callerFinals;
  private final List<CalleeRefused> redirects = new ArrayList<>();
  private int known;
  private boolean finished;

  WalkingAdapter(Random random, int branches, boolean offered) {
    this.random = random;
    this.offered = offered;
    legs = new Invite[MOST];
    known = branches;
    for (int i = 0; i < MOST; i++) {
      legs[i] = i == 0 ? Invite.PENDING : i <= branches ? Invite.WAITING : Invite.OVER;
      received.add(new HashMap<>());
      sent.add(new HashMap<>());
    }
  }

  boolean isFinished() {
    return finished;
  }

  // Events.

  /** Something that can happen now; what ends a leg happens seldom. */
  CallEvent anyEvent() {
    List<CallEvent> able = new ArrayList<>();
    boolean ending = random.nextInt(100) < 2;
    for (int i = 0; i < legs.length; i++) {
      if (legs[i] != Invite.OVER && legs[i] != Invite.WAITING) {
        offerLegEvents(able, new LegId(i), ending);
      }
    }
    for (CallTimer timer : timers) {
      boolean often =
          timer == CallTimer.GLARE_CALLEE
              || timer == CallTimer.GLARE_CALLER
              || timer == CallTimer.NEXT_ROUND;
      if (ending || often) {
        able.add(new TimerFired(timer));
      }
    }
    for (LegId leg : lostBranches) {
      able.add(refusal(leg)); // known already, but an adapter keeps its promise
    }
    for (CalleeRefused redirect : redirects) {
      able.add(redirected(redirect));
    }
    if (able.isEmpty() || random.nextInt(200) == 0) {
      able.add(new TimerFired(pick(CallTimer.values()))); // stopped just when it fired
    }
    if (replacing == null && random.nextInt(30) == 0) {
      LegId leg = new LegId(random.nextInt(legs.length));
      able.add(new ReplacementOffered(leg, new PeerFeatures(random.nextBoolean())));
    }
    if (ending && random.nextInt(8) == 0) {
      able.add(new EndRequested(Cause.of(503, "Drain")));
    }
    return able.get(random.nextInt(able.size()));
  }

  /** Something that brings the end nearer, as peers do who want no more. */
  CallEvent closingEvent() {
    List<CallEvent> able = new ArrayList<>();
    for (int i = 0; i < legs.length; i++) {
      LegId leg = new LegId(i);
      switch (legs[i]) {
        case PENDING, CANCELLED -> able.add(i == 0 ? new CallerCancelled(cause()) : refusal(leg));
        case ACK_DUE -> {
          if (i == 0) {
            able.add(new CallerAckMissing());
        able.add(new CallerUnanswerable(cause()));
          }
        }
        case UP -> able.add(new HungUp(leg, cause()));
        case OVER, WAITING -> {}
      }
    }
    if (!redirects.isEmpty()) {
      able.add(redirected(redirects.get(0)));
    }
    if (able.isEmpty()) {
      fail("nobody is left to end anything, and the call is not finished");
    }
    return able.get(random.nextInt(able.size()));
  }

  private void offerLegEvents(List<CallEvent> able, LegId leg, boolean ending) {
    Invite state = legs[leg.number()];
    if (ending) {
      able.add(new LegLost(leg, cause()));
      if (leg.isCaller() || state == Invite.UP || state == Invite.ACK_DUE) {
        able.add(new HungUp(leg, cause()));
      }
    }
    if (leg.isCaller()) {
      offerCallerEvents(able, state, ending);
    } else if (state == Invite.PENDING || state == Invite.CANCELLED) {
      able.add(progress(leg));
      able.add(new CallEvent.CalleeTrying(leg));
      if (offered && described.contains(leg)) {
        able.add(new CalleeAgreed(leg, new PeerFeatures(random.nextBoolean())));
      }
      if (ending || random.nextInt(20) == 0) {
        able.add(new CalleeAnswered(leg, body(), new PeerFeatures(random.nextBoolean())));
        able.add(refusal(leg));
      }
    }
    if (random.nextInt(4) == 0) {
      able.add(new RequestReceived(leg, new ExchangeId(nextId++), pick(METHODS), maybeBody()));
    }
    received
        .get(leg.number())
        .forEach(
            (id, request) -> {
              if (request.ackDue) {
                able.add(new AckReceived(leg, id, maybeBody()));
                if (ending) {
                  able.add(new AckMissing(leg, id));
                }
              } else if (request.method == Method.INVITE && !request.cancelled) {
                able.add(new RequestCancelled(leg, id));
              }
            });
    sent.get(leg.number())
        .forEach(
            (id, request) -> {
              if (!request.ackDue) {
                able.add(response(leg, id, request, ending));
              }
            });
  }

  private void offerCallerEvents(List<CallEvent> able, Invite state, boolean ending) {
    if (ending && state != Invite.OVER) {
      able.add(new CallerCancelled(cause())); // it may cross our 2xx
    }
    if (state == Invite.PENDING && heardDescription) {
      able.add(new CallerPracked(offered ? Payload.EMPTY : body()));
    }
    if (state == Invite.ACK_DUE) {
      able.add(new CallerAcked(offered && random.nextBoolean() ? Payload.EMPTY : body()));
      if (ending) {
        able.add(new CallerAcked(Payload.EMPTY));
        able.add(new CallerAckMissing());
      }
    }
  }

  private CallEvent progress(LegId leg) {
    int status = pick(new Integer[] {180, 181, 182, 183, 199});
    return new CalleeProgressed(leg, status, "Progress", maybeBody());
  }

  private CallEvent refusal(LegId leg) {
    int status = legs[leg.number()] == Invite.CANCELLED ? 487 : FINALS[random.nextInt(11)];
    Payload payload =
        status == 302 && random.nextBoolean()
            ? CallScript.payload("Contact", "<sip:carol@example.test>")
            : Payload.EMPTY;
    CalleeRefused.Why[] why = CalleeRefused.Why.values();
    return new CalleeRefused(leg, status, "Refused", payload, pick(why));
  }

  private CallEvent redirected(CalleeRefused refused) {
    List<Round> rounds =
        switch (random.nextInt(4)) {
          case 0 -> Round.of(1);
          case 1 -> List.of(new Round(1, CallWalkTest.RULE), new Round(1, CallWalkTest.RULE));
          case 2 -> Round.of(2);
          default -> List.of();
        };
    return new Redirected(refused, rounds);
  }

  private CallEvent response(LegId leg, ExchangeId id, Sent request, boolean ending) {
    int status =
        ending
            ? pick(new Integer[] {408, 481})
            : request.cancelled && random.nextBoolean() ? 487 : IN_DIALOG[random.nextInt(11)];
    return new ResponseReceived(leg, id, status, "Response", status < 300 ? body() : Payload.EMPTY);
  }

  private Payload maybeBody() {
    return random.nextBoolean() ? body() : Payload.EMPTY;
  }

  private static Payload body() {
    return Payload.of(Body.sdp("sdp"));
  }

  private static Cause cause() {
    return Cause.of(480, "Peer");
  }

  private <T> T pick(T[] of) {
    return of[random.nextInt(of.length)];
  }

  // What an event means for the account.

  void happened(CallEvent event) {
    if (event instanceof Redirected e) {
      redirects.remove(e.refused());
      for (Round round : e.rounds()) {
        for (int i = 0; i < round.branches(); i++) {
          legs[++known] = Invite.WAITING;
        }
      }
    }
    if (event instanceof CalleeProgressed e) {
      if (e.payload().hasBody()) {
        described.add(e.leg());
      }
    } else if (event instanceof CalleeAgreed e) {
      agreed.add(e.leg());
    } else if (event instanceof CallerPracked) {
      agreed.add(LegId.CALLER);
    } else if (event instanceof CalleeAnswered e) {
      legs[e.leg().number()] = Invite.ACK_DUE;
    } else if (event instanceof CalleeRefused e) {
      lostBranches.remove(e.leg());
      over(e.leg());
    } else if (event instanceof CallerAcked) {
      legs[0] = Invite.UP;
    } else if (event instanceof CallerAckMissing) {
      legs[0] = Invite.UP;
      mustEnd = true;
    } else if (event instanceof CallerUnanswerable) {
      over(LegId.CALLER);
      mustEnd = true;
    } else if (event instanceof HungUp e) {
      mustEnd |= isInDialog(e.leg());
      if (!(e.leg().isCaller() && legs[0] == Invite.PENDING)) {
        over(e.leg()); // an early BYE still waits for the response to the INVITE
      }
    } else if (event instanceof LegLost e) {
      mustEnd |= isInDialog(e.leg());
      callerLost |= e.leg().isCaller();
      if (!isInDialog(e.leg())) {
        lostBranches.add(e.leg());
      }
      over(e.leg());
    } else if (event instanceof RequestReceived e) {
      received.get(e.leg().number()).put(e.exchange(), new Received(e.method(), e.payload()));
    } else if (event instanceof RequestCancelled e) {
      received.get(e.leg().number()).get(e.exchange()).cancelled = true;
    } else if (event instanceof AckReceived e) {
      received.get(e.leg().number()).remove(e.exchange());
    } else if (event instanceof AckMissing e) {
      mustEnd = true;
      received.get(e.leg().number()).remove(e.exchange());
    } else if (event instanceof ResponseReceived e) {
      Sent request = sent.get(e.leg().number()).get(e.exchange());
      if (request.method == Method.INVITE && e.status() < 300) {
        request.ackDue = true;
      } else {
        sent.get(e.leg().number()).remove(e.exchange());
      }
      mustEnd |= e.status() == 481 && isWaitedFor(e.leg()) && !request.early;
    } else if (event instanceof TimerFired e) {
      mustEnd |= timers.remove(e.timer()) && e.timer() == CallTimer.MAX_DURATION;
    } else if (event instanceof ReplacementOffered e) {
      replacing = e.leg();
    } else if (event instanceof EndRequested) {
      mustEnd = true;
    }
  }

  /** The caller's leg always counts: its loss ends any call. */
  private boolean isInDialog(LegId leg) {
    Invite state = legs[leg.number()];
    return leg.isCaller() || state == Invite.UP || state == Invite.ACK_DUE;
  }

  /** In a call that is ending, a response is nobody's any more. */
  private boolean isWaitedFor(LegId leg) {
    return legs[leg.number()] != Invite.OVER && !mustEnd;
  }

  private void over(LegId leg) {
    legs[leg.number()] = Invite.OVER;
    received.get(leg.number()).clear();
    sent.get(leg.number()).clear();
  }

  // What an effect may be.

  void judge(List<CallEffect> effects) {
    for (CallEffect effect : effects) {
      assertThat(finished).as("nothing comes after Finish").isFalse();
      judge(effect);
    }
    judgeRest();
  }

  private void judge(CallEffect effect) {
    if (effect instanceof InviteCallee e) {
      assertThat(legs[e.leg().number()]).isEqualTo(Invite.WAITING);
      assertThat(legs[0]).as("a caller who waits").isEqualTo(Invite.PENDING);
      assertThat(e.payload().hasBody()).isEqualTo(offered);
      legs[e.leg().number()] = Invite.PENDING;
    } else if (effect instanceof Redirect e) {
      assertThat(legs[e.refused().leg().number()]).isEqualTo(Invite.OVER);
      redirects.add(e.refused());
    } else if (effect instanceof CancelCallee e) {
      assertThat(legs[e.leg().number()]).isEqualTo(Invite.PENDING);
      legs[e.leg().number()] = Invite.CANCELLED;
    } else if (effect instanceof AbandonCallee e) {
      assertThat(legs[e.leg().number()]).isEqualTo(Invite.PENDING);
      over(e.leg());
    } else if (effect instanceof PrackCallee e) {
      assertThat(legs[e.leg().number()]).isEqualTo(Invite.PENDING);
      assertThat(offered).as("answered before").isFalse();
      assertThat(described).contains(e.leg());
      offered = true;
      agreed.add(e.leg());
    } else if (effect instanceof AckCallee e) {
      assertThat(legs[e.leg().number()]).isEqualTo(Invite.ACK_DUE);
      legs[e.leg().number()] = Invite.UP;
    } else if (effect instanceof Progress e) {
      assertThat(legs[0]).isEqualTo(Invite.PENDING);
      assertThat(e.status()).isBetween(101, 198);
      heard = true;
      heardDescription |= e.payload().hasBody();
    } else if (effect instanceof AnswerCaller) {
      judgeCallerFinal();
      legs[0] = Invite.ACK_DUE;
    } else if (effect instanceof RefuseCaller e) {
      judgeCallerFinal();
      assertThat(e.status()).isBetween(300, 699);
      over(LegId.CALLER);
    } else if (effect instanceof HangUp e) {
      assertThat(legs[e.leg().number()]).isEqualTo(Invite.UP);
      for (Received request : received.get(e.leg().number()).values()) {
        assertThat(request.ackDue).as("answered before its leg is hung up").isTrue();
      }
      for (Sent request : sent.get(e.leg().number()).values()) {
        assertThat(request.ackDue).as("2xx without ACK before the BYE").isFalse();
      }
      over(e.leg());
    } else if (effect instanceof ReplaceLeg e) {
      assertThat(e.leg()).isEqualTo(replacing);
      replacing = null;
      judgeQuiet(e.leg());
    } else if (effect instanceof KeepLeg e) {
      assertThat(e.leg()).isEqualTo(replacing);
      replacing = null;
    } else if (effect instanceof StartTimer e) {
      assertThat(timers.add(e.timer())).as("started once").isTrue();
    } else if (effect instanceof StopTimer e) {
      assertThat(timers.remove(e.timer())).as("stopped while it ran").isTrue();
    } else if (effect instanceof Finish) {
      judgeFinish();
    } else {
      judgeInDialog(effect);
    }
  }

  private void judgeCallerFinal() {
    assertThat(++callerFinals).as("final responses to the caller").isEqualTo(1);
    assertThat(legs[0]).isEqualTo(Invite.PENDING);
  }

  private void judgeInDialog(CallEffect effect) {
    if (effect instanceof SendRequest e) {
      boolean early = legs[e.leg().number()] == Invite.PENDING;
      if (early) {
        judgeEarly(e);
      } else {
        assertThat(legs[e.leg().number()]).isIn(Invite.UP, Invite.ACK_DUE);
      }
      assertThat(e.exchange().number()).isEqualTo(++lastOurs);
      if (e.method() == Method.INVITE) {
        assertThat(legs[e.leg().number()]).isEqualTo(Invite.UP);
        judgeNoGlare(e.leg());
      }
      sent.get(e.leg().number())
          .put(e.exchange(), new Sent(e.method(), e.payload().hasBody(), early));
    } else if (effect instanceof CancelRequest e) {
      Sent request = sent.get(e.leg().number()).get(e.exchange());
      assertThat(request.method).isEqualTo(Method.INVITE);
      assertThat(request.cancelled || request.ackDue).isFalse();
      request.cancelled = true;
    } else if (effect instanceof SendAck e) {
      Sent request = sent.get(e.leg().number()).remove(e.exchange());
      assertThat(request).as("a 2xx that is not yet ACKed").isNotNull();
      assertThat(request.ackDue).isTrue();
    } else if (effect instanceof Respond e) {
      judgeRespond(e);
    }
  }

  /** Before the answer: never an INVITE, and no offer before the first has its answer. */
  private void judgeEarly(SendRequest e) {
    assertThat(heard).as("there are early dialogs").isTrue();
    assertThat(e.method()).isNotEqualTo(Method.INVITE);
    if (e.method() == Method.UPDATE) {
      assertThat(agreed).contains(LegId.CALLER, e.leg());
      for (Sent other : sent.get(e.leg().number()).values()) {
        assertThat(other.method == Method.UPDATE).as("two offers at once").isFalse();
      }
    }
  }

  private void judgeRespond(Respond e) {
    Received request = received.get(e.leg().number()).get(e.exchange());
    assertThat(request).as("a request that waits").isNotNull();
    assertThat(request.ackDue).as("answered twice").isFalse();
    assertThat(e.status()).isBetween(200, 699);
    if (request.method == Method.INVITE && e.status() < 300) {
      for (Received other : received.get(e.leg().number()).values()) {
        assertThat(other.ackDue).as("two answers without ACK on one leg").isFalse();
      }
      request.ackDue = true;
    } else {
      received.get(e.leg().number()).remove(e.exchange());
    }
  }

  /** No INVITE of ours meets another of ours, or one that the peer itself waits for (§14.1). */
  private void judgeNoGlare(LegId leg) {
    for (Sent other : sent.get(leg.number()).values()) {
      assertThat(other.method).isNotEqualTo(Method.INVITE);
    }
    for (Received other : received.get(leg.number()).values()) {
      assertThat(other.method == Method.INVITE && !other.ackDue).isFalse();
    }
  }

  /** Nothing that began with one peer is ended with another. */
  private void judgeQuiet(LegId replaced) {
    assertThat(legs[0]).isEqualTo(Invite.UP);
    assertThat(legs[replaced.number()]).isEqualTo(Invite.UP);
    assertThat(timers).doesNotContain(CallTimer.GLARE_CALLER, CallTimer.GLARE_CALLEE);
    assertThat(received).allMatch(Map::isEmpty);
    assertThat(sent).allMatch(Map::isEmpty);
  }

  private void judgeFinish() {
    finished = true;
    assertThat(replacing).as("a leg that waits for another's place").isNull();
    assertThat(List.of(legs)).isSubsetOf(Invite.OVER, Invite.WAITING);
    assertThat(timers).as("running timers").isEmpty();
    assertThat(callerFinals).isEqualTo(callerLost ? callerFinals : 1);
  }

  /** What must be true between any two events. */
  private void judgeRest() {
    for (int i = 1; i < legs.length; i++) {
      if (offered || legs[0] == Invite.OVER) {
        assertThat(legs[i]).as("ACKed at once").isNotEqualTo(Invite.ACK_DUE);
      }
    }
    for (Map<ExchangeId, Sent> requests : sent) {
      for (Sent request : requests.values()) {
        assertThat(request.ackDue && request.offer).as("ACKed at once").isFalse();
      }
    }
    if (mustEnd) {
      assertThat(legs[0]).as("caller").isIn(Invite.OVER, Invite.ACK_DUE);
      for (int i = 1; i < legs.length; i++) {
        assertThat(legs[i]).as("branch %d", i).isIn(Invite.OVER, Invite.CANCELLED, Invite.WAITING);
      }
    }
    judgeNobodyIsForgotten();
    judgeSomebodyIsTried();
    judgeGlareTimers();
  }

  /** A caller who waits for an answer waits for somebody. */
  private void judgeSomebodyIsTried() {
    boolean tried = !redirects.isEmpty();
    for (int i = 1; i <= known; i++) {
      tried |= legs[i] == Invite.PENDING;
    }
    if (legs[0] == Invite.PENDING) {
      assertThat(tried).isTrue();
    }
  }

  /** A glare timer runs only for a requester on the other side that waits. */
  private void judgeGlareTimers() {
    if (timers.contains(CallTimer.GLARE_CALLEE)) {
      assertThat(waitsForChange(0)).isTrue();
    }
    if (timers.contains(CallTimer.GLARE_CALLER)) {
      boolean waits = false;
      for (int i = 1; i < legs.length; i++) {
        waits |= waitsForChange(i);
      }
      assertThat(waits).isTrue();
    }
  }

  private boolean waitsForChange(int leg) {
    for (Received request : received.get(leg).values()) {
      if (!request.ackDue && (request.method == Method.INVITE || request.payload.hasBody())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Who waits for a response waits for something that still happens. While the caller's first ACK
   * is awaited, one change of each leg may wait for that.
   */
  private void judgeNobodyIsForgotten() {
    boolean glare =
        timers.contains(CallTimer.GLARE_CALLEE) || timers.contains(CallTimer.GLARE_CALLER);
    int waiting = 0;
    int coming = glare ? 1 : 0;
    for (int i = 0; legs[0] == Invite.ACK_DUE && i < legs.length; i++) {
      coming += waitsForChange(i) ? 1 : 0;
    }
    for (Map<ExchangeId, Received> requests : received) {
      for (Received request : requests.values()) {
        waiting += request.ackDue ? 0 : 1;
      }
    }
    for (Map<ExchangeId, Sent> requests : sent) {
      for (Sent request : requests.values()) {
        coming += request.ackDue ? 0 : 1;
      }
    }
    assertThat(waiting).as("requests that wait for an answer").isLessThanOrEqualTo(coming);
  }
}
