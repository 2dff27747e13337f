package dev.tandem.gateway.sip.event;

import dev.tandem.gateway.event.EventPackage;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.event.Subscription;
import dev.tandem.gateway.event.Subscriptions;
import dev.tandem.gateway.sip.header.DeviceName;
import dev.tandem.gateway.sip.header.EventName;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Origins;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import gov.nist.javax.sip.header.Contact;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a SUBSCRIBE that begins a subscription (RFC 6665 §4.2.1): who watches, what and
 * whom, may that be, and for how long; and then a subscription with its dialog.
 */
public final class SubscribeHandler {
  private final UserAgent agent;
  private final Origins origins;
  private final EventServer server;
  private final EventRules rules;
  private final BooleanSupplier draining;

  public SubscribeHandler(
      UserAgent agent,
      Origins origins,
      EventServer server,
      EventRules rules,
      BooleanSupplier draining) {
    this.agent = agent;
    this.origins = origins;
    this.server = server;
    this.rules = rules;
    this.draining = draining;
  }

  public void handle(ServerExchange subscribe) {
    if (draining.getAsBoolean()) {
      rules.refuseForNow(subscribe, "draining");
      return;
    }
    Origin origin = origins.of(subscribe, Identity.Role.REGISTRAR);
    if (origin == null) {
      return; // challenged or refused
    }
    Aor watcher = origin.user();
    if (watcher == null) {
      rules.refuse(subscribe, 403, "Trunks May Not Subscribe", "trunk_subscribes");
      return;
    }
    EventName event = EventName.of(subscribe);
    EventPackage eventPackage = event == null ? null : server.find(event.name());
    if (event == null || eventPackage == null) {
      rules.refuseEvent(subscribe);
      return;
    }
    Aor resource = rules.resource(subscribe, origin);
    if (resource == null || !isAcceptable(subscribe, eventPackage, watcher, resource)) {
      return;
    }
    Duration expires = rules.expires(subscribe);
    String contact = contact(subscribe);
    if (expires != null && contact != null) {
      open(subscribe, event, eventPackage, resource, watcher, contact, expires);
    }
  }

  private boolean isAcceptable(
      ServerExchange subscribe, EventPackage eventPackage, Aor watcher, Aor resource) {
    if (!eventPackage.mayWatch(watcher, resource)) {
      rules.refuse(subscribe, 403, "Not For You To Watch", "policy");
      return false;
    }
    if (!accepts(RawHeaders.values(subscribe.raw(), "Accept", '\0'), eventPackage.contentType())) {
      rules.refuse(subscribe, 406, "Not Acceptable", "accept");
      return false;
    }
    return true;
  }

  /** Without Accept a subscriber takes the package's own type (RFC 6665 §4.1.2.1). */
  static boolean accepts(List<String> values, String type) {
    if (values.isEmpty()) {
      return true;
    }
    String group = type.substring(0, type.indexOf('/')) + "/*";
    for (String value : values) {
      for (String range : value.split(",", -1)) {
        String wanted = range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (wanted.equals(type) || wanted.equals(group) || wanted.equals("*/*")) {
          return true;
        }
      }
    }
    return false;
  }

  private @Nullable String contact(ServerExchange subscribe) {
    Contact contact = subscribe.request().getContactHeader();
    if (contact == null || contact.isWildCard()) {
      rules.refuse(subscribe, 400, "Contact Missing", "contact");
      return null;
    }
    return contact.getAddress().getURI().toString();
  }

  private void open(
      ServerExchange subscribe,
      EventName event,
      EventPackage eventPackage,
      Aor resource,
      Aor watcher,
      String contact,
      Duration expires) {
    Subscriptions.Opened opened =
        server.subscriptions().open(eventPackage, resource, watcher, DeviceName.of(contact));
    Subscription made = opened.subscription();
    if (made == null) {
      if (opened.room() == Subscriptions.Room.NONE) {
        rules.refuseForNow(subscribe, "full");
      } else {
        rules.refuse(subscribe, 403, "Too Many Subscriptions", "too_many");
      }
      return;
    }
    made.executor()
        .execute(
            () -> {
              SipSubscriber way = new SipSubscriber(agent, made, event, rules);
              way.speakIn(agent.subscribe(subscribe, made.executor(), way));
              // Before the NOTIFY: JsSIP knows its dialog only by this response.
              subscribe.respond(200, "OK", EventRules.expiring(expires));
              if (expires.isZero()) {
                made.fetch(way);
              } else {
                made.begin(way, expires);
              }
            });
  }
}
