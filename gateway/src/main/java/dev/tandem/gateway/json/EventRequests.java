package dev.tandem.gateway.json;

import dev.tandem.gateway.event.Document;
import dev.tandem.gateway.event.EventPackage;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.event.Publications;
import dev.tandem.gateway.event.Subscription;
import dev.tandem.gateway.event.Subscriptions;
import dev.tandem.gateway.event.presence.Presence;
import dev.tandem.gateway.event.presence.PresencePackage;
import dev.tandem.sip.message.Aor;
import java.time.Duration;
import java.util.Locale;

/**
 * What clients ask of presence, calls and mailboxes of users: the same packages, rules and limits
 * as for SIP. Without {@code expires} a subscription or publication lasts as long as its session.
 * Thread-safe.
 */
final class EventRequests {
  /** Longer than any session. */
  private static final Duration ALWAYS = Duration.ofDays(3650);

  private final JsonParts parts;
  private final EventServer server;

  EventRequests(JsonParts parts) {
    this.parts = parts;
    this.server = parts.events();
  }

  void subscribe(Session session, Fields fields, Reply reply) {
    String name = fields.id("sub");
    String event = fields.line("event", 64);
    Dialled to = Dialled.parse(fields.line("to", 256), "to", parts.domain());
    Duration expires = expires(fields);
    Watch known = session.watches().get(name);
    Watch watch = known == null ? open(session, name, event, to) : known;
    var ok = reply.begin().put("sub", name);
    if (fields.has("expires")) {
      ok.put("expires", expires.toSeconds());
    }
    reply.ok(ok);
    watch.goesOn(expires, known == null);
    if (session.isOver()) {
      watch.end();
    }
  }

  private Duration expires(Fields fields) {
    if (!fields.has("expires")) {
      return ALWAYS;
    }
    Duration granted = server.expires().granted(fields.number("expires", 1, 86_400, 0));
    if (server.expires().isTooBrief(granted)) {
      throw Refusal.field("expires", "is less than " + server.expires().least().toSeconds());
    }
    return granted;
  }

  private Watch open(Session session, String name, String event, Dialled to) {
    EventPackage eventPackage = server.find(event);
    if (eventPackage == null) {
      throw Refusal.of(ErrorCode.UNSUPPORTED, "there are " + String.join(", ", server.names()));
    }
    Aor watcher = session.login().aor();
    Aor resource = resource(to);
    if (session.login().guest() || !eventPackage.mayWatch(watcher, resource)) {
      throw Refusal.sip(403, "not for you to watch");
    }
    Subscriptions.Opened opened =
        server.subscriptions().open(eventPackage, resource, watcher, session.urn());
    Subscription made = opened.subscription();
    if (made == null) {
      throw Refusal.later("too many subscriptions", 10);
    }
    Watch watch = new Watch(name, session, made, parts.timers());
    session.watches().put(name, watch);
    return watch;
  }

  /** A user of ours, as for SIP. */
  private Aor resource(Dialled to) {
    Aor resource = parts.domain().aor(to.user());
    boolean known =
        parts.users().find(resource.user()).isPresent()
            || !parts.registrar().bindings(resource).isEmpty();
    if (!to.host().isEmpty() || !known) {
      throw Refusal.sip(404, "no such user");
    }
    return resource;
  }

  void unsubscribe(Session session, Fields fields, Reply reply) {
    String name = fields.id("sub");
    Watch watch = session.watches().get(name);
    if (watch == null) {
      throw Refusal.field("sub", "is none of the session's");
    }
    reply.ok(reply.begin().put("sub", name));
    watch.end();
  }

  void publish(Session session, Fields fields, Reply reply) {
    if (server.find(PresencePackage.NAME) == null) {
      throw Refusal.of(ErrorCode.UNSUPPORTED, "presence is not served");
    }
    if (session.login().guest()) {
      throw Refusal.sip(403, "guests publish nothing");
    }
    String status = fields.line("status", 16);
    Presence presence =
        new Presence(
            Presence.Status.valueOf(status.toUpperCase(Locale.ROOT)),
            fields.optionalLine("note", 500));
    Aor user = session.login().aor();
    publish(session, user, presence.toDocument(user));
    reply.ok(reply.begin());
  }

  private void publish(Session session, Aor user, Document document) {
    synchronized (session) {
      String before = session.published();
      Publications.Published done =
          before == null
              ? null
              : server
                  .publications()
                  .republish(PresencePackage.NAME, user, before, document, ALWAYS);
      // Ten others of the user's may have taken its place.
      if (done == null || done.outcome() == Publications.Outcome.NO_SUCH_TAG) {
        done = server.publications().publish(PresencePackage.NAME, user, document, false, ALWAYS);
      }
      if (done.outcome() == Publications.Outcome.FULL) {
        throw Refusal.later("too many publications", 10);
      }
      session.hasPublished(done.entityTag());
    }
    if (session.isOver()) {
      ended(session);
    }
  }

  /** What it watches is told as a whole, after some of it was lost. */
  void tellAll(Session session) {
    session.watches().values().forEach(Watch::tellAll);
  }

  /** The session is over, and with it what it watches and publishes. */
  void ended(Session session) {
    session.watches().values().forEach(Watch::end);
    String tag = session.published();
    if (tag != null) {
      server
          .publications()
          .republish(PresencePackage.NAME, session.login().aor(), tag, null, Duration.ZERO);
    }
  }
}
