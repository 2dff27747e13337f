package dev.tandem.gateway.sip.event;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.event.Document;
import dev.tandem.gateway.event.Subscriber;
import dev.tandem.gateway.event.Subscription;
import dev.tandem.gateway.sip.header.EventName;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.ua.EventDialog;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A subscriber who speaks SIP. Everything runs on the subscription's executor. */
final class SipSubscriber implements Subscriber, EventDialog.Listener {
  private final UserAgent agent;
  private final Subscription subscription;
  private final EventName event;
  private final EventRules rules;
  private @Nullable EventDialog dialog;

  SipSubscriber(UserAgent agent, Subscription subscription, EventName event, EventRules rules) {
    this.agent = agent;
    this.subscription = subscription;
    this.event = event;
    this.rules = rules;
  }

  void speakIn(EventDialog made) {
    dialog = made;
  }

  private EventDialog dialog() {
    EventDialog made = dialog;
    if (made == null) {
      throw new IllegalStateException("the subscription has no dialog yet");
    }
    return made;
  }

  @Override
  public void notify(String state, @Nullable Document document, Consumer<Answer> answer) {
    dialog()
        .notify(
            message -> {
              Payloads.add(message, "Event", event.value());
              Payloads.add(message, "Subscription-State", state);
              rules.addAllowEvents(message);
              if (document != null) {
                Payloads.apply(
                    new Payload(new Body(document.contentType(), document.bytes()), List.of()),
                    message);
              }
            },
            new EventDialog.Outcome() {
              @Override
              public void answered(int status) {
                answer.accept(meaning(status));
              }

              @Override
              public void lost() {
                answer.accept(Answer.LOST);
              }
            });
  }

  /** Which refusals end a subscription: RFC 6665 §4.2.2 with RFC 5057 §5.1. */
  static Answer meaning(int status) {
    if (status / 100 == 2) {
      return Answer.TAKEN;
    }
    return switch (status) {
      case 404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604 -> Answer.GONE;
      default -> Answer.REFUSED;
    };
  }

  @Override
  public boolean moveTo(FlowId id) {
    Flow flow = agent.stack().flow(id);
    return flow != null && dialog().moveTo(flow);
  }

  @Override
  public void release() {
    dialog().close();
  }

  @Override
  public void subscribed(ServerExchange subscribe) {
    EventName asked = EventName.of(subscribe);
    if (!event.equals(asked)) {
      rules.refuseEvent(subscribe); // a second subscription in this dialog is not supported
      return;
    }
    Duration expires = rules.expires(subscribe);
    if (expires == null) {
      return;
    }
    subscribe.respond(200, "OK", EventRules.expiring(expires));
    if (expires.isZero()) {
      subscription.unsubscribe();
    } else {
      subscription.refresh(expires);
    }
  }

  @Override
  public void flowEnded(FlowEnd end) {
    subscription.lost();
  }
}
