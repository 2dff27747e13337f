package dev.tandem.gateway;

import dev.tandem.gateway.bridge.CallObserver;
import dev.tandem.gateway.config.EventsConfig;
import dev.tandem.gateway.event.EventPackage;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.event.ExpiresRule;
import dev.tandem.gateway.event.Publications;
import dev.tandem.gateway.event.SubscriptionEnd;
import dev.tandem.gateway.event.SubscriptionSettings;
import dev.tandem.gateway.event.Subscriptions;
import dev.tandem.gateway.event.dialog.DialogPackage;
import dev.tandem.gateway.event.dialog.UserCalls;
import dev.tandem.gateway.event.mailbox.MailboxPackage;
import dev.tandem.gateway.event.presence.PresencePackage;
import dev.tandem.gateway.metrics.GatewayMetrics;
import dev.tandem.gateway.registrar.RegistrarEvent;
import dev.tandem.gateway.registrar.RegistrarEvent.Added;
import dev.tandem.gateway.registrar.RegistrarEvent.Refreshed;
import dev.tandem.gateway.registrar.RegistrarListener;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.sip.header.DeviceName;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/** Joins the event packages with what feeds them: the registrar and the calls. */
final class Events {
  /** As long as a call waits for its device. */
  private static final Duration COME_BACK = Duration.ofSeconds(60);

  private final Set<String> served;
  private final OnlineUsers online = new OnlineUsers();
  private final UserCalls calls;
  private final Subscriptions subscriptions;
  private final EventServer server;

  Events(EventsConfig config, Domain domain, Timers timers, GatewayMetrics metrics) {
    this.served = config.packages();
    this.subscriptions =
        new Subscriptions(
            new SubscriptionSettings(
                config.pace(), COME_BACK, config.maxPerUser(), config.maxTotal()),
            timers,
            metrics.byEnum(
                    "tandem.subscription.ends",
                    "Subscriptions that ended, by cause",
                    "cause",
                    SubscriptionEnd.class)
                ::add);
    Publications publications = new Publications(timers, config.maxTotal(), subscriptions::changed);
    this.calls = new UserCalls(domain, this::callsChanged);
    this.server =
        new EventServer(
            packages(config, publications),
            subscriptions,
            publications,
            new ExpiresRule(config.defaultExpires(), config.minExpires(), config.maxExpires()),
            config.maxDocument().bytes());
    metrics.gauge("tandem.subscriptions", "Live subscriptions", subscriptions, Subscriptions::size);
    metrics.gauge("tandem.publications", "Live publications", publications, Publications::size);
  }

  private List<EventPackage> packages(EventsConfig config, Publications publications) {
    BiPredicate<Aor, Aor> mayWatch =
        (watcher, resource) ->
            config.watchers() == EventsConfig.Watchers.DOMAIN || watcher.equals(resource);
    List<EventPackage> packages = new ArrayList<>();
    if (served.contains(PresencePackage.NAME)) {
      packages.add(
          new PresencePackage(publications, mayWatch, online::isOnline, calls::isOnThePhone));
    }
    if (served.contains(DialogPackage.NAME)) {
      packages.add(new DialogPackage(calls, mayWatch, config.showRemote()));
    }
    if (served.contains(MailboxPackage.NAME)) {
      packages.add(
          new MailboxPackage(
              publications, owner -> subscriptions.changed(MailboxPackage.NAME, owner)));
    }
    return packages;
  }

  EventServer server() {
    return server;
  }

  /** What must hear of calls. */
  CallObserver callObserver() {
    return served.contains(DialogPackage.NAME) || served.contains(PresencePackage.NAME)
        ? calls
        : CallObserver.SILENT;
  }

  private void callsChanged(Aor user) {
    subscriptions.changed(DialogPackage.NAME, user);
    subscriptions.changed(PresencePackage.NAME, user);
  }

  /** Hears of bindings, after another listener. */
  RegistrarListener hearing(RegistrarListener first) {
    if (served.isEmpty()) {
      return first;
    }
    return event -> {
      first.changed(event);
      bindingChanged(event);
    };
  }

  private void bindingChanged(RegistrarEvent event) {
    online.changed(event);
    boolean moved = event instanceof Refreshed refreshed && refreshed.isMoved();
    if (event instanceof Added || moved) {
      subscriptions.deviceIsAt(
          event.aor(), DeviceName.of(event.binding().requestUri()), event.binding().flow());
    }
    if (!(event instanceof Refreshed)) {
      subscriptions.changed(PresencePackage.NAME, event.aor());
    }
  }
}
