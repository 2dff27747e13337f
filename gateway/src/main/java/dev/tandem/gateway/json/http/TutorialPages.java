package dev.tandem.gateway.json.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.gateway.json.HttpAnswer;
import dev.tandem.gateway.json.HttpClient;
import dev.tandem.gateway.json.HttpDialect;
import dev.tandem.gateway.json.tutorial.Diagnosis;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.ws.CrossOrigin;
import dev.tandem.sip.transport.ws.OriginPolicy;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What tutorials of WebRTC signalling have a page do: POST what the others in a room are to hear,
 * and POST SIP and SDP to learn what they are made of. Each is at a path of its own.
 */
public final class TutorialPages {
  /** Where a room hears of what is posted. */
  public static final String SIGNALLING = "/webrtc-signaling";

  /** Where a SIP request is taken apart. */
  public static final String SIP = "/sip";

  /** Where a session description is taken apart. */
  public static final String SDP = "/SDP";

  private final HttpDialect dialect;
  private final CrossOrigin crossOrigin;
  private final Timers timers;

  public TutorialPages(HttpDialect dialect, OriginPolicy origins, Timers timers) {
    this.dialect = dialect;
    this.crossOrigin = new CrossOrigin(origins, "POST", "Content-Type");
    this.timers = timers;
  }

  /** The page at {@link #SIGNALLING}. */
  public HttpHandler signalling() {
    return exchange ->
        post(exchange, (client, body, answer) -> dialect.signalling(body, client, answer));
  }

  /** The page at {@link #SIP}. */
  public HttpHandler sip() {
    return diagnosing(Diagnosis::ofSip);
  }

  /** The page at {@link #SDP}. */
  public HttpHandler sdp() {
    return diagnosing(Diagnosis::ofSdp);
  }

  private HttpHandler diagnosing(Function<JsonNode, JsonNode> diagnosis) {
    return exchange ->
        post(exchange, (client, body, answer) -> answer.accept(dialect.diagnosis(body, diagnosis)));
  }

  private interface Page {
    void take(HttpClient client, byte[] body, Consumer<HttpAnswer> answer);
  }

  private void post(HttpServerExchange exchange, Page page) {
    if (!crossOrigin.admits(exchange)) {
      Answers.error(exchange, 403, "forbidden", "this Origin may not ask");
    } else if (crossOrigin.answersPreflight(exchange)) {
      return;
    } else if (!exchange.getRequestMethod().equals(Methods.POST)
        || !exchange.getRelativePath().isEmpty()) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "POST, OPTIONS");
      Answers.error(exchange, 405, "unsupported", "POST is all there is");
    } else {
      HttpClient client = SessionPages.client(exchange, null);
      Bodies.read(exchange, timers, (body, answer) -> page.take(client, body, answer));
    }
  }
}
