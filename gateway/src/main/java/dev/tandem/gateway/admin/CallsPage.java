package dev.tandem.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.bridge.RelayedMedia.Recording;
import dev.tandem.gateway.bridge.RunningCall;
import dev.tandem.gateway.bridge.RunningCall.Recorded;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/calls}: the calls of this moment, at most {@link #MOST}, as JSON. {@code POST
 * /api/calls?call=KEY&record=start}, {@code pause}, {@code resume} or {@code stop}: begins or stops
 * to record one; 404 when there is no such call, 409 when no relay carries its media, 502 when the
 * relay cannot.
 */
public final class CallsPage implements HttpHandler {
  public static final String PATH = "/api/calls";

  private static final int MOST = 10_000;
  private static final Map<String, Recording> WISHES =
      Map.of(
          "start", Recording.START,
          "resume", Recording.START,
          "pause", Recording.PAUSE,
          "stop", Recording.STOP);

  private final ObjectMapper json = new ObjectMapper();
  private final Calls calls;

  public CallsPage(Calls calls) {
    this.calls = calls;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws JsonProcessingException {
    if (exchange.getRequestMethod().equals(Methods.POST)) {
      change(exchange);
      return;
    }
    List<Map<String, Object>> all =
        calls.running().stream().limit(MOST).map(CallsPage::call).toList();
    byte[] body = json.writeValueAsBytes(Map.of("calls", all));
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    exchange.getResponseSender().send(ByteBuffer.wrap(body));
  }

  private static Map<String, Object> call(RunningCall call) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("call", call.info().key());
    fields.put("callId", call.info().callId());
    fields.put("from", call.info().from());
    fields.put("to", call.info().to());
    fields.put("via", call.info().via());
    fields.put("began", call.info().began().toString());
    fields.put("state", call.state().name().toLowerCase(Locale.ROOT));
    return fields;
  }

  private void change(HttpServerExchange exchange) {
    if (exchange.getRequestHeaders().contains(Headers.ORIGIN)) {
      answer(exchange, StatusCodes.FORBIDDEN, "not for web pages"); // any page could ask for it
      return;
    }
    String key = parameter(exchange, "call");
    Recording wish = WISHES.get(String.valueOf(parameter(exchange, "record")));
    if (key == null || wish == null) {
      answer(
          exchange,
          StatusCodes.BAD_REQUEST,
          "expected ?call=KEY&record=start, pause, resume or stop");
      return;
    }
    RunningCall call =
        calls.running().stream()
            .filter(running -> running.info().key().equals(key))
            .findFirst()
            .orElse(null);
    if (call == null) {
      answer(exchange, StatusCodes.NOT_FOUND, "no such call");
      return;
    }
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () -> {
          var unused = call.record(wish).thenAccept(recorded -> tell(exchange, recorded));
        });
  }

  private static void tell(HttpServerExchange exchange, Recorded recorded) {
    switch (recorded) {
      case DONE -> answer(exchange, StatusCodes.OK, "done");
      case NOT_RELAYED ->
          answer(exchange, StatusCodes.CONFLICT, "no rtpengine carries the media of this call");
      case REFUSED -> answer(exchange, StatusCodes.BAD_GATEWAY, "rtpengine cannot: see the log");
    }
  }

  private static @Nullable String parameter(HttpServerExchange exchange, String name) {
    Deque<String> values = exchange.getQueryParameters().get(name);
    return values == null ? null : values.peekFirst();
  }

  private static void answer(HttpServerExchange exchange, int status, String text) {
    HttpSite.send(exchange, status, HttpSite.PLAIN, text + "\n");
  }
}
