package dev.tandem.gateway;

import dev.tandem.gateway.admin.IceServersPage;
import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.guard.Guard;
import dev.tandem.gateway.guard.Kind;
import dev.tandem.gateway.json.BadFrame;
import dev.tandem.gateway.json.Doorkeeper;
import dev.tandem.gateway.json.IceServers;
import dev.tandem.gateway.json.JsonParts;
import dev.tandem.gateway.json.JsonService;
import dev.tandem.gateway.json.SipSide;
import dev.tandem.gateway.limit.Busy;
import dev.tandem.gateway.limit.Limits;
import dev.tandem.gateway.metrics.GatewayMetrics;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.SipService;
import dev.tandem.gateway.token.TokenVerifier;
import dev.tandem.sip.time.Timers;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Joins the JSON dialect with the rest of the gateway. */
final class JsonDialect {
  private JsonDialect() {}

  /** Null when the configuration has it off. */
  static @Nullable JsonService of(
      TandemConfig config,
      Domain domain,
      @Nullable TokenVerifier tokens,
      Registrar registrar,
      Router router,
      Calls calls,
      Limits limits,
      Busy busy,
      Guard guard,
      EventServer events,
      IceServersPage ice,
      RefusalLog refusals,
      Timers timers,
      GatewayMetrics metrics) {
    if (!config.json().enabled()) {
      return null;
    }
    IceServers servers =
        new IceServers() {
          @Override
          public List<Map<String, Object>> of(String user) {
            return ice.servers(user);
          }

          @Override
          public Duration lifetime() {
            return config.ice().lifetime();
          }
        };
    JsonService service =
        new JsonService(
            new JsonParts(
                Launcher.product(config),
                config.json(),
                config.auth(),
                config.users(),
                domain,
                tokens,
                registrar,
                config.registrar().maxExpires(),
                router,
                calls,
                limits,
                busy,
                new Doorkeeping(guard),
                metrics.byEnum(
                        "tandem.json.bad.frames",
                        "What clients of the JSON dialect sent and was not read, by cause",
                        "cause",
                        BadFrame.class)
                    ::add,
                config.calls().noAnswer().plusMinutes(1),
                events,
                servers,
                refusals::refused,
                timers),
            config.websocket().pingInterval());
    metrics.gauge("tandem.json.sessions", "JSON sessions", service, JsonService::sessions);
    metrics.gauge(
        "tandem.json.detached",
        "JSON sessions that wait for their client to come back",
        service,
        JsonService::detached);
    metrics.gauge(
        "tandem.json.rooms", "Rooms with somebody in them", service, JsonService::roomCount);
    return service;
  }

  /** The guard that stands before SIP, too. */
  private record Doorkeeping(Guard guard) implements Doorkeeper {
    @Override
    public boolean isBanned(InetAddress address) {
      return guard.isBanned(address);
    }

    @Override
    public int secondsToWait(InetAddress address, String type) {
      return guard.secondsToWait(
          address,
          switch (type) {
            case "call" -> Kind.INVITE;
            case "register" -> Kind.REGISTER;
            default -> Kind.OTHER;
          });
    }

    @Override
    public void tooMany(InetAddress address) {
      guard.tooMany(address);
    }

    @Override
    public void wrongCredentials(InetAddress address) {
      guard.wrongCredentials(address);
    }
  }

  /** Calls and messages can cross from now on. */
  static void join(JsonService json, SipService sip) {
    json.joins(new SipSide(sip.branches(), sip.messenger(), sip::isElsewhere, sip::cameOnline));
  }
}
