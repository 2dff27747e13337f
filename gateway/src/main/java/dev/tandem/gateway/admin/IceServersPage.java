package dev.tandem.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.gateway.config.IceConfig;
import dev.tandem.gateway.token.BearerTokens;
import dev.tandem.gateway.token.TokenOutcome.Good;
import dev.tandem.gateway.token.TokenVerifier;
import dev.tandem.sip.transport.ws.CrossOrigin;
import dev.tandem.sip.transport.ws.OriginPolicy;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /ice-servers}: the {@code iceServers} for an RTCPeerConnection, TURN credentials of
 * the asking user included, and for how many seconds they are good. Who asks is proved by the same
 * token as at the WebSocket, in the Authorization header or the cookie. Pages of the allowed
 * origins may read it. Never blocks.
 */
public final class IceServersPage implements HttpHandler {
  static final String PATH = "/ice-servers";

  private static final String ANONYMOUS = "anonymous";
  private final IceConfig config;
  private final @Nullable TurnCredentials turn;
  private final @Nullable TokenVerifier tokens;
  private final String cookie;
  private final CrossOrigin crossOrigin;
  private final InstantSource clock;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * Makes the page.
   *
   * @param tokens null where nobody can prove anything: then only the anonymous get credentials
   * @param cookie the name of the cookie that a token may be in
   */
  public IceServersPage(
      IceConfig config,
      @Nullable TokenVerifier tokens,
      String cookie,
      OriginPolicy origins,
      InstantSource clock) {
    this.config = config;
    this.turn = config.secret() == null ? null : new TurnCredentials(config.secret());
    this.tokens = tokens;
    this.cookie = cookie;
    this.crossOrigin = new CrossOrigin(origins, "GET", "Authorization");
    this.clock = clock;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws JsonProcessingException {
    if (!crossOrigin.admits(exchange)) {
      send(exchange, StatusCodes.FORBIDDEN, Map.of("error", "this Origin may not ask"));
    } else if (exchange.getRequestMethod().equals(Methods.GET)) {
      answer(exchange);
    } else if (!crossOrigin.answersPreflight(exchange)) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET, OPTIONS");
      send(exchange, StatusCodes.METHOD_NOT_ALLOWED, Map.of("error", "GET is all there is"));
    }
  }

  private void answer(HttpServerExchange exchange) throws JsonProcessingException {
    String user = user(exchange);
    if (user == null) {
      exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
      send(exchange, StatusCodes.UNAUTHORIZED, Map.of("error", "a good token is needed"));
      return;
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("iceServers", servers(user));
    body.put("ttl", config.lifetime().toSeconds());
    send(exchange, StatusCodes.OK, body);
  }

  /** As {@code RTCPeerConnection} takes them, with fresh credentials for a user. */
  public List<Map<String, Object>> servers(String user) {
    List<Map<String, Object>> servers = new ArrayList<>();
    for (String url : config.stun()) {
      servers.add(Map.of("urls", url));
    }
    if (turn != null) {
      TurnCredentials.Pair pair = turn.forUser(user, clock.instant().plus(config.lifetime()));
      Map<String, Object> server = new LinkedHashMap<>();
      server.put("urls", config.turn());
      server.put("username", pair.username());
      server.put("credential", pair.credential());
      servers.add(server);
    }
    return servers;
  }

  /** Null when the credentials are not for whoever asks. */
  private @Nullable String user(HttpServerExchange exchange) {
    String token = token(exchange);
    if (token != null && tokens != null) {
      return tokens.verify(token) instanceof Good good ? good.user().user() : null;
    }
    return turn == null || config.anonymous() ? ANONYMOUS : null;
  }

  private @Nullable String token(HttpServerExchange exchange) {
    String header =
        BearerTokens.ofAuthorization(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION));
    if (header != null) {
      return header;
    }
    Cookie found = exchange.getRequestCookie(cookie);
    return found == null ? null : found.getValue();
  }

  private void send(HttpServerExchange exchange, int status, Map<String, Object> body)
      throws JsonProcessingException {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    exchange
        .getResponseSender()
        .send(ByteBuffer.wrap(json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8)));
  }
}
