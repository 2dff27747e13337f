package dev.tandem.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.Explanation;
import dev.tandem.gateway.routing.ExplanationText;
import dev.tandem.gateway.routing.RouteQuestion;
import dev.tandem.gateway.routing.Router;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/route/explain}: where a call would go now, and why, by the router that decides for
 * live calls. GET with a query, or POST with the same keys as JSON; answers JSON, or plain text to
 * who accepts only that.
 */
public final class ExplainPage implements HttpHandler {
  public static final String PATH = "/api/route/explain";

  private static final int MAX_BODY = 16 * 1024;
  private static final Set<String> KEYS =
      Set.of("from", "to", "source", "address", "dial", "header", "at");

  private final Router router;
  private final Domain domain;
  private final Users users;
  private final Set<String> trunks;
  private final Supplier<Instant> now;

  /**
   * Makes the page.
   *
   * @param trunks the names that there are
   */
  public ExplainPage(
      Router router, Domain domain, Users users, Set<String> trunks, Supplier<Instant> now) {
    this.users = users;
    this.router = router;
    this.domain = domain;
    this.trunks = Set.copyOf(trunks);
    this.now = now;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (exchange.getRequestMethod().equals(Methods.POST)) {
      exchange.setMaxEntitySize(MAX_BODY);
      exchange
          .getRequestReceiver()
          .receiveFullBytes(
              (received, body) -> answer(received, () -> fromJson(body)),
              (failed, e) -> badRequest(failed, "the body cannot be read: " + e.getMessage()));
    } else {
      answer(exchange, () -> fromQuery(exchange.getQueryParameters()));
    }
  }

  private void answer(HttpServerExchange exchange, Supplier<Map<String, List<String>>> parameters) {
    Explanation explanation;
    try {
      explanation = router.explain(question(parameters.get()).request(domain, users, trunks));
    } catch (IllegalArgumentException e) {
      badRequest(exchange, String.valueOf(e.getMessage()));
      return;
    }
    String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
    boolean plain = accept != null && accept.startsWith("text/plain");
    HttpSite.send(
        exchange,
        StatusCodes.OK,
        plain ? HttpSite.PLAIN : "application/json",
        plain ? ExplanationText.of(explanation) : ExplanationJson.of(explanation));
  }

  private static void badRequest(HttpServerExchange exchange, String message) {
    HttpSite.send(
        exchange, StatusCodes.BAD_REQUEST, HttpSite.PLAIN, "400 Bad Request: " + message + "\n");
  }

  private static Map<String, List<String>> fromQuery(Map<String, Deque<String>> query) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    query.forEach((key, values) -> parameters.put(key, List.copyOf(values)));
    return parameters;
  }

  private static Map<String, List<String>> fromJson(byte[] body) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("the body is not a JSON object");
    }
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    root.properties()
        .forEach(
            entry -> {
              List<String> values = new ArrayList<>();
              if (entry.getValue().isArray()) {
                entry.getValue().forEach(item -> values.add(item.asText()));
              } else {
                values.add(entry.getValue().asText());
              }
              parameters.put(entry.getKey(), values);
            });
    return parameters;
  }

  private RouteQuestion question(Map<String, List<String>> parameters) {
    for (String key : parameters.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            key + " is not known; there are from, to, source, address, dial, header and at");
      }
    }
    String at = one(parameters, "at");
    return new RouteQuestion(
        required(parameters, "from"),
        required(parameters, "to"),
        one(parameters, "source"),
        one(parameters, "address"),
        parameters.getOrDefault("dial", List.of()),
        headers(parameters.getOrDefault("header", List.of())),
        at == null ? now.get() : instant(at));
  }

  /**
   * A time with its zone.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "at was \"" + text + "\", expected a time such as 2026-11-21T14:00:00+01:00", e);
    }
  }

  /**
   * Headers as they stand in a message.
   *
   * @param lines such as {@code X-Site: berlin}
   * @throws IllegalArgumentException when one is none
   */
  public static Map<String, List<String>> headers(List<String> lines) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IllegalArgumentException(
            "header was \"" + line + "\", expected one such as X-Site: berlin");
      }
      headers
          .computeIfAbsent(line.substring(0, colon).strip(), name -> new ArrayList<>(1))
          .add(line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static @Nullable String one(Map<String, List<String>> parameters, String key) {
    List<String> values = parameters.getOrDefault(key, List.of());
    if (values.size() > 1) {
      throw new IllegalArgumentException(key + " is there more than once");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  private static String required(Map<String, List<String>> parameters, String key) {
    String value = one(parameters, key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value;
  }
}
