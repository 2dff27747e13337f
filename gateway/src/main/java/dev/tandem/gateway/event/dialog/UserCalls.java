package dev.tandem.gateway.event.dialog;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.CallObserver;
import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.event.dialog.UserCall.Direction;
import dev.tandem.gateway.event.dialog.UserCall.State;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.sip.message.Aor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which calls each of our users has at this moment. Thread-safe. */
public final class UserCalls implements CallObserver {
  private final Domain domain;
  private final Consumer<Aor> changed;
  private final Map<Aor, List<UserCall>> calls = new ConcurrentHashMap<>();

  /**
   * Makes it empty.
   *
   * @param changed hears whose calls have changed, on the call's executor; must be quick
   */
  public UserCalls(Domain domain, Consumer<Aor> changed) {
    this.domain = domain;
    this.changed = changed;
  }

  List<UserCall> of(Aor user) {
    return calls.getOrDefault(user, List.of());
  }

  /** Whether a user talks to somebody. */
  public boolean isOnThePhone(Aor user) {
    return of(user).stream().anyMatch(call -> call.state() == State.CONFIRMED);
  }

  /** Users with calls. */
  public int size() {
    return calls.size();
  }

  @Override
  public void began(CallInfo call, int branches) {
    put(call, State.TRYING);
  }

  @Override
  public void ringing(CallInfo call, Duration sinceBegan) {
    put(call, State.EARLY);
  }

  @Override
  public void answered(CallInfo call, Duration sinceBegan) {
    put(call, State.CONFIRMED);
  }

  @Override
  public void ended(CallInfo call, CallEnd end, Duration talked) {
    put(call, State.TERMINATED);
  }

  private void put(CallInfo call, State state) {
    Aor caller = ours(call.from());
    if (caller != null) {
      put(caller, new UserCall(call.key() + "c", Direction.INITIATOR, state, call.to()));
    }
    Aor callee = call.via().equals("user") ? named(call.to()) : null;
    if (callee != null) {
      put(callee, new UserCall(call.key() + "r", Direction.RECIPIENT, state, call.from()));
    }
  }

  private void put(Aor user, UserCall call) {
    calls.compute(user, (key, before) -> with(call, before == null ? List.of() : before));
    changed.accept(user);
  }

  /** Null for no calls at all. */
  private static @Nullable List<UserCall> with(UserCall call, List<UserCall> before) {
    boolean goes = call.state() == State.TERMINATED;
    if (before.isEmpty() || (before.size() == 1 && before.get(0).id().equals(call.id()))) {
      return goes ? null : List.of(call);
    }
    List<UserCall> after = new ArrayList<>(before);
    after.removeIf(other -> other.id().equals(call.id()));
    if (!goes) {
      after.add(call);
    }
    return List.copyOf(after);
  }

  private @Nullable Aor ours(String uri) {
    Aor named = Aor.parse(uri);
    return named != null && domain.isOurs(named.host()) ? domain.aor(named.user()) : null;
  }

  /** Of a call to a user of ours, whatever address of ours the caller wrote. */
  private @Nullable Aor named(String uri) {
    Aor named = Aor.parse(uri);
    return named == null ? null : domain.aor(named.user());
  }
}
