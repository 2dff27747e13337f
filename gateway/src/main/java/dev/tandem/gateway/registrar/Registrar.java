package dev.tandem.gateway.registrar;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tandem.gateway.config.RegistrarConfig;
import dev.tandem.gateway.registrar.RegisterResult.Registered;
import dev.tandem.gateway.registrar.RegisterResult.Rejected;
import dev.tandem.gateway.registrar.RegistrarEvent.Cause;
import dev.tandem.gateway.registrar.RegistrarEvent.Removed;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registrar (RFC 3261 §10.3) and the location service behind it.
 *
 * <p>A cache entry is one AOR with an immutable list of its bindings, replaced as a whole under the
 * entry's lock: readers never lock, and one REGISTER is atomic. The entry expires with its last
 * binding; those that end before it are left out by every reader, and swept away every few seconds.
 *
 * <p>A binding leaves with its flow. A REGISTER can race with the end of its flow: it first makes
 * the binding and then looks whether the flow is open, whereas the end first closes the flow and
 * then looks for bindings. So at least one of the two sees the other.
 *
 * <p>Thread-safe. Nothing blocks, apart from REGISTERs of one AOR waiting for each other.
 */
public final class Registrar implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Registrar.class);
  private static final Duration SWEEP_PERIOD = Duration.ofSeconds(5);

  /** More AORs than this are refused: without authentication anybody can make one up. */
  private static final int MAX_AORS = 1_000_000;

  private static final int UNAVAILABLE = 503;

  private final RegistrarConfig config;
  private final Timers timers;
  private final RegistrarListener listener;
  private final int maxAors;
  private final Cache<Aor, List<Binding>> byAor;
  private final FlowIndex flows = new FlowIndex();
  private final LongAdder bindingCount = new LongAdder();
  private final AtomicLong lastChange = new AtomicLong();
  private final Timers.Timer sweeper;

  public Registrar(RegistrarConfig config, Timers timers, RegistrarListener listener) {
    this(config, timers, listener, MAX_AORS);
  }

  Registrar(RegistrarConfig config, Timers timers, RegistrarListener listener, int maxAors) {
    this.config = config;
    this.timers = timers;
    this.listener = listener;
    this.maxAors = maxAors;
    this.byAor =
        Caffeine.newBuilder()
            .expireAfter(Expiry.writing((Aor aor, List<Binding> bindings) -> remaining(bindings)))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(timers.millis()))
            // Its housekeeping is short, so it needs no thread of another pool.
            .executor(Runnable::run)
            .evictionListener(this::evicted)
            .build();
    this.sweeper = timers.repeat(SWEEP_PERIOD, this::sweep);
  }

  private Duration remaining(List<Binding> bindings) {
    long last = Long.MIN_VALUE;
    for (Binding binding : bindings) {
      last = Math.max(last, binding.expiresAt());
    }
    return Duration.ofMillis(Math.max(0, last - timers.millis()));
  }

  /** Carries out a REGISTER, all of it or nothing. */
  public RegisterResult register(RegisterRequest request) {
    long now = timers.millis();
    BindingUpdate update = new BindingUpdate(config, request, now, lastChange.incrementAndGet());
    RegisterResult refusal = update.refusal();
    if (refusal != null) {
      return refusal;
    }
    if (request.contacts().equals(Contacts.NONE)) {
      return new Registered(bindings(request.aor()), now, List.of());
    }
    return new Registration(request, update, now).run();
  }

  /** The live bindings of an AOR, in the order in which to try them: by q, then the most recent. */
  public List<Binding> bindings(Aor aor) {
    List<Binding> bindings = byAor.getIfPresent(aor);
    return bindings == null ? List.of() : Binding.live(bindings, timers.millis());
  }

  /** A binding, and whose it is. */
  public record Located(Aor aor, Binding binding) {}

  /** The live bindings of everybody on a flow. */
  public List<Located> on(FlowId flow) {
    List<Located> found = new ArrayList<>(1);
    for (Aor aor : flows.of(flow)) {
      for (Binding binding : bindings(aor)) {
        if (binding.flow().equals(flow)) {
          found.add(new Located(aor, binding));
        }
      }
    }
    return found;
  }

  /**
   * Removes every binding that is on this flow, but none that has moved to another. The flow must
   * say that it is closed before this is called.
   */
  public void flowEnded(FlowId flow) {
    flows.removeAll(flow).forEach(aor -> removeOnFlow(aor, flow));
  }

  private void removeOnFlow(Aor aor, FlowId flow) {
    byAor
        .asMap()
        .computeIfPresent(
            aor,
            (key, before) -> {
              List<Binding> after = new ArrayList<>(before.size());
              List<RegistrarEvent> events = new ArrayList<>(1);
              for (Binding binding : before) {
                if (binding.flow().equals(flow)) {
                  events.add(new Removed(aor, binding, Cause.FLOW_ENDED));
                } else {
                  after.add(binding);
                }
              }
              return replace(aor, before, List.copyOf(after), events);
            });
  }

  /** Every AOR that has live bindings, in no order; weakly consistent. */
  public void forEach(BiConsumer<Aor, List<Binding>> consumer) {
    long now = timers.millis();
    byAor
        .asMap()
        .forEach(
            (aor, bindings) -> {
              List<Binding> live = Binding.live(bindings, now);
              if (!live.isEmpty()) {
                consumer.accept(aor, live);
              }
            });
  }

  /** AORs with bindings, counting what has expired until it is swept away. */
  public long aorCount() {
    return byAor.estimatedSize();
  }

  /** Bindings, counting what has expired until it is swept away. */
  public long bindingCount() {
    return bindingCount.sum();
  }

  /** Flows with bindings. */
  public int flowCount() {
    return flows.size();
  }

  private void sweep() {
    byAor.cleanUp();
    long now = timers.millis();
    for (Map.Entry<Aor, List<Binding>> entry : byAor.asMap().entrySet()) {
      if (Binding.live(entry.getValue(), now).size() < entry.getValue().size()) {
        byAor.asMap().computeIfPresent(entry.getKey(), this::withoutExpired);
      }
    }
  }

  private @Nullable List<Binding> withoutExpired(Aor aor, List<Binding> before) {
    List<RegistrarEvent> events = new ArrayList<>(1);
    List<Binding> after = BindingUpdate.withoutExpired(aor, before, timers.millis(), events);
    return replace(aor, before, after, events);
  }

  /** Called by the cache under the AOR's lock. */
  private void evicted(@Nullable Aor aor, @Nullable List<Binding> bindings, RemovalCause cause) {
    if (aor != null && bindings != null) {
      List<RegistrarEvent> events = new ArrayList<>(bindings.size());
      bindings.forEach(binding -> events.add(new Removed(aor, binding, Cause.EXPIRED)));
      replace(aor, bindings, List.of(), events);
    }
  }

  /**
   * Keeps the index and the count in step with a change of an AOR, whose lock the caller holds, and
   * tells the listener.
   *
   * @return what to store: null, which removes the entry, for no bindings
   */
  private @Nullable List<Binding> replace(
      Aor aor, List<Binding> before, List<Binding> after, List<RegistrarEvent> events) {
    for (Binding binding : before) {
      if (!isOnFlow(after, binding.flow())) {
        flows.remove(binding.flow(), aor);
      }
    }
    for (Binding binding : after) {
      if (!isOnFlow(before, binding.flow())) {
        flows.add(binding.flow(), aor);
      }
    }
    bindingCount.add((long) after.size() - before.size());
    events.forEach(this::tell);
    return after.isEmpty() ? null : after;
  }

  private static boolean isOnFlow(List<Binding> bindings, FlowId flow) {
    for (Binding binding : bindings) {
      if (binding.flow().equals(flow)) {
        return true;
      }
    }
    return false;
  }

  private void tell(RegistrarEvent event) {
    try {
      listener.changed(event);
    } catch (RuntimeException e) {
      log.error("the registrar's listener failed on a binding of {}", event.aor(), e);
    }
  }

  /** Ends the sweeping. The bindings stay readable. */
  @Override
  public void close() {
    sweeper.cancel();
  }

  /** One REGISTER that changes bindings, on its way through the cache. */
  private final class Registration {
    private final RegisterRequest request;
    private final BindingUpdate update;
    private final long now;
    private RegisterResult result = new Rejected(UNAVAILABLE, "Too many users are registered");

    Registration(RegisterRequest request, BindingUpdate update, long now) {
      this.request = request;
      this.update = update;
      this.now = now;
    }

    RegisterResult run() {
      byAor.asMap().compute(request.aor(), (aor, before) -> step(aor, before));
      if (!request.flowIsOpen().getAsBoolean()) {
        removeOnFlow(request.aor(), request.flow());
      }
      return result;
    }

    private @Nullable List<Binding> step(Aor aor, @Nullable List<Binding> known) {
      if (known == null && byAor.estimatedSize() >= maxAors) {
        return null;
      }
      List<Binding> before = known == null ? List.of() : known;
      BindingUpdate.Outcome outcome = update.apply(before);
      RegisterResult refusal = outcome.refusal();
      result =
          refusal == null
              ? new Registered(update.ownFirst(outcome.bindings()), now, outcome.events())
              : refusal;
      return replace(aor, before, outcome.bindings(), outcome.events());
    }
  }
}
