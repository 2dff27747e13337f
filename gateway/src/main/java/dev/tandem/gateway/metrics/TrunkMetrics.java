package dev.tandem.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Figures of trunks, each with the trunk's configured name. Thread-safe. */
public final class TrunkMetrics {
  private static final List<Integer> COMMON = List.of(401, 403, 408, 503);

  private final MeterRegistry registry;

  TrunkMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Shows a figure of one trunk, read at each scrape.
   *
   * @param name what it is, such as {@code up}
   */
  public <T> void gauge(
      String name, String help, String trunk, T source, ToDoubleFunction<T> figure) {
    Gauge.builder("tandem.trunk." + name, source, figure)
        .description(help)
        .tag("trunk", trunk)
        .strongReference(true)
        .register(registry);
  }

  /** Lets the counters of a trunk begin at zero; those of registrations only where it has any. */
  public void counts(String trunk, boolean registers) {
    unanswered(trunk);
    if (registers) {
      COMMON.forEach(status -> failed(trunk, status));
    }
  }

  /** A REGISTER of ours came to nothing; 408 and 503 stand for no response, too. */
  public void registrationFailed(String trunk, int status) {
    failed(trunk, status).increment();
  }

  private Counter failed(String trunk, int status) {
    return Counter.builder("tandem.trunk.registrations.failed")
        .description("REGISTERs to trunks that came to nothing, by status")
        .tag("trunk", trunk)
        .tag("status", Integer.toString(status))
        .register(registry);
  }

  /** It challenged us, and got no answer that it takes. */
  public void challengeUnanswered(String trunk) {
    unanswered(trunk).increment();
  }

  private Counter unanswered(String trunk) {
    return Counter.builder("tandem.trunk.challenges.unanswered")
        .description("Requests that a trunk challenged in vain")
        .tag("trunk", trunk)
        .register(registry);
  }
}
