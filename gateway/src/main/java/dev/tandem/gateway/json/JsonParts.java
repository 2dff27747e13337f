package dev.tandem.gateway.json;

import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.config.AuthConfig;
import dev.tandem.gateway.config.JsonConfig;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.limit.Busy;
import dev.tandem.gateway.limit.Limits;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.token.TokenVerifier;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the JSON adapter is made of.
 *
 * @param product for the greeting
 * @param longestBinding what a registration lasts at most
 * @param tokens null when none are taken
 * @param busy whether new calls are put off
 * @param doorkeeper whom to listen to
 * @param badFrames hears of everything that clients sent and that was not read
 * @param longestTransfer how long one can take
 */
public record JsonParts(
    String product,
    JsonConfig config,
    AuthConfig auth,
    Users users,
    Domain domain,
    @Nullable TokenVerifier tokens,
    Registrar registrar,
    Duration longestBinding,
    Router router,
    Calls calls,
    Limits limits,
    Busy busy,
    Doorkeeper doorkeeper,
    Consumer<BadFrame> badFrames,
    Duration longestTransfer,
    EventServer events,
    IceServers ice,
    Refusals refusals,
    Timers timers) {

  /** Hears why requests of clients are refused by routing or limits; for logs and counters. */
  @FunctionalInterface
  public interface Refusals {
    void refused(String method, String from, String to, int status, String cause);
  }
}
