package dev.tandem.gateway.routing;

import dev.tandem.gateway.config.value.HeaderRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request says on its way out that it did not say when it came. Immutable.
 *
 * @param from who calls; null for whom From named
 * @param asserted P-Asserted-Identity; null for none
 * @param preferred P-Preferred-Identity; null for none
 * @param privacy Privacy; null for none
 * @param headers rules for the others, each applied after the one before
 * @param record whether the call is to be recorded
 */
public record Outgoing(
    @Nullable CallerId from,
    @Nullable CallerId asserted,
    @Nullable CallerId preferred,
    @Nullable String privacy,
    List<HeaderRules> headers,
    boolean record) {
  /** As it came. */
  public static final Outgoing UNCHANGED = new Outgoing(null, null, null, null, List.of(), false);

  public Outgoing {
    headers = headers.stream().filter(rules -> !rules.equals(HeaderRules.NONE)).toList();
  }

  /** In responses, and in requests of a dialog that the peer began, only headers are changed. */
  public static Outgoing toPeer(HeaderRules headers) {
    return new Outgoing(null, null, null, null, List.of(headers), false);
  }

  /** Whether a header of the caller's goes on, among those that cross a call at all. */
  public boolean lets(String name) {
    for (HeaderRules rules : headers) {
      if (!rules.lets(name)) {
        return false;
      }
    }
    return true;
  }

  /** Headers of our own: names and values. */
  public List<Map.Entry<String, String>> added() {
    if (headers.isEmpty()) {
      return List.of();
    }
    Map<String, Map.Entry<String, String>> byName = new LinkedHashMap<>();
    for (HeaderRules rules : headers) {
      byName.values().removeIf(entry -> !rules.lets(entry.getKey()));
      rules
          .add()
          .entrySet()
          .forEach(entry -> byName.put(entry.getKey().toLowerCase(java.util.Locale.ROOT), entry));
    }
    return new ArrayList<>(byName.values());
  }
}
