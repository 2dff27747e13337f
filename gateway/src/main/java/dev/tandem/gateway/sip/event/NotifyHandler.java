package dev.tandem.gateway.sip.event;

import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.event.Document;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.event.Subscriptions;
import dev.tandem.gateway.event.mailbox.MailboxPackage;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.sip.edge.DeviceRoutes;
import dev.tandem.gateway.sip.header.DeviceName;
import dev.tandem.gateway.sip.header.EventName;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.identity.Origins;
import dev.tandem.gateway.sip.identity.Origins.Origin;
import dev.tandem.gateway.sip.target.Delivery;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a NOTIFY that nobody subscribed to. Many a PBX tells of waiting voice mail like
 * that: a trunk may, and its word is passed on to the user's devices, as it came to those without a
 * subscription of their own.
 */
public final class NotifyHandler {
  private static final List<String> COPIED = List.of("Event", "Subscription-State");

  private final UserAgent agent;
  private final Origins origins;
  private final Registrar registrar;
  private final Targets targets;
  private final EventServer server;
  private final EventRules rules;
  private final DeviceRoutes devices;

  public NotifyHandler(
      UserAgent agent,
      Origins origins,
      Registrar registrar,
      Targets targets,
      EventServer server,
      EventRules rules,
      DeviceRoutes devices) {
    this.devices = devices;
    this.agent = agent;
    this.origins = origins;
    this.registrar = registrar;
    this.targets = targets;
    this.server = server;
    this.rules = rules;
  }

  public void handle(ServerExchange notify) {
    Origin origin = origins.ofTrunk(notify);
    if (origin == null) {
      rules.refuse(notify, 481, "Subscription Does Not Exist", "no_subscription");
      return;
    }
    EventName event = EventName.of(notify);
    if (event == null || !(server.find(event.name()) instanceof MailboxPackage mailboxes)) {
      rules.refuseEvent(notify);
      return;
    }
    RouteDecision device = devices.of(notify);
    if (device instanceof RouteDecision.Refused refused) {
      rules.refuse(notify, refused.status(), refused.reason(), "device");
      return;
    }
    Aor owner =
        device instanceof RouteDecision.ToUser toUser
            ? toUser.aor()
            : rules.resource(notify, origin);
    if (owner == null) {
      return;
    }
    Document state = state(notify);
    if (state == null || !mailboxes.isSound(state)) {
      rules.refuse(notify, 400, "Malformed Message Summary", "malformed");
      return;
    }
    notify.respond(200, "OK");
    mailboxes.set(owner, state);
    passOn(
        notify,
        owner,
        device instanceof RouteDecision.ToUser toUser
            ? toUser.bindings()
            : registrar.bindings(owner));
  }

  private static @Nullable Document state(ServerExchange notify) {
    byte[] body = notify.request().getRawContent();
    return body == null || body.length == 0
        ? null
        : new Document(MailboxPackage.CONTENT_TYPE, body);
  }

  private void passOn(ServerExchange notify, Aor owner, List<Binding> to) {
    Subscriptions subscriptions = server.subscriptions();
    List<Binding> unsubscribed =
        to.stream()
            .filter(
                binding ->
                    !subscriptions.isWatching(
                        MailboxPackage.NAME, owner, DeviceName.of(binding.requestUri())))
            .toList();
    if (unsubscribed.isEmpty()) {
      return;
    }
    Payload payload = Payloads.of(notify.request());
    Delivery.start(
        agent,
        new Delivery.Parcel(
            "NOTIFY",
            Integer.MAX_VALUE,
            0,
            message -> {
              for (String name : COPIED) {
                char compact = name.equals("Event") ? 'o' : '\0';
                RawHeaders.values(notify.raw(), name, compact)
                    .forEach(value -> Payloads.add(message, name, value));
              }
              Payloads.apply(payload, message);
            }),
        targets.toUser(
            new RouteDecision.ToUser(owner, unsubscribed),
            notify.request(),
            notify.request().getFrom().getAddress()),
        (status, reason, response) -> {});
  }
}
