package dev.tandem.gateway.config;

import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.HostPort;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.Texts;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Relays for media of calls whose two sides could not talk without them.
 *
 * @param engines the rtpengines, by their NG protocol; empty for none
 * @param timeout how long one may take to answer, with repetitions
 * @param ping how often each is asked whether it is there
 * @param node our name among the gateways that use the same rtpengines; null for none, and then
 *     nothing of an earlier run is removed
 * @param silence how long nobody may be heard in a call through a relay before it ends; null for
 *     ever
 * @param dtmfListen where rtpengines tell by UDP which keys were pressed in media; null for nowhere
 * @param browserInterface their name for the interface that browsers are reached by; null for any
 */
public record MediaConfig(
    List<EngineConfig> engines,
    Duration timeout,
    Duration ping,
    @Nullable String node,
    Anchor anchor,
    @Nullable Duration silence,
    @Nullable ListenAddress dtmfListen,
    @Nullable String browserInterface) {

  /** Which calls go through a relay. */
  public enum Anchor {
    /** Those that need it. */
    NEEDED,
    /** All whose two sides are known, such as from browser to browser. */
    ALL
  }

  /**
   * One rtpengine.
   *
   * @param host a name, looked up once at the start, or an address; IPv6 in brackets
   * @param tcp whether it is asked by TCP; else by UDP
   * @param weight how many calls it has in proportion to the others
   */
  public record EngineConfig(String host, int port, boolean tcp, int weight) {
    private static final String TCP = "tcp://";
    private static final String UDP = "udp://";

    public EngineConfig {
      if (weight < 1 || weight > 1000) {
        throw new ConfigException(
            "media.rtpengine.engines[].weight", "must be from 1 to 1000, was " + weight);
      }
    }

    static EngineConfig read(Section section) {
      Address address = section.required("address", "127.0.0.1:2223", Address::parse);
      return new EngineConfig(
          address.at().host(),
          address.at().port(),
          address.tcp(),
          section.value("weight", "1", Texts::integer));
    }

    private record Address(HostPort at, boolean tcp) {
      static Address parse(String text) {
        boolean tcp = text.startsWith(TCP);
        String rest = tcp || text.startsWith(UDP) ? text.substring(TCP.length()) : text;
        String expected =
            "host:port of an rtpengine's --listen-ng, or tcp://host:port of its --listen-tcp-ng";
        return new Address(HostPort.parse(rest, -1, 1, expected), tcp);
      }
    }
  }

  public MediaConfig {
    engines = List.copyOf(engines);
    Durations.requireBetween(
        "media.rtpengine.timeout", timeout, Duration.ofMillis(100), Duration.ofSeconds(10));
    Durations.requireBetween(
        "media.rtpengine.ping", ping, Duration.ofSeconds(1), Duration.ofHours(1));
    if (silence != null) {
      Durations.requireBetween(
          "media.silence", silence, Duration.ofSeconds(10), Duration.ofDays(1));
    }
    Set<String> seen = new HashSet<>();
    for (EngineConfig engine : engines) {
      String address = (engine.tcp() ? EngineConfig.TCP : "") + engine.host() + ":" + engine.port();
      if (!seen.add(address)) {
        throw new ConfigException("media.rtpengine.engines", "has " + address + " twice");
      }
    }
    if (anchor == Anchor.ALL && engines.isEmpty()) {
      throw new ConfigException("media.anchor", "is all, which needs media.rtpengine.engines");
    }
  }

  /** Whether there is any. */
  public boolean hasRelay() {
    return !engines.isEmpty();
  }

  static MediaConfig read(Section media) {
    Anchor anchor = media.value("anchor", "needed", MediaConfig::anchor);
    Duration silence = media.value("silence", "none", Texts::durationOrNone).orElse(null);
    return media.section(
        "rtpengine",
        section ->
            new MediaConfig(
                section.items("engines", EngineConfig::read),
                section.value("timeout", "2s", Durations::parse),
                section.value("ping", "5s", Durations::parse),
                section.optional("node", Texts::name),
                anchor,
                silence,
                section.value("dtmfListen", "none", MediaConfig::dtmfListen).orElse(null),
                section.optional("browserInterface", Texts::name)));
  }

  private static Optional<ListenAddress> dtmfListen(String text) {
    return text.equals("none") ? Optional.empty() : Optional.of(ListenAddress.parse(text));
  }

  private static Anchor anchor(String text) {
    return switch (text) {
      case "needed" -> Anchor.NEEDED;
      case "all" -> Anchor.ALL;
      default -> throw new IllegalArgumentException("needed or all");
    };
  }
}
