package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.limit.TokenBucket;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One client that has logged in: its calls, and what it has been told. It outlives its connection
 * for a while, so that the client can come back to it. Thread-safe.
 */
final class Session {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MAX_ENDED = 256;
  private static final int MAX_EARLY_CALLS = 8;
  private static final long EARLY_MILLIS = 5_000;
  private static final long PATIENT_MILLIS = 10_000;

  private record Early(long at, List<JsonNode> candidates) {}

  private final String id = token(16);
  private final FlowId flow = FlowId.next();
  private final SessionOwner owner;
  private final Timers timers;
  private final Duration window;
  private final Outbox outbox = new Outbox();
  private final Map<String, JsonLeg> calls = new ConcurrentHashMap<>();
  private final Map<String, Early> early = new LinkedHashMap<>(); // guarded by this
  private final Map<String, Boolean> endedCalls = new LinkedHashMap<>() { // guarded by this
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MAX_ENDED;
        }
      };
  private final Map<String, Watch> watches = new ConcurrentHashMap<>(2);
  private volatile @Nullable String published;
  private final Map<String, AskedTransfer> asked = new ConcurrentHashMap<>(2); // and not answered
  private final Set<String> rooms = ConcurrentHashMap.newKeySet();
  private final TokenBucket newCalls; // guarded by this
  private volatile Login login;
  private volatile Set<String> features = Set.of();
  private volatile String urn = "";
  private volatile boolean autoRing = true;
  private volatile boolean over;
  private byte[] resumeHash = new byte[0]; // guarded by this
  private Timers.@Nullable Timer detached; // guarded by this
  private long lastCall; // guarded by this
  private long lastLimited; // guarded by this; 0 for never

  Session(Login login, SessionOwner owner, Timers timers, Duration window, int callsPerMinute) {
    this.login = login;
    this.owner = owner;
    this.timers = timers;
    this.window = window;
    this.newCalls = new TokenBucket(callsPerMinute, callsPerMinute, timers.millis());
  }

  /** Whoever keeps sessions, and hears of their end. */
  interface SessionOwner {
    void ended(Session session);
  }

  String id() {
    return id;
  }

  /** Names the session as the flow of its binding. */
  FlowId flow() {
    return flow;
  }

  /** What its device is called. */
  void isCalled(String name) {
    urn = name;
  }

  String urn() {
    return urn;
  }

  Login login() {
    return login;
  }

  Outbox outbox() {
    return outbox;
  }

  void renewed(Login again) {
    login = again;
  }

  void can(Set<String> what, boolean ringsByItself) {
    features = what;
    autoRing = ringsByItself;
  }

  boolean can(String feature) {
    return features.contains(feature);
  }

  boolean isAutoRinging() {
    return autoRing;
  }

  boolean isOver() {
    return over;
  }

  boolean isAttached() {
    return outbox.isAttached();
  }

  void send(ObjectNode event) {
    if (!over) {
      outbox.send(event);
    }
  }

  /** A frame is refused for being one too many; told once, until that has stopped for a while. */
  void isLimited(int retryAfter) {
    synchronized (this) {
      long now = timers.millis();
      long before = lastLimited;
      lastLimited = now;
      if (before != 0 && now - before < PATIENT_MILLIS) {
        return;
      }
    }
    send(Frames.of("session").put("state", "rate_limited").put("retryAfter", retryAfter));
  }

  // Coming back.

  static String token(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** A new token to come back with; the one before is good no more. */
  synchronized String nextToken() {
    String token = token(32);
    resumeHash = hash(token);
    return token;
  }

  synchronized boolean mayResume(String token) {
    return !over && MessageDigest.isEqual(resumeHash, hash(token));
  }

  static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** It has a connection. */
  synchronized void isBack() {
    Timers.Timer waiting = detached;
    detached = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  /** Its connection is gone; it waits, if it has not another one already. */
  void lost(Wire wire, String why) {
    if (!outbox.detach(wire) || over) {
      return;
    }
    calls.values().forEach(leg -> leg.detached(why));
    synchronized (this) {
      detached = timers.schedule(window, this::clientLost);
    }
  }

  private void clientLost() {
    if (!isAttached()) {
      end(Cause.of(480, "Client Lost", "Q.850;cause=102;text=\"Recovery on timer expiry\""));
    }
  }

  /** Ends it and its calls. */
  void end(Cause cause) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      isBack();
    }
    asked.values().forEach(each -> each.failed(Cause.of(480, "Temporarily Unavailable")));
    calls.values().forEach(leg -> leg.lose(cause));
    owner.ended(this);
  }

  /** The names of the rooms that it is in. */
  Set<String> rooms() {
    return rooms;
  }

  /** Its subscriptions, by the client's names. */
  Map<String, Watch> watches() {
    return watches;
  }

  /** The entity-tag of what it has published; null for nothing. */
  @Nullable String published() {
    return published;
  }

  void hasPublished(String entityTag) {
    published = entityTag;
  }

  // Calls.

  JsonLeg call(String name) {
    JsonLeg leg = calls.get(name);
    if (leg != null) {
      return leg;
    }
    synchronized (this) {
      throw endedCalls.containsKey(name)
          ? Refusal.of(ErrorCode.CALL_ENDED, "the call has ended")
          : Refusal.of(ErrorCode.NO_SUCH_CALL, "there is no such call");
    }
  }

  boolean hasCall(String name) {
    return calls.containsKey(name);
  }

  List<JsonLeg> calls() {
    return List.copyOf(calls.values());
  }

  /** Before a call is begun; refuses when there are too many, at once or in a minute. */
  synchronized void mayCall(String name, int most) {
    if (calls.containsKey(name) || endedCalls.containsKey(name)) {
      throw Refusal.of(ErrorCode.DUPLICATE_CALL, "the session had a call of that name");
    }
    if (calls.size() >= most) {
      throw Refusal.later("more than " + most + " calls at once", 5);
    }
    long now = timers.millis();
    if (!newCalls.take(now)) {
      throw Refusal.later("too many new calls", newCalls.secondsToWait(now));
    }
  }

  void add(JsonLeg leg) {
    calls.put(leg.name(), leg);
    if (over) {
      leg.lose(Cause.of(480, "Client Lost"));
    }
  }

  /** A name for a call that comes in. */
  synchronized String nextCall() {
    String name;
    do {
      name = "g" + ++lastCall;
    } while (calls.containsKey(name) || endedCalls.containsKey(name));
    return name;
  }

  void forget(JsonLeg leg) {
    synchronized (this) {
      endedCalls.put(leg.name(), true);
    }
    calls.remove(leg.name(), leg);
  }

  // Transfers that it is asked for.

  void isAsked(AskedTransfer transfer) {
    asked.put(transfer.name(), transfer);
    if (over) {
      transfer.failed(Cause.of(480, "Temporarily Unavailable"));
    }
  }

  void isAskedNoMore(AskedTransfer transfer) {
    asked.remove(transfer.name());
  }

  AskedTransfer asked(String name) {
    AskedTransfer known = asked.get(name);
    if (known == null) {
      throw AskedTransfer.none();
    }
    return known;
  }

  // Candidates that overtake their call: browsers gather before the page has sent it.

  synchronized void keep(String call, List<JsonNode> candidates) {
    if (endedCalls.containsKey(call)) {
      throw Refusal.of(ErrorCode.CALL_ENDED, "the call has ended");
    }
    long now = timers.millis();
    early.values().removeIf(each -> each.at() + EARLY_MILLIS < now);
    Early known = early.get(call);
    if (known == null) {
      if (early.size() >= MAX_EARLY_CALLS) {
        throw Refusal.of(ErrorCode.NO_SUCH_CALL, "there is no such call");
      }
      known = new Early(now, new ArrayList<>());
      early.put(call, known);
    }
    if (known.candidates().size() + candidates.size() > Gathering.MAX) {
      throw Refusal.later("too many candidates", 1);
    }
    known.candidates().addAll(candidates);
  }

  synchronized List<JsonNode> kept(String call) {
    Early known = early.remove(call);
    return known == null || known.at() + EARLY_MILLIS < timers.millis()
        ? List.of()
        : known.candidates();
  }

  void tellOf(ArrayNode to, boolean lostSome) {
    calls.values().forEach(leg -> to.add(leg.told(lostSome)));
  }
}
