package dev.tandem.gateway.sip.message;

import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.message.MessageStore;
import dev.tandem.gateway.message.Messenger;
import dev.tandem.gateway.message.StoredMessage;
import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.target.Delivery;
import dev.tandem.gateway.sip.target.Targets;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import javax.sip.address.Address;
import javax.sip.header.ExpiresHeader;
import org.jspecify.annotations.Nullable;

/** Keeps messages for users who are offline, and brings them when a device registers. */
public final class Postbox {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private static final int MAX_FORWARDS = 70;

  private final MessageStore store;
  private final UserAgent agent;
  private final Registrar registrar;
  private final Targets targets;
  private final Timers timers;
  private final int maxOverUdp;
  private final OtherDevices others;

  public Postbox(
      MessageStore store,
      UserAgent agent,
      Registrar registrar,
      Targets targets,
      Timers timers,
      int maxOverUdp,
      OtherDevices others) {
    this.others = others;
    this.store = store;
    this.agent = agent;
    this.registrar = registrar;
    this.targets = targets;
    this.timers = timers;
    this.maxOverUdp = maxOverUdp;
  }

  /** Keeps a message; false when there is no room, or it would expire at once. */
  boolean keep(ServerExchange message, Aor receiver, Address from, Payload payload) {
    ExpiresHeader asked = message.request().getExpires();
    Duration life = store.lifetime();
    if (asked != null && asked.getExpires() < life.toSeconds()) {
      life = Duration.ofSeconds(asked.getExpires());
    }
    if (life.isZero()) {
      return false;
    }
    return keep(
        receiver,
        from,
        message.request().getTo().getAddress().getURI().toString(),
        message.request().getMaxForwards().getMaxForwards(),
        payload,
        message.raw().length,
        life,
        null);
  }

  /** The same for one that did not come by SIP, whose sender is told what becomes of it. */
  boolean keep(Aor receiver, Address from, Payload payload, int size, Messenger.Outcome sender) {
    return keep(
        receiver, from, receiver.uri(), MAX_FORWARDS, payload, size, store.lifetime(), sender);
  }

  private boolean keep(
      Aor receiver,
      Address from,
      String to,
      int maxForwards,
      Payload payload,
      int size,
      Duration life,
      Messenger.@Nullable Outcome sender) {
    String name = Addresses.name(from);
    return store.keep(
        receiver,
        new StoredMessage(
            name == null ? "" : name,
            from.getURI().toString(),
            to,
            maxForwards,
            dated(payload),
            size,
            timers.millis() + life.toMillis(),
            sender));
  }

  /** When it was sent is of interest now (RFC 3428 §9.3). */
  private Payload dated(Payload payload) {
    if (payload.headers().stream().anyMatch(header -> header.name().equals("Date"))) {
      return payload;
    }
    List<Header> headers = new ArrayList<>(payload.headers());
    headers.add(new Header("Date", DATE.format(timers.now())));
    return new Payload(payload.body(), headers);
  }

  /** A device of the user has registered: it gets what waits, one after the other. */
  public void deliverTo(Aor receiver) {
    List<StoredMessage> waiting = store.take(receiver);
    if (!waiting.isEmpty()) {
      deliver(receiver, waiting);
    }
  }

  private void deliver(Aor receiver, List<StoredMessage> waiting) {
    List<Binding> devices = registrar.bindings(receiver);
    if (waiting.isEmpty()) {
      return;
    }
    if (devices.isEmpty()) {
      store.putBack(receiver, waiting);
      return;
    }
    StoredMessage first = waiting.get(0);
    Recipients recipients =
        Recipients.bring(
            others,
            new RouteDecision.ToUser(receiver, devices),
            Addresses.named(first.fromName(), Addresses.uri(first.fromUri())),
            first.toUri(),
            first.payload());
    if (recipients.isForNobodyElse()) {
      if (recipients.brought()) {
        first.became(200, "OK");
        deliver(receiver, waiting.subList(1, waiting.size()));
      } else {
        store.putBack(receiver, waiting);
      }
      return;
    }
    Delivery.start(
        agent,
        new Delivery.Parcel(
            "MESSAGE",
            maxOverUdp,
            first.size(),
            message -> Payloads.apply(first.payload(), message)),
        targets.toUser(
            recipients.bySip(),
            Addresses.named(null, Addresses.uri(first.toUri())),
            Addresses.named(first.fromName(), Addresses.uri(first.fromUri())),
            first.maxForwards() - 1),
        (status, reason, response) -> {
          if (isNotThere(status) && !recipients.brought()) {
            store.putBack(receiver, waiting);
          } else {
            first.became(recipients.brought() ? 200 : status, reason);
            deliver(receiver, waiting.subList(1, waiting.size()));
          }
        });
  }

  /** Whether to try again another time: a refusal for any other reason would come then too. */
  private static boolean isNotThere(int status) {
    return status == 408 || status == 480 || status / 100 == 5;
  }
}
