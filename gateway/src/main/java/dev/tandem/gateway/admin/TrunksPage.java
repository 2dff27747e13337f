package dev.tandem.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.trunk.TrunkReport;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/trunks}: how the trunks are at this moment, as JSON, with reasons in words. */
public final class TrunksPage implements HttpHandler {
  public static final String PATH = "/api/trunks";

  private final ObjectMapper json = new ObjectMapper();
  private final Supplier<List<TrunkReport>> trunks;

  /**
   * Makes the page.
   *
   * @param trunks asked at each request, on an I/O thread
   */
  public TrunksPage(Supplier<List<TrunkReport>> trunks) {
    this.trunks = trunks;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws JsonProcessingException {
    byte[] body =
        json.writeValueAsBytes(
            Map.of("trunks", trunks.get().stream().map(TrunksPage::trunk).toList()));
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    exchange.getResponseSender().send(ByteBuffer.wrap(body));
  }

  private static Map<String, Object> trunk(TrunkReport trunk) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", trunk.name());
    fields.put("up", trunk.up());
    fields.put("reason", trunk.reason());
    fields.put("since", trunk.since().toString());
    fields.put("addresses", trunk.addresses().stream().map(TrunksPage::words).toList());
    fields.put("calls", trunk.calls());
    put(fields, "lastAsked", trunk.lastAsked());
    if (trunk.roundTrip() != null) {
      fields.put("roundTripMillis", trunk.roundTrip().toMillis());
    }
    TrunkReport.Registered registered = trunk.registered();
    if (registered != null) {
      Map<String, Object> registration = new LinkedHashMap<>();
      registration.put("registered", registered.registered());
      registration.put("state", registered.words());
      registration.put("since", registered.since().toString());
      put(registration, "nextTry", registered.next());
      fields.put("registration", registration);
    }
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Instant when) {
    if (when != null) {
      fields.put(name, when.toString());
    }
  }

  private static String words(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }
}
