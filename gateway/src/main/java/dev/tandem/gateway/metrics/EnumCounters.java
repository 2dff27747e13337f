package dev.tandem.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** One counter for each constant of an enum. */
public final class EnumCounters<E extends Enum<E>> {
  private final Map<E, Counter> counters;

  EnumCounters(MeterRegistry registry, String name, String help, String label, Class<E> values) {
    this(registry, name, help, label, values, Tags.empty());
  }

  EnumCounters(
      MeterRegistry registry,
      String name,
      String help,
      String label,
      Class<E> values,
      Tags others) {
    counters = new EnumMap<>(values);
    for (E constant : values.getEnumConstants()) {
      counters.put(
          constant,
          Counter.builder(name)
              .description(help)
              .tags(others)
              .tag(label, labelOf(constant))
              .register(registry));
    }
  }

  public void add(E value) {
    Objects.requireNonNull(counters.get(value)).increment();
  }

  static String labelOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
