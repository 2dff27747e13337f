package dev.tandem.gateway.event;

import dev.tandem.gateway.bridge.Mailbox;
import dev.tandem.gateway.event.EventPackage.View;
import dev.tandem.gateway.event.Subscriber.Answer;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One subscription at the notifier (RFC 6665 §4.2). Changes are gathered for a moment, since they
 * come in groups, and told at the pace that the settings allow; at most one notification is under
 * way. A SUBSCRIBE is answered with the whole state at once.
 *
 * <p>Everything runs on the executor, apart from {@link #changed}, {@link #deviceIsAt} and {@link
 * #deactivate}, which may be called from anywhere.
 */
public final class Subscription {
  /** How long changes are gathered. */
  static final Duration GATHER = Duration.ofMillis(20);

  /** What is to be told next; the later outranks the former. */
  private enum Due {
    NOTHING,
    CHANGE,
    WHOLE,
    END
  }

  private final Subscriptions table;
  private final Timers timers;
  private final EventPackage eventPackage;
  private final Aor resource;
  private final Aor watcher;
  private final String device;
  private final View view;
  private final Mailbox mailbox = new Mailbox();
  private final AtomicBoolean gathering = new AtomicBoolean();
  private @Nullable Subscriber subscriber;
  private long expiresAt;
  private long pacedUntil;
  private Due due = Due.NOTHING;
  private String endState = "terminated";
  private SubscriptionEnd end = SubscriptionEnd.EXPIRED;
  private int sending; // number of the notification under way; 0 for none
  private int lastSent;
  private boolean lost;
  private boolean over;
  private Timers.@Nullable Timer expiry;
  private Timers.@Nullable Timer pace;
  private Timers.@Nullable Timer comeBack;

  Subscription(
      Subscriptions table, EventPackage eventPackage, Aor resource, Aor watcher, String device) {
    this.table = table;
    this.timers = table.timers();
    this.eventPackage = eventPackage;
    this.resource = resource;
    this.watcher = watcher;
    this.device = device;
    this.view = eventPackage.watch(resource);
  }

  /** The executor that this and its subscriber's dialog share. */
  public Executor executor() {
    return mailbox;
  }

  public EventPackage eventPackage() {
    return eventPackage;
  }

  Aor resource() {
    return resource;
  }

  Aor watcher() {
    return watcher;
  }

  boolean isOf(String someDevice) {
    return device.equals(someDevice);
  }

  /** The SUBSCRIBE is accepted: tells the state, and goes on doing so for this long. */
  public void begin(Subscriber way, Duration expires) {
    subscriber = way;
    refresh(expires);
  }

  /** Another SUBSCRIBE came: goes on for this long from now. */
  public void refresh(Duration expires) {
    if (over) {
      return;
    }
    expiresAt = timers.millis() + expires.toMillis();
    cancel(expiry);
    expiry = timers.schedule(expires, () -> mailbox.execute(this::expired));
    want(Due.WHOLE);
  }

  private void expired() {
    if (timers.millis() >= expiresAt) {
      finish("terminated;reason=timeout", SubscriptionEnd.EXPIRED);
    }
  }

  /** A SUBSCRIBE with Expires 0 came: tells the state for the last time. */
  public void unsubscribe() {
    finish("terminated;reason=timeout", SubscriptionEnd.UNSUBSCRIBED);
  }

  /**
   * As {@link #begin} and {@link #unsubscribe} at once (RFC 6665 §4.4.3). No reason is given:
   * SIP.js subscribes again after a "timeout" that it has not asked for with an unsubscription.
   */
  public void fetch(Subscriber way) {
    subscriber = way;
    finish("terminated", SubscriptionEnd.UNSUBSCRIBED);
  }

  /** We stop; the subscriber should subscribe elsewhere. From any thread. */
  void deactivate() {
    mailbox.execute(() -> finish("terminated;reason=deactivated", SubscriptionEnd.DEACTIVATED));
  }

  private void finish(String state, SubscriptionEnd why) {
    if (!over && due != Due.END) {
      endState = state;
      end = why;
      if (lost) {
        over(why);
      } else {
        want(Due.END);
      }
    }
  }

  /** The state may have changed. From any thread; what follows happens on the timers' thread. */
  void changed() {
    if (gathering.compareAndSet(false, true)) {
      timers.schedule(
          GATHER,
          () ->
              mailbox.execute(
                  () -> {
                    gathering.set(false);
                    want(Due.CHANGE);
                  }));
    }
  }

  private void want(Due what) {
    if (!over) {
      due = what.compareTo(due) > 0 ? what : due;
      proceed();
    }
  }

  private void proceed() {
    if (over || lost || sending != 0 || due == Due.NOTHING) {
      return;
    }
    if (due == Due.CHANGE) {
      long wait = pacedUntil - timers.millis();
      if (wait > 0) {
        waitForPace(wait);
        return;
      }
      due = Due.NOTHING;
      Document change = view.changed();
      if (change != null) {
        send(active(), change);
      }
    } else if (due == Due.WHOLE) {
      due = Due.NOTHING;
      send(active(), view.whole());
    } else {
      send(endState, end == SubscriptionEnd.UNSUBSCRIBED ? view.whole() : null);
      over(end);
    }
  }

  private void waitForPace(long millis) {
    if (pace == null) {
      pace =
          timers.schedule(
              Duration.ofMillis(millis),
              () ->
                  mailbox.execute(
                      () -> {
                        pace = null;
                        proceed();
                      }));
    }
  }

  private String active() {
    long seconds = Math.max(0, (expiresAt - timers.millis() + 999) / 1000);
    return "active;expires=" + seconds;
  }

  private void send(String state, @Nullable Document document) {
    Subscriber way = subscriber;
    if (way == null) {
      throw new IllegalStateException("the subscription has not begun");
    }
    pacedUntil = timers.millis() + table.settings().pace().toMillis();
    int number = ++lastSent;
    sending = number;
    way.notify(
        state,
        document,
        answer -> {
          // What was sent on a connection that the device has left says nothing any more.
          if (sending == number) {
            sending = 0;
            take(answer);
          }
        });
  }

  private void take(Answer answer) {
    switch (answer) {
      case TAKEN, REFUSED -> proceed();
      case GONE -> over(SubscriptionEnd.REFUSED);
      case LOST -> lost();
    }
  }

  /** The connection of the device has ended: waits for it to come back. */
  public void lost() {
    if (over || lost) {
      return;
    }
    lost = true;
    sending = 0;
    if (due == Due.END) {
      over(end);
      return;
    }
    due = Due.WHOLE;
    comeBack =
        timers.schedule(
            table.settings().comeBack(),
            () ->
                mailbox.execute(
                    () -> {
                      if (lost) {
                        over(SubscriptionEnd.LOST);
                      }
                    }));
  }

  /** The device has registered on this flow. From any thread, also while its AOR is locked. */
  void deviceIsAt(FlowId flow) {
    timers.schedule(Duration.ZERO, () -> mailbox.execute(() -> moveTo(flow)));
  }

  private void moveTo(FlowId flow) {
    Subscriber way = subscriber;
    if (!over && way != null && way.moveTo(flow)) {
      lost = false;
      sending = 0;
      cancel(comeBack);
      want(Due.WHOLE);
    }
  }

  private void over(SubscriptionEnd why) {
    if (!over) {
      over = true;
      cancel(expiry);
      cancel(pace);
      cancel(comeBack);
      table.forget(this, why);
      Subscriber way = subscriber;
      if (way != null) {
        way.release();
      }
    }
  }

  private static void cancel(Timers.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
