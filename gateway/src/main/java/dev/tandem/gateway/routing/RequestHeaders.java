package dev.tandem.gateway.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The headers of a request, as rules ask for them. */
public interface RequestHeaders {
  /** Without any. */
  RequestHeaders NONE = of(Map.of());

  /** The values under a name, whatever its case; empty when there is none. */
  List<String> values(String name);

  /** The names that there are, as written. */
  Collection<String> names();

  /** Those of a map. */
  static RequestHeaders of(Map<String, List<String>> headers) {
    return new RequestHeaders() {
      @Override
      public List<String> values(String name) {
        List<String> values = new ArrayList<>();
        headers.forEach(
            (key, given) -> {
              if (key.equalsIgnoreCase(name)) {
                values.addAll(given);
              }
            });
        return values;
      }

      @Override
      public Collection<String> names() {
        return headers.keySet();
      }
    };
  }
}
