package dev.tandem.gateway.metrics;

import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.call.CallState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts calls: who runs a call tells each change of its state, its answer and its end. */
public final class CallMetrics {
  /** Statuses with a label of their own; the others go by their class. */
  private static final int[] STATUSES = {
    400, 401, 403, 404, 405, 407, 408, 420, 480, 481, 482, 483, 484, 486, 487, 488, 500, 502, 503,
    504, 600, 603, 606
  };

  private final Map<CallState, LongAdder> byState = new EnumMap<>(CallState.class);
  private final Counter started;
  private final EnumCounters<CallEnd.By> answeredEnds;
  private final EnumCounters<CallEnd.By> unansweredEnds;
  private final Map<String, Counter> refused = new LinkedHashMap<>();
  private final EnumCounters<Connection> connections;
  private final Timer setup;
  private final Timer duration;

  CallMetrics(MeterRegistry registry) {
    for (CallState state : CallState.values()) {
      LongAdder calls = new LongAdder();
      byState.put(state, calls);
      if (state != CallState.ENDED) {
        Gauge.builder("tandem.calls", calls, LongAdder::sum)
            .description("Calls now, by state")
            .tag("state", EnumCounters.labelOf(state))
            .register(registry);
      }
    }
    started =
        Counter.builder("tandem.calls.started")
            .description("Calls that were offered to a callee")
            .register(registry);
    answeredEnds = ends(registry, "true");
    unansweredEnds = ends(registry, "false");
    for (int status : STATUSES) {
      refusal(registry, Integer.toString(status));
    }
    for (int hundreds = 3; hundreds <= 6; hundreds++) {
      refusal(registry, hundreds + "xx");
    }
    connections =
        new EnumCounters<>(
            registry,
            "tandem.legs.connections",
            "Legs that lost their connection, and what became of them",
            "change",
            Connection.class);
    setup =
        timer("tandem.call.setup", "From a caller's INVITE to the answer")
            .serviceLevelObjectives(millis(5, 10, 25, 50, 100, 250, 500, 1000, 5000, 20_000))
            .register(registry);
    duration =
        timer("tandem.call.duration", "How long answered calls lasted")
            .serviceLevelObjectives(millis(10_000, 60_000, 300_000, 1_800_000, 7_200_000))
            .register(registry);
  }

  /**
   * A call changed its state.
   *
   * @param from null when it begins
   */
  public void moved(@Nullable CallState from, CallState to) {
    if (from == to) {
      return;
    }
    if (from == null) {
      started.increment();
    } else {
      in(from).decrement();
    }
    in(to).increment();
  }

  /** An INVITE was refused with a status of 300 or more, by us or by the callee. */
  public void refused(int status) {
    Counter counter = refused.get(Integer.toString(status));
    if (counter == null) {
      counter = refused.get(status / 100 + "xx");
    }
    if (counter != null) {
      counter.increment();
    }
  }

  /** What happens to a leg that loses its connection. */
  public enum Connection {
    /** It waits for its device. */
    DETACHED,
    /** Its device has another connection. */
    RETURNED,
    /** Its device did not come back, or knew the call no more. */
    GONE
  }

  public void connection(Connection change) {
    connections.add(change);
  }

  /** A call was answered so long after its INVITE. */
  public void answered(Duration afterInvite) {
    setup.record(afterInvite);
  }

  /**
   * A call ended.
   *
   * @param talked since the answer; ignored when it was never answered
   */
  public void ended(CallEnd end, Duration talked) {
    if (end.answered()) {
      answeredEnds.add(end.by());
      duration.record(talked);
    } else {
      unansweredEnds.add(end.by());
    }
  }

  /** Calls that are not over. */
  public long running() {
    long sum = 0;
    for (CallState state : CallState.values()) {
      if (state != CallState.ENDED) {
        sum += in(state).sum();
      }
    }
    return sum;
  }

  private LongAdder in(CallState state) {
    return Objects.requireNonNull(byState.get(state));
  }

  private static EnumCounters<CallEnd.By> ends(MeterRegistry registry, String answered) {
    return new EnumCounters<>(
        registry,
        "tandem.calls.ended",
        "Calls that ended, by who ended them",
        "by",
        CallEnd.By.class,
        io.micrometer.core.instrument.Tags.of("answered", answered));
  }

  private void refusal(MeterRegistry registry, String status) {
    refused.put(
        status,
        Counter.builder("tandem.calls.refused")
            .description("INVITEs that were refused, by status")
            .tag("status", status)
            .register(registry));
  }

  private static Timer.Builder timer(String name, String help) {
    return Timer.builder(name).description(help);
  }

  private static Duration[] millis(long... values) {
    Duration[] durations = new Duration[values.length];
    for (int i = 0; i < values.length; i++) {
      durations[i] = Duration.ofMillis(values[i]);
    }
    return durations;
  }
}
