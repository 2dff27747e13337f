package dev.tandem.gateway.sip.event;

import dev.tandem.gateway.event.Document;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.event.Publications.Published;
import dev.tandem.gateway.event.PublishedPackage;
import dev.tandem.gateway.sip.header.EventName;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.identity.Origins;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.header.ContentType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What happens to a PUBLISH (RFC 3903 §6): who publishes what of whom, and under which tag. */
public final class PublishHandler {
  private final Origins origins;
  private final EventServer server;
  private final EventRules rules;

  public PublishHandler(Origins origins, EventServer server, EventRules rules) {
    this.origins = origins;
    this.server = server;
    this.rules = rules;
  }

  public void handle(ServerExchange publish) {
    Origin origin = origins.of(publish, Identity.Role.REGISTRAR);
    if (origin == null) {
      return; // challenged or refused
    }
    Aor resource = rules.resource(publish, origin);
    if (resource == null) {
      return;
    }
    EventName event = EventName.of(publish);
    if (event == null || !(server.find(event.name()) instanceof PublishedPackage published)) {
      rules.refuseEvent(publish);
      return;
    }
    if (!published.mayPublish(origin.user(), resource)) {
      rules.refuse(publish, 403, "Not Yours To Publish", "policy");
      return;
    }
    Duration expires = rules.expires(publish);
    if (expires != null && hasSoundBody(publish, published)) {
      store(publish, published.name(), resource, origin, expires);
    }
  }

  private boolean hasSoundBody(ServerExchange publish, PublishedPackage published) {
    Document document = document(publish);
    if (document == null) {
      return true;
    }
    if (!mediaType(document.contentType()).equals(published.contentType())) {
      rules.refuse(
          publish,
          415,
          "Unsupported Media Type",
          "media_type",
          answer -> Payloads.add(answer, "Accept", published.contentType()));
    } else if (document.bytes().length > server.maxDocument()) {
      rules.refuse(publish, 413, "Request Entity Too Large", "too_large");
    } else if (!published.isSound(document)) {
      rules.refuse(publish, 400, "Malformed Document", "malformed");
    } else {
      return true;
    }
    return false;
  }

  private void store(
      ServerExchange publish, String eventPackage, Aor resource, Origin origin, Duration expires) {
    List<String> tags = RawHeaders.values(publish.raw(), "SIP-If-Match", '\0');
    Document document = document(publish);
    if (tags.isEmpty() && document == null) {
      rules.refuse(publish, 400, "Nothing To Publish", "no_body");
      return;
    }
    if (tags.size() > 1) {
      rules.refuse(publish, 400, "One SIP-If-Match Only", "if_match");
      return;
    }
    Published done =
        tags.isEmpty() && document != null
            ? server
                .publications()
                .publish(eventPackage, resource, document, origin.isTrunk(), expires)
            : server
                .publications()
                .republish(eventPackage, resource, tags.get(0), document, expires);
    switch (done.outcome()) {
      case NO_SUCH_TAG -> rules.refuse(publish, 412, "Conditional Request Failed", "if_match");
      case FULL -> rules.refuseForNow(publish, "full");
      case DONE ->
          publish.respond(
              200,
              "OK",
              answer -> {
                Payloads.add(answer, "SIP-ETag", done.entityTag());
                EventRules.expiring(expires).apply(answer);
              });
    }
  }

  private static @Nullable Document document(ServerExchange publish) {
    byte[] body = publish.request().getRawContent();
    ContentType type = publish.request().getContentTypeHeader();
    if (body == null || body.length == 0) {
      return null;
    }
    return new Document(type == null ? "" : type.getHeaderValue().trim(), body);
  }

  private static String mediaType(String contentType) {
    return contentType.split(";", 2)[0].replace(" ", "").toLowerCase(Locale.ROOT);
  }
}
