package dev.tandem.gateway.json.http;

import dev.tandem.gateway.json.EventFeed;
import dev.tandem.gateway.json.HttpClient;
import dev.tandem.gateway.json.HttpDialect;
import dev.tandem.gateway.token.BearerTokens;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.ws.Admission;
import dev.tandem.sip.transport.ws.CrossOrigin;
import dev.tandem.sip.transport.ws.OriginPolicy;
import dev.tandem.sip.transport.ws.UpgradeRequest;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/session} and what is below it: GET is the greeting, POST opens a session or goes on
 * with one; below {@code /v1/session/ID}, {@code messages} takes frames, {@code events} tells them,
 * by long poll or as server-sent events, and {@code ticket} is a pass for one such request. Nothing
 * blocks.
 */
public final class SessionPages implements HttpHandler {
  /** Everything is below it. */
  public static final String PATH = "/v1/session";

  private static final int MAX_WAIT = 30;
  private static final int USUAL_WAIT = 25;
  private static final HttpString LAST_EVENT_ID = new HttpString("Last-Event-ID");

  private final HttpDialect dialect;
  private final Admission admission;
  private final CrossOrigin crossOrigin;
  private final Timers timers;

  /**
   * Makes the pages.
   *
   * @param admission asked when a session is opened, as at a WebSocket's upgrade
   */
  public SessionPages(
      HttpDialect dialect, Admission admission, OriginPolicy origins, Timers timers) {
    this.dialect = dialect;
    this.admission = admission;
    this.crossOrigin =
        new CrossOrigin(origins, "GET, POST", "Authorization, Content-Type, Last-Event-ID");
    this.timers = timers;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (!crossOrigin.admits(exchange)) {
      Answers.error(exchange, 403, "forbidden", "this Origin may not ask");
      return;
    }
    if (crossOrigin.answersPreflight(exchange)) {
      return;
    }
    // The path below ours: "", or "/ID/messages" and the like.
    String[] parts = exchange.getRelativePath().split("/", 4);
    boolean post = exchange.getRequestMethod().equals(Methods.POST);
    if (parts.length < 2) {
      begin(exchange, post);
    } else if (parts.length == 3) {
      inSession(exchange, parts[1], parts[2], post);
    } else {
      Answers.error(exchange, 404, "bad_field", "there is no such page");
    }
  }

  private void begin(HttpServerExchange exchange, boolean post) {
    if (!post) {
      Answers.send(exchange, dialect.welcome());
      return;
    }
    Admission.Verdict verdict = admission.judge(new UpgradeRequest(exchange));
    if (verdict instanceof Admission.Refused refused) {
      Answers.error(exchange, refused.status(), "auth_failed", refused.why());
    } else if (verdict instanceof Admission.Admitted admitted) {
      HttpClient client = client(exchange, admitted.principal());
      Bodies.read(exchange, timers, (body, answer) -> dialect.open(body, client, answer));
    }
  }

  static HttpClient client(HttpServerExchange exchange, @Nullable Principal principal) {
    InetSocketAddress remote = exchange.getSourceAddress();
    boolean secure =
        exchange.getConnection().getSslSession() != null || remote.getAddress().isLoopbackAddress();
    return new HttpClient(remote, secure, principal);
  }

  private void inSession(HttpServerExchange exchange, String session, String what, boolean post) {
    String token =
        BearerTokens.ofAuthorization(exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION));
    switch (what + (post ? " POST" : " GET")) {
      case "messages POST" -> {
        boolean waits = !"0".equals(query(exchange, "wait"));
        Bodies.read(
            exchange,
            timers,
            (body, answer) -> dialect.messages(session, token, body, waits, answer));
      }
      case "ticket POST" -> Answers.send(exchange, dialect.ticket(session, token));
      case "events GET" -> events(exchange, session, token);
      case "messages GET", "ticket GET", "events POST" -> {
        exchange
            .getResponseHeaders()
            .put(Headers.ALLOW, what.equals("events") ? "GET, OPTIONS" : "POST, OPTIONS");
        Answers.error(exchange, 405, "unsupported", "not by this method");
      }
      default -> Answers.error(exchange, 404, "bad_field", "there is no such page");
    }
  }

  private void events(HttpServerExchange exchange, String session, @Nullable String token) {
    long after;
    long wait;
    try {
      String last = exchange.getRequestHeaders().getFirst(LAST_EVENT_ID);
      after = number(last != null ? last : query(exchange, "after"), 0);
      wait = Math.min(MAX_WAIT, number(query(exchange, "wait"), USUAL_WAIT));
    } catch (NumberFormatException e) {
      Answers.error(exchange, 400, "bad_field", "after and wait are numbers");
      return;
    }
    String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
    boolean streams = accept != null && accept.contains("text/event-stream");
    Reader reader =
        streams
            ? new EventStream(exchange)
            : new LongPoll(exchange, timers, Duration.ofSeconds(wait));
    EventFeed feed =
        dialect.events(
            session,
            token,
            query(exchange, "ticket"),
            after,
            reader::wake,
            refusal -> Answers.send(exchange, refusal));
    if (feed != null) {
      reader.begin(feed);
    }
  }

  private static long number(@Nullable String text, long otherwise) {
    long number = text == null || text.isEmpty() ? otherwise : Long.parseLong(text);
    if (number < 0) {
      throw new NumberFormatException(text);
    }
    return number;
  }

  private static @Nullable String query(HttpServerExchange exchange, String name) {
    Deque<String> values = exchange.getQueryParameters().get(name);
    return values == null ? null : values.peekFirst();
  }

  /** One request for events. */
  interface Reader {
    /** There may be more; on any thread. */
    void wake();

    /** What it reads; on the request's I/O thread. */
    void begin(EventFeed feed);
  }
}
