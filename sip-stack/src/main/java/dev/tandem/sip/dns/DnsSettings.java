package dev.tandem.sip.dns;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How names are looked up.
 *
 * @param servers asked in this order, each when those before it failed; empty for those of the
 *     system, with its search domains
 * @param hostsFile whose names are known without asking, and have no services
 * @param timeout for one server to answer one question
 * @param limit for all of one target: its services and their addresses
 * @param maxDestinations of one target; further ones are not even looked up
 * @param setBack for how long a destination that failed is tried after others (RFC 3263 §4.3)
 */
public record DnsSettings(
    List<InetSocketAddress> servers,
    Path hostsFile,
    Duration timeout,
    Duration limit,
    int maxDestinations,
    Duration setBack) {

  public DnsSettings {
    servers = List.copyOf(servers);
    positive("timeout", timeout);
    positive("limit", limit);
    positive("setBack", setBack);
    if (maxDestinations < 1 || maxDestinations > 100) {
      throw new IllegalArgumentException(
          "maxDestinations must be from 1 to 100, was " + maxDestinations);
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + " must be longer than nothing, was " + value);
    }
  }

  /** The system's servers; two seconds for each, six for a target; half a minute set back. */
  public static DnsSettings defaults() {
    return new DnsSettings(
        List.of(),
        Path.of("/etc/hosts"),
        Duration.ofSeconds(2),
        Duration.ofSeconds(6),
        8,
        Duration.ofSeconds(30));
  }

  public DnsSettings withServers(List<InetSocketAddress> others) {
    return new DnsSettings(others, hostsFile, timeout, limit, maxDestinations, setBack);
  }

  public DnsSettings withHostsFile(Path other) {
    return new DnsSettings(servers, other, timeout, limit, maxDestinations, setBack);
  }

  public DnsSettings withTimes(Duration oneAnswer, Duration allAnswers, Duration setBack) {
    return new DnsSettings(servers, hostsFile, oneAnswer, allAnswers, maxDestinations, setBack);
  }
}
