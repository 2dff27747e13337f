package dev.tandem.gateway.metrics;

import dev.tandem.sip.stack.StackListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * All counters of one gateway. Those who count get their part: the stack its {@link
 * #stackListener}, the calls their {@link #calls}. What others already hold is read when asked for
 * ({@link #gauge}, {@link #count}). Close it last.
 */
public final class GatewayMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  private final StackMetrics stack = new StackMetrics(registry);
  private final CallMetrics calls = new CallMetrics(registry);
  private final TrunkMetrics trunks = new TrunkMetrics(registry);

  public GatewayMetrics(String version) {
    Gauge.builder("tandem.build", () -> 1)
        .description("Always 1; the label tells the version")
        .tag("version", version)
        .register(registry);
    garbage.bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
  }

  /** Counts flows and messages. */
  public StackListener stackListener() {
    return stack;
  }

  /** Counts calls. */
  public CallMetrics calls() {
    return calls;
  }

  /** Counts what happens at trunks. */
  public TrunkMetrics trunks() {
    return trunks;
  }

  /**
   * A figure that goes up and down, read at each scrape on the scraping thread.
   *
   * @param name with dots, such as {@code tandem.registrar.bindings}
   * @param source held strongly
   */
  public <T> void gauge(String name, String help, T source, ToDoubleFunction<T> figure) {
    Gauge.builder(name, source, figure).description(help).strongReference(true).register(registry);
  }

  /** A figure that only grows and that somebody else counts; otherwise like {@link #gauge}. */
  public <T> void count(
      String name, String help, Map<String, String> labels, T source, ToDoubleFunction<T> figure) {
    FunctionCounter.builder(name, source, figure)
        .description(help)
        .tags(labels.entrySet().stream().map(l -> Tag.of(l.getKey(), l.getValue())).toList())
        .register(registry);
  }

  /** A counter for each constant of an enum, such as why a login was refused. */
  public <E extends Enum<E>> EnumCounters<E> byEnum(
      String name, String help, String label, Class<E> values) {
    return new EnumCounters<>(registry, name, help, label, values);
  }

  /**
   * Writes everything in a Prometheus text format.
   *
   * @param contentType what the scraper accepts; the plain text format when it is unknown
   */
  public void scrape(OutputStream out, String contentType) throws IOException {
    registry.scrape(out, contentType);
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
