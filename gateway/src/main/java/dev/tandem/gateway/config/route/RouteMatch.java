package dev.tandem.gateway.config.route;

import com.google.re2j.Pattern;
import dev.tandem.gateway.config.value.NumberPattern;
import dev.tandem.gateway.config.value.TimeWindow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a route takes: those that fit all of these.
 *
 * @param numbers what is dialled is one of these; empty when {@code regex} says it
 * @param regex matches the whole of what is dialled
 * @param headers what each of these headers must say, the whole of one of its values
 * @param times one of these is now; empty for always
 */
public record RouteMatch(
    List<NumberPattern> numbers,
    @Nullable Pattern regex,
    RouteSource from,
    Map<String, Pattern> headers,
    List<TimeWindow> times) {
  public RouteMatch {
    numbers = List.copyOf(numbers);
    headers = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(headers));
    times = List.copyOf(times);
  }
}
