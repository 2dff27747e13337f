package dev.tandem.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** Figures of trunks, each with the trunk's configured name. Thread-safe. */
public final class TrunkMetrics {
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

  /** A REGISTER of ours came to nothing; 408 and 503 stand for no response, too. */
  public void registrationFailed(String trunk, int status) {
    Counter.builder("tandem.trunk.registrations.failed")
        .description("REGISTERs to trunks that came to nothing, by status")
        .tag("trunk", trunk)
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  /** It challenged us, and got no answer that it takes. */
  public void challengeUnanswered(String trunk) {
    Counter.builder("tandem.trunk.challenges.unanswered")
        .description("Requests that a trunk challenged in vain")
        .tag("trunk", trunk)
        .register(registry)
        .increment();
  }
}
