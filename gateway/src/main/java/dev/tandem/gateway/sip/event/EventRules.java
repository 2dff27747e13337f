package dev.tandem.gateway.sip.event;

import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Origins;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.gateway.sip.identity.Refusing;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.ua.MessageEdit;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.message.SIPMessage;
import java.time.Duration;
import javax.sip.header.ExpiresHeader;
import org.jspecify.annotations.Nullable;

/** What SUBSCRIBE and PUBLISH are both asked, and how both are refused. */
public final class EventRules {
  private final EventServer server;
  private final Domain domain;
  private final Origins origins;
  private final Users users;
  private final Registrar registrar;
  private final Refusing refusing;

  public EventRules(
      EventServer server,
      Domain domain,
      Origins origins,
      Users users,
      Registrar registrar,
      Refusing refusing) {
    this.server = server;
    this.domain = domain;
    this.origins = origins;
    this.users = users;
    this.registrar = registrar;
    this.refusing = refusing;
  }

  /** The user of ours whom the Request-URI names; null when that was refused here. */
  @Nullable Aor resource(ServerExchange request, Origin origin) {
    RouteRequest asked = origins.routeRequest(request, origin);
    Aor resource = asked.user().isEmpty() ? null : domain.aor(asked.user());
    boolean ours = resource != null && (asked.host().isEmpty() || domain.isOurs(asked.host()));
    if (resource == null
        || !ours
        || (users.find(resource.user()).isEmpty() && registrar.bindings(resource).isEmpty())) {
      refusing.refuse(request, 404, "Not Found", "not_found");
      return null;
    }
    return resource;
  }

  /** How long it may last; null when that was refused here. */
  @Nullable Duration expires(ServerExchange request) {
    ExpiresHeader asked = request.request().getExpires();
    Duration granted = server.expires().granted(asked == null ? -1 : asked.getExpires());
    if (server.expires().isTooBrief(granted)) {
      long least = server.expires().least().toSeconds();
      refusing.refuse(
          request,
          423,
          "Interval Too Brief",
          "interval_too_brief",
          answer -> Payloads.add(answer, "Min-Expires", Long.toString(least)));
      return null;
    }
    return granted;
  }

  /** RFC 6665 §4.2.1.1: we do not know that package; here are those that we know. */
  void refuseEvent(ServerExchange request) {
    refusing.refuse(request, 489, "Bad Event", "bad_event", this::addAllowEvents);
  }

  public void addAllowEvents(SIPMessage message) {
    if (!server.names().isEmpty()) {
      Payloads.add(message, "Allow-Events", String.join(", ", server.names()));
    }
  }

  void refuseForNow(ServerExchange request, String cause) {
    refusing.refuse(
        request,
        503,
        "Service Unavailable",
        cause,
        answer -> Payloads.add(answer, "Retry-After", "10"));
  }

  void refuse(ServerExchange request, int status, String reason, String cause) {
    refusing.refuse(request, status, reason, cause);
  }

  void refuse(ServerExchange request, int status, String reason, String cause, MessageEdit edit) {
    refusing.refuse(request, status, reason, cause, edit);
  }

  static MessageEdit expiring(Duration expires) {
    return answer -> Payloads.add(answer, "Expires", Long.toString(expires.toSeconds()));
  }
}
