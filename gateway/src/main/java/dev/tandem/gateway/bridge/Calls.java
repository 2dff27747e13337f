package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.CallSettings;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.call.PeerFeatures;
import dev.tandem.sip.time.Timers;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** The calls that go on. Thread-safe. */
public final class Calls {
  private final CallSettings settings;
  private final Timers timers;
  private final CallObserver observer;
  private final RandomGenerator random;
  private final MediaRelay relay;
  private final Set<RunningCall> running = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> empty = new CompletableFuture<>();
  private volatile boolean draining;

  /** With no relay for media. */
  public Calls(
      CallSettings settings, Timers timers, CallObserver observer, RandomGenerator random) {
    this(settings, timers, observer, random, MediaRelay.NONE);
  }

  /**
   * Makes an empty set of calls.
   *
   * @param random thread-safe; its numbers become the calls' seeds
   */
  public Calls(
      CallSettings settings,
      Timers timers,
      CallObserver observer,
      RandomGenerator random,
      MediaRelay relay) {
    this.relay = relay;
    this.settings = settings;
    this.timers = timers;
    this.observer = observer;
    this.random = random;
  }

  /**
   * Makes a call that does nothing until {@link #start}: its executor is needed to make the
   * caller's dialog.
   */
  public RunningCall offer(CallInfo info, CallerLeg caller, Callees found) {
    return new RunningCall(this, info, caller, found);
  }

  /** The same with branches that ring together. */
  public RunningCall offer(CallInfo info, CallerLeg caller, List<CalleeLeg> callees) {
    return offer(info, caller, Callees.of(callees));
  }

  /** Begins it. */
  public void start(RunningCall call, Payload invite, PeerFeatures callerFeatures) {
    running.add(call);
    call.executor().execute(() -> call.start(settings, invite, callerFeatures, random.nextLong()));
  }

  /**
   * From now on {@link #isDraining} is true, and no new call should be offered.
   *
   * @return completes when no call is left
   */
  public CompletableFuture<Void> drain() {
    draining = true;
    if (running.isEmpty()) {
      empty.complete(null);
    }
    return empty;
  }

  public boolean isDraining() {
    return draining;
  }

  /** Ends every call; each is hung up as its state allows. */
  public void endAll(Cause cause) {
    for (RunningCall call : running) {
      call.post(new CallEvent.EndRequested(cause));
    }
  }

  /** The calls of this moment; a live view. */
  public Collection<RunningCall> running() {
    return Collections.unmodifiableSet(running);
  }

  void forget(RunningCall call) {
    running.remove(call);
    if (draining && running.isEmpty()) {
      empty.complete(null);
    }
  }

  /** Whether there is a relay that media can go through. */
  public boolean canRelay() {
    return relay != MediaRelay.NONE;
  }

  MediaRelay relay() {
    return relay;
  }

  Timers timers() {
    return timers;
  }

  CallObserver observer() {
    return observer;
  }
}
