package dev.tandem.gateway.json;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.limit.Permit;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.routing.RequestHeaders;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.routing.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client may call whom it asks for, and where that leads. Every method throws {@link
 * Refusal} when it may not. Thread-safe.
 */
final class Dialling {
  private final JsonParts parts;
  private final AtomicLong lastKey = new AtomicLong();

  Dialling(JsonParts parts) {
    this.parts = parts;
  }

  Dialled read(Fields fields, String name) {
    return Dialled.parse(fields.line(name, 256), name, parts.domain());
  }

  /** Refuses new calls when there can be none now, or not of this session. */
  void refuseLate(Session session, Dialled to) {
    if (parts.calls().isDraining()) {
      throw Refusal.sip(503, "the gateway is shutting down");
    }
    if (parts.busy().isTooMuch() && !parts.router().isEmergency(to.user())) {
      throw Refusal.overloaded(parts.busy().secondsToWait());
    }
    Instant until = session.login().expiresAt();
    if (until != null && !parts.timers().now().isBefore(until)) {
      throw Refusal.of(ErrorCode.TOKEN_EXPIRED, "the token has expired: register again");
    }
  }

  Source source(Session session, Wire wire, @Nullable String display, Dialled to) {
    Login login = session.login();
    CallerId from =
        new CallerId(login.aor().user(), login.aor().host(), null)
            .withName(display == null || display.isBlank() ? login.name() : display.strip());
    // A guest may reach whom it has asked for, and nobody to whom that one diverts.
    DialRights rights = login.guest() ? new DialRights(List.of(to.user())) : login.rights();
    return new Source(
        login.aor().user(),
        null,
        wire.remote().getAddress().getHostAddress(),
        from,
        null,
        Set.of(),
        rights,
        parts.auth().enabled() && !login.guest());
  }

  RouteDecision route(Source source, Dialled to, List<Header> headers, Login login) {
    Map<String, List<String>> named = new HashMap<>();
    headers.forEach(
        header -> named.computeIfAbsent(header.name(), n -> new ArrayList<>()).add(header.value()));
    RouteDecision decision =
        parts
            .router()
            .route(
                new RouteRequest(
                    to.user(),
                    to.host(),
                    source,
                    null,
                    RequestHeaders.of(named),
                    parts.timers().now(),
                    RouteRequest.Kind.CALL));
    if (decision instanceof RouteDecision.Refused refused) {
      throw refused(
          "INVITE", source, to, refused.status(), refused.reason(), refused.cause().word());
    }
    if (login.guest() && !(decision instanceof RouteDecision.ToUser)) {
      throw refused("INVITE", source, to, 403, "Guests Call Users Only", "not_allowed");
    }
    return decision;
  }

  /** A place among the user's calls; the leg that gets it gives it back. */
  Permit permit(Source source, Dialled to, Login login) {
    boolean limited = !parts.router().isEmergency(to.user());
    Permit permit = parts.limits().ofUser(login.aor().user(), limited);
    if (permit == null) {
      throw refused("INVITE", source, to, 480, "Too Many Calls", "limit_user");
    }
    return permit;
  }

  Refusal refused(
      String method, Source source, Dialled to, int status, String reason, String cause) {
    parts.refusals().refused(method, source.caller().uri(), to.uri(), status, cause);
    return Refusal.sip(status, reason);
  }

  CallInfo info(Session session, String name, Source source, Dialled to, RouteDecision decision) {
    return info(
        session,
        name,
        source,
        to,
        decision instanceof RouteDecision.ToTrunks toTrunks ? toTrunks.told() : "user");
  }

  CallInfo info(Session session, String name, Source source, Dialled to, String via) {
    return new CallInfo(
        "j" + Long.toString(lastKey.incrementAndGet(), 36),
        session.id() + "." + Integer.toHexString(name.hashCode()),
        source.caller().uri(),
        to.uri(),
        via,
        parts.timers().now());
  }
}
