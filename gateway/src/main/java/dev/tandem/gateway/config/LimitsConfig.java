package dev.tandem.gateway.config;

import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.ByteSize;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.Texts;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What strangers may cost.
 *
 * @param sendQueues what may wait for all peers together that do not read
 * @param allow addresses that only the limits of messages hold for, beside the trunks'
 * @param scanners words in a User-Agent, in lower case, whose sender gets no answer
 */
public record LimitsConfig(
    Messages messages,
    Connections connections,
    Rates rates,
    Ban ban,
    Overload overload,
    ByteSize sendQueues,
    List<AddressRange> allow,
    List<String> scanners) {

  /** Those that are known to look for holes; none of them is a phone. */
  private static final List<String> SCANNERS =
      List.of(
          "friendly-scanner",
          "sipvicious",
          "sip-scan",
          "sundayddr",
          "iwar",
          "sivus",
          "smap",
          "pplsip",
          "vaxsipuseragent",
          "siparmyknife");

  public LimitsConfig {
    between("sendQueues", sendQueues.bytes(), 1024 * 1024, Integer.MAX_VALUE);
    allow = List.copyOf(allow);
    scanners = List.copyOf(scanners);
  }

  /**
   * One SIP message.
   *
   * @param header one header with its folded lines
   * @param values comma-separated values in one header
   * @param uri one URI in angle brackets
   * @param quoted one quoted string, as a display name is
   * @param descriptionLines lines of a session description
   */
  public record Messages(
      ByteSize headers,
      ByteSize header,
      int headerCount,
      int values,
      ByteSize uri,
      ByteSize quoted,
      int descriptionLines) {
    public Messages {
      between("messages.headers", headers.bytes(), 1024, 64 * 1024);
      between("messages.header", header.bytes(), 256, headers.bytes());
      between("messages.headerCount", headerCount, 16, 1000);
      between("messages.values", values, 8, 1000);
      between("messages.uri", uri.bytes(), 128, 8192);
      between("messages.quoted", quoted.bytes(), 64, 8192);
      between("messages.descriptionLines", descriptionLines, 50, 10_000);
    }

    static Messages read(Section section) {
      return new Messages(
          section.value("headers", "16KiB", ByteSize::parse),
          section.value("header", "8KiB", ByteSize::parse),
          section.value("headerCount", "128", Texts::integer),
          section.value("values", "64", Texts::integer),
          section.value("uri", "2KiB", ByteSize::parse),
          section.value("quoted", "2KiB", ByteSize::parse),
          section.value("descriptionLines", "2000", Texts::integer));
    }
  }

  /**
   * Connections at one time.
   *
   * @param total by TCP and TLS of SIP
   * @param perAddress of each kind; a NAT has many phones behind it
   */
  public record Connections(int total, int perAddress) {
    public Connections {
      between("connections.total", total, 1, 10_000_000);
      between("connections.perAddress", perAddress, 1, 10_000_000);
    }

    static Connections read(Section section) {
      return new Connections(
          section.value("total", "10000", Texts::integer),
          section.value("perAddress", "1000", Texts::integer));
    }
  }

  /**
   * How many a second; twice as many at once.
   *
   * @param perConnection messages on one connection
   * @param perAddress messages from one address
   * @param registers REGISTERs from one address, repeated ones and challenged ones included
   * @param invites INVITEs from one address, likewise
   * @param connects new connections from one address
   */
  public record Rates(int perConnection, int perAddress, int registers, int invites, int connects) {
    public Rates {
      between("rates.perConnection", perConnection, 1, 1_000_000);
      between("rates.perAddress", perAddress, 1, 1_000_000);
      between("rates.registers", registers, 1, 1_000_000);
      between("rates.invites", invites, 1, 1_000_000);
      between("rates.connects", connects, 1, 1_000_000);
    }

    static Rates read(Section section) {
      return new Rates(
          section.value("perConnection", "50", Texts::integer),
          section.value("perAddress", "2000", Texts::integer),
          section.value("registers", "500", Texts::integer),
          section.value("invites", "100", Texts::integer),
          section.value("connects", "200", Texts::integer));
    }
  }

  /**
   * Who is not listened to for a while.
   *
   * @param after so many wrong passwords, scans or messages over a rate; 0 for never
   * @param within in this time
   * @param lasts how long
   */
  public record Ban(int after, Duration within, Duration lasts) {
    public Ban {
      between("ban.after", after, 0, 1_000_000);
      Durations.requireBetween("limits.ban.within", within, SECOND, Duration.ofDays(1));
      Durations.requireBetween("limits.ban.for", lasts, SECOND, Duration.ofDays(30));
    }

    private static final Duration SECOND = Duration.ofSeconds(1);

    static Ban read(Section section) {
      return new Ban(
          section.value("after", "50", Texts::integer),
          section.value("within", "1m", Durations::parse),
          section.value("for", "10m", Durations::parse));
    }
  }

  /**
   * When new calls are put off.
   *
   * @param setups calls that are not answered yet, at one time
   * @param patience how long a new call waits for its turn when many do
   * @param lag how far a thread that reads may be behind when there are too many calls
   */
  public record Overload(int setups, Duration patience, Duration lag) {
    public Overload {
      between("overload.setups", setups, 1, 10_000_000);
      Durations.requireBetween(
          "limits.overload.patience", patience, Duration.ofMillis(10), Duration.ofSeconds(30));
      Durations.requireBetween(
          "limits.overload.lag", lag, Duration.ofMillis(10), Duration.ofMinutes(1));
    }

    static Overload read(Section section) {
      return new Overload(
          section.value("setups", "5000", Texts::integer),
          section.value("patience", "100ms", Durations::parse),
          section.value("lag", "200ms", Durations::parse));
    }
  }

  private static void between(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ConfigException(
          "limits." + key, "must be from %d to %d, was %d".formatted(least, most, value));
    }
  }

  static LimitsConfig read(Section limits) {
    return new LimitsConfig(
        limits.section("messages", Messages::read),
        limits.section("connections", Connections::read),
        limits.section("rates", Rates::read),
        limits.section("ban", Ban::read),
        limits.section("overload", Overload::read),
        limits.value("sendQueues", "64MiB", ByteSize::parse),
        limits.list("allow", List.of("127.0.0.0/8", "::1"), AddressRange::parse),
        limits.list("scanners", SCANNERS, LimitsConfig::scanner));
  }

  private static String scanner(String text) {
    if (text.strip().length() < 3) {
      throw new IllegalArgumentException("a part of a User-Agent, three letters or more");
    }
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
