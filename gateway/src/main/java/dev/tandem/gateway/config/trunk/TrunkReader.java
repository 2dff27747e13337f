package dev.tandem.gateway.config.trunk;

import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.route.RouteReader;
import dev.tandem.gateway.config.user.UserConfig;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.gateway.config.value.Secret;
import dev.tandem.gateway.config.value.StatusRanges;
import dev.tandem.gateway.config.value.Texts;
import dev.tandem.gateway.config.value.TlsFiles;
import dev.tandem.gateway.sdp.MediaPolicy;
import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sdp.PeerMedia.Keys;
import dev.tandem.gateway.sdp.PeerMedia.Kind;
import dev.tandem.sip.transport.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Knows the keys of a trunk, their defaults and their kinds of values. */
public final class TrunkReader {
  private static final List<String> MEDIA_TYPES = List.of("audio", "video", "application");

  /** What is under a key that may be absent as a whole. */
  private record Part<T>(@Nullable T value) {}

  private final Section.Parser<Path> file;
  private final Function<Section, @Nullable TlsFiles> tlsFiles;

  /**
   * Makes a reader.
   *
   * @param file names of files that must be readable
   * @param tlsFiles reads certificate and privateKey
   */
  public TrunkReader(Section.Parser<Path> file, Function<Section, @Nullable TlsFiles> tlsFiles) {
    this.file = file;
    this.tlsFiles = tlsFiles;
  }

  public TrunkConfig trunk(Section section) {
    String name = section.required("name", "pbx", Texts::name);
    Transport transport = section.value("transport", "udp", Texts::transportOrAuto).orElse(null);
    Section.Parser<PeerAddress> address = text -> PeerAddress.parse(text, transport);
    return new TrunkConfig(
        name,
        section.required("address", "192.0.2.10:5060", address),
        peer(section, address),
        RouteReader.policy(section));
  }

  private TrunkPeer peer(Section section, Section.Parser<PeerAddress> address) {
    TrunkAuth auth = section.section("auth", given -> new Part<>(auth(section, given))).value();
    String authUser = auth == null ? null : auth.user();
    return new TrunkPeer(
        section.optional("domain", Texts::host),
        section.optional("outboundProxy", address),
        auth,
        section.section("from", TrunkReader::from),
        section.optional("contactUser", Texts::userPart),
        section.list("sources", List.of(), AddressRange::parse),
        section
            .section("register", given -> new Part<>(register(section, given, address, authUser)))
            .value(),
        section.section("health", TrunkReader::health),
        section.value(
            "largeRequests", "tcp", text -> Texts.word(TrunkPeer.LargeRequests.class, text)),
        section.optional("nextServerAfter", Durations::parse),
        section.section("session", TrunkReader::session),
        media(section),
        section.section("tls", given -> new Part<>(tls(section, given))).value());
  }

  private static PeerMedia media(Section trunk) {
    Kind kind = trunk.value("media", "none", TrunkReader::mediaKind);
    Keys keys = trunk.value("dtmf", "auto", TrunkReader::keys);
    boolean record = trunk.value("record", "false", Texts::flag);
    return trunk.section(
        "relay",
        section ->
            new PeerMedia(
                kind,
                section.list("strip", List.of(), Texts::name),
                section.list("transcode", List.of(), Texts::name),
                section.value("strictSource", "false", Texts::flag),
                keys,
                record,
                section.optional("interface", Texts::name)));
  }

  private static Keys keys(String text) {
    return switch (text) {
      case "auto" -> Keys.AUTO;
      case "rfc4733" -> Keys.RFC4733;
      case "info" -> Keys.INFO;
      case "none" -> Keys.AS_SENT;
      default -> throw new IllegalArgumentException("auto, rfc4733, info or none");
    };
  }

  private static Kind mediaKind(String text) {
    return switch (text) {
      case "none" -> Kind.AS_IT_IS;
      case "webrtc" -> Kind.WEBRTC;
      case "rtp" -> Kind.RTP;
      case "srtp" -> Kind.SRTP;
      default -> throw new IllegalArgumentException("none, rtp, srtp or webrtc");
    };
  }

  private static @Nullable TrunkAuth auth(Section trunk, Section section) {
    String user = section.optional("user", Texts::oneLine);
    Secret password = section.secret("password");
    Secret ha1 = section.secret("ha1", UserConfig::parseHa1);
    Secret ha1Sha256 = section.secret("ha1Sha256", UserConfig::parseHa1Sha256);
    String realm = section.optional("realm", Texts::oneLine);
    if (!trunk.has("auth")) {
      return null;
    }
    if (user == null) {
      throw new ConfigException(section.pathOf("user"), "is missing, expected the account's user");
    }
    return new TrunkAuth(user, password, ha1, ha1Sha256, realm);
  }

  private static TrunkFrom from(Section section) {
    return new TrunkFrom(
        section.optional("user", Texts::userPart),
        section.optional("domain", Texts::host),
        section.optional("displayName", Texts::oneLine));
  }

  private static MediaPolicy session(Section section) {
    List<String> media = section.list("media", List.of(), TrunkReader::mediaType);
    return new MediaPolicy(
        new LinkedHashSet<>(media),
        section.list("codecs", List.of(), Texts::name),
        section.section("bandwidth", TrunkReader::bandwidth));
  }

  private static Map<String, Integer> bandwidth(Section section) {
    Map<String, Integer> limits = new LinkedHashMap<>();
    for (String type : MEDIA_TYPES) {
      Integer limit = section.optional(type, TrunkReader::kilobits);
      if (limit != null) {
        limits.put(type, limit);
      }
    }
    return limits;
  }

  private static int kilobits(String text) {
    int limit = Texts.integer(text);
    if (limit < 1 || limit > 1_000_000) {
      throw new IllegalArgumentException("kbit/s, from 1 to 1000000");
    }
    return limit;
  }

  private static String mediaType(String text) {
    if (!MEDIA_TYPES.contains(text)) {
      throw new IllegalArgumentException("one of " + String.join(", ", MEDIA_TYPES));
    }
    return text;
  }

  private static @Nullable TrunkRegister register(
      Section trunk,
      Section section,
      Section.Parser<PeerAddress> address,
      @Nullable String authUser) {
    List<PeerAddress> registrars = section.list("registrars", List.of(), address);
    String user = section.optional("user", Texts::userPart);
    String domain = section.optional("domain", Texts::host);
    Duration expires = section.value("expires", "10m", Durations::parse);
    Duration retry = section.value("retry", "30s", Durations::parse);
    Duration maxRetry = section.value("maxRetry", "30m", Durations::parse);
    boolean required = section.value("required", "false", Texts::flag);
    if (!trunk.has("register")) {
      return null;
    }
    String account = user == null ? authUser : user;
    if (account == null) {
      throw new ConfigException(
          section.pathOf("user"), "is missing, expected the account's user (or auth.user)");
    }
    return new TrunkRegister(registrars, account, domain, expires, retry, maxRetry, required);
  }

  private static TrunkHealth health(Section section) {
    return new TrunkHealth(
        section.value("interval", "none", Texts::durationOrNone).orElse(null),
        section.value("timeout", "5s", Durations::parse),
        section.value("up", "1", Texts::integer),
        section.value("down", "3", Texts::integer),
        new StatusRanges(
            section.list(
                "codes", List.of("200-407", "409-502", "504-699"), StatusRanges.Range::parse)));
  }

  private @Nullable TrunkTls tls(Section trunk, Section section) {
    TrunkTls given =
        new TrunkTls(
            section.optional("ca", file),
            tlsFiles.apply(section),
            section.optional("verifyName", Texts::host));
    return trunk.has("tls") ? given : null;
  }
}
