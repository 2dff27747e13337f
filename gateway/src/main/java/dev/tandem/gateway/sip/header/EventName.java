package dev.tandem.gateway.sip.header;

import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The Event header of a request (RFC 6665 §8.2.1).
 *
 * @param name of the package, in lower case
 * @param id empty when there is none; part of what names a subscription
 */
public record EventName(String name, String id) {

  /** Null when there is not exactly one. */
  public static @Nullable EventName of(ServerExchange request) {
    List<String> values = RawHeaders.values(request.raw(), "Event", 'o');
    if (values.size() != 1) {
      return null;
    }
    String[] parts = values.get(0).split(";", -1);
    String id = "";
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.regionMatches(true, 0, "id=", 0, 3)) {
        id = parameter.substring(3);
      }
    }
    return new EventName(parts[0].strip().toLowerCase(Locale.ROOT), id);
  }

  /** As a NOTIFY says it. */
  public String value() {
    return id.isEmpty() ? name : name + ";id=" + id;
  }
}
