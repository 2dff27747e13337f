package dev.tandem.gateway.config;

import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import java.time.Duration;
import java.util.List;

/**
 * How long a binding may live, and how many one AOR may hold (RFC 3261 §10.3).
 *
 * @param defaultExpires for a REGISTER that names no time
 * @param minExpires a shorter wish is answered 423
 * @param maxExpires a longer wish is cut to this
 * @param gruu whether devices that ask for one get a URI of their own (RFC 5627)
 * @param serviceRoute by which proxies clients are to send requests (RFC 3608); usually none
 * @param path what becomes of a Path of which its client does not say that it supports it
 * @param forward whose REGISTER is passed on to a PBX; the first that matches counts
 */
public record RegistrarConfig(
    Duration defaultExpires,
    Duration minExpires,
    Duration maxExpires,
    int maxBindingsPerAor,
    boolean gruu,
    List<String> serviceRoute,
    PathPolicy path,
    List<ForwardConfig> forward) {

  /** A proxy has added a Path, and the client does not say that it supports that. */
  public enum PathPolicy {
    /** The Path is used: the client need not look at it. */
    ACCEPT,
    /** 420, as RFC 3327 §5.3 has it: the client may not want what it does not know of. */
    REQUIRE_SUPPORTED
  }

  /** With gruus and without Service-Route. */
  public RegistrarConfig(
      Duration defaultExpires, Duration minExpires, Duration maxExpires, int maxBindingsPerAor) {
    this(
        defaultExpires,
        minExpires,
        maxExpires,
        maxBindingsPerAor,
        true,
        List.of(),
        PathPolicy.ACCEPT,
        List.of());
  }

  public RegistrarConfig {
    serviceRoute = List.copyOf(serviceRoute);
    forward = List.copyOf(forward);
    // A registrar must not refuse an hour or more (RFC 3261 §10.3 step 7).
    Durations.requireBetween(
        "registrar.minExpires", minExpires, Duration.ofSeconds(1), Duration.ofHours(1));
    Durations.requireBetween("registrar.maxExpires", maxExpires, minExpires, Duration.ofDays(365));
    Durations.requireBetween("registrar.defaultExpires", defaultExpires, minExpires, maxExpires);
    if (maxBindingsPerAor < 1 || maxBindingsPerAor > 1000) {
      throw new ConfigException(
          "registrar.maxBindingsPerAor", "must be from 1 to 1000, was " + maxBindingsPerAor);
    }
  }
}
