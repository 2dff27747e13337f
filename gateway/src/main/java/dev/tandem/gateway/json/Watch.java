package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.event.Document;
import dev.tandem.gateway.event.Subscriber;
import dev.tandem.gateway.event.Subscription;
import dev.tandem.gateway.event.dialog.DialogPackage;
import dev.tandem.gateway.event.dialog.ToldDialog;
import dev.tandem.gateway.event.mailbox.MailboxPackage;
import dev.tandem.gateway.event.mailbox.MailboxSummary;
import dev.tandem.gateway.event.presence.Presence;
import dev.tandem.gateway.event.presence.PresencePackage;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of a client. What it is told waits with everything else in the outbox of its
 * session, so nothing is ever refused or lost here. Belongs to the subscription's executor.
 */
final class Watch implements Subscriber {
  private static final int MAX_NOTE = 500;
  private static final int MAX_BODY = 60_000;

  private final String name;
  private final Session session;
  private final Subscription subscription;
  private final Timers timers;
  private final Map<String, ToldDialog> dialogs = new LinkedHashMap<>();
  private long until; // milliseconds of the clock

  Watch(String name, Session session, Subscription subscription, Timers timers) {
    this.timers = timers;
    this.name = name;
    this.session = session;
    this.subscription = subscription;
  }

  /** Begins, or goes on for this long. */
  void goesOn(Duration expires, boolean begins) {
    subscription
        .executor()
        .execute(
            () -> {
              until = timers.millis() + expires.toMillis();
              if (begins) {
                subscription.begin(this, expires);
              } else {
                subscription.refresh(expires);
              }
            });
  }

  /** All of the state once more, for a client that may not have heard of it. */
  void tellAll() {
    subscription
        .executor()
        .execute(() -> subscription.refresh(Duration.ofMillis(until - timers.millis())));
  }

  void end() {
    subscription.executor().execute(subscription::unsubscribe);
  }

  @Override
  public void notify(String state, @Nullable Document document, Consumer<Answer> answer) {
    String[] parts = state.split(";", 2);
    String event = subscription.eventPackage().name();
    ObjectNode notify = Frames.of("notify").put("sub", name).put("event", event);
    notify.put("state", parts[0]);
    if (parts.length > 1 && parts[1].startsWith("reason=")) {
      notify.put("reason", parts[1].substring("reason=".length()));
    }
    if (document != null) {
      ObjectNode data = data(event, document);
      if (data != null) {
        notify.set("data", data);
      }
      notify.put("contentType", Texts.shortened(document.contentType(), 128));
      String text = new String(document.bytes(), StandardCharsets.UTF_8);
      if (text.length() <= MAX_BODY) {
        notify.put("body", text);
      }
    }
    session.send(notify);
    // Never before this returns: it waits in the executor that runs this.
    subscription.executor().execute(() -> answer.accept(Answer.TAKEN));
  }

  private @Nullable ObjectNode data(String event, Document document) {
    ObjectNode data = Frames.of("data");
    data.remove("type");
    switch (event) {
      case PresencePackage.NAME -> {
        Presence presence = Presence.of(document);
        if (presence == null) {
          return null;
        }
        data.put("status", presence.status().name().toLowerCase(Locale.ROOT));
        if (presence.note() != null) {
          data.put("note", Texts.shortened(presence.note(), MAX_NOTE));
        }
      }
      case MailboxPackage.NAME -> {
        MailboxSummary summary = MailboxSummary.of(document);
        data.put("waiting", summary.waiting());
        data.put("new", summary.fresh()).put("old", summary.old());
      }
      case DialogPackage.NAME -> addDialogs(data.putArray("dialogs"), document);
      default -> {
        return null;
      }
    }
    return data;
  }

  /** All calls that there are, also when the document has changes only; one that ended, once. */
  private void addDialogs(ArrayNode to, Document document) {
    ToldDialog.of(document).forEach(each -> dialogs.put(each.id(), each));
    for (ToldDialog each : dialogs.values()) {
      ObjectNode told = to.addObject().put("id", Texts.shortened(each.id(), 512));
      told.put("direction", each.direction()).put("state", each.state());
      if (each.remote() != null) {
        told.put("remote", Texts.shortened(each.remote(), 512));
      }
    }
    dialogs.values().removeIf(each -> each.state().equals("terminated"));
  }

  /** A client that comes back finds all in the outbox. */
  @Override
  public boolean moveTo(FlowId flow) {
    return false;
  }

  @Override
  public void release() {
    session.watches().remove(name, this);
  }
}
