package dev.tandem.gateway.event.dialog;

import dev.tandem.gateway.event.Document;
import dev.tandem.gateway.event.EventPackage;
import dev.tandem.gateway.event.dialog.UserCall.State;
import dev.tandem.sip.message.Aor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The event package "dialog" (RFC 4235): all calls of a user when a SUBSCRIBE asks, and after that
 * the calls that have changed. A call that begins and ends between two notifications is not told.
 */
public final class DialogPackage implements EventPackage {
  public static final String NAME = "dialog";

  private final UserCalls calls;
  private final BiPredicate<Aor, Aor> mayWatch;
  private final boolean showRemote;

  /**
   * Makes the package.
   *
   * @param mayWatch whether the first may see the second
   * @param showRemote whether watchers see with whom a user speaks
   */
  public DialogPackage(UserCalls calls, BiPredicate<Aor, Aor> mayWatch, boolean showRemote) {
    this.calls = calls;
    this.mayWatch = mayWatch;
    this.showRemote = showRemote;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String contentType() {
    return DialogInfo.CONTENT_TYPE;
  }

  @Override
  public boolean mayWatch(Aor watcher, Aor resource) {
    return mayWatch.test(watcher, resource);
  }

  @Override
  public View watch(Aor resource) {
    return new Lamp(resource);
  }

  private final class Lamp implements View {
    private final Aor user;
    private Map<String, UserCall> told = Map.of();
    private int version; // of the next document; each watcher counts its own (RFC 4235 §4.1)

    Lamp(Aor user) {
      this.user = user;
    }

    @Override
    public Document whole() {
      List<UserCall> now = calls.of(user);
      told = byId(now);
      return DialogInfo.of(user, version++, true, now, showRemote);
    }

    @Override
    public @Nullable Document changed() {
      Map<String, UserCall> now = byId(calls.of(user));
      List<UserCall> changes = new ArrayList<>();
      for (UserCall call : now.values()) {
        if (!call.equals(told.get(call.id()))) {
          changes.add(call);
        }
      }
      for (UserCall call : told.values()) {
        if (!now.containsKey(call.id())) {
          changes.add(call.in(State.TERMINATED));
        }
      }
      told = now;
      return changes.isEmpty() ? null : DialogInfo.of(user, version++, false, changes, showRemote);
    }
  }

  private static Map<String, UserCall> byId(List<UserCall> calls) {
    Map<String, UserCall> map = new LinkedHashMap<>();
    calls.forEach(call -> map.put(call.id(), call));
    return map;
  }
}
