package dev.tandem.gateway.config;

import dev.tandem.gateway.config.file.Problems;
import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.route.RouteReader;
import dev.tandem.gateway.config.route.RoutingConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkReader;
import dev.tandem.gateway.config.user.UserConfig;
import dev.tandem.gateway.config.user.UserRange;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.ByteSize;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.ListenAddress;
import dev.tandem.gateway.config.value.Secret;
import dev.tandem.gateway.config.value.Texts;
import dev.tandem.gateway.config.value.TlsFiles;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows every key, its default and its kind of value; the records know what their values may be.
 */
final class ConfigReader {
  private final Problems problems;
  private final Path directory;

  ConfigReader(Problems problems, Path directory) {
    this.problems = problems;
    this.directory = directory;
  }

  /** The configuration; null, or something with defaults in it, when there are problems. */
  @Nullable TandemConfig read(Section root) {
    String domain = root.required("domain", "sip.example.org", Texts::host);
    Set<String> aliases =
        Set.copyOf(new HashSet<>(root.list("domainAliases", List.of(), Texts::host)));
    HttpConfig http = root.section("http", this::http);
    WebSocketConfig websocket = root.section("websocket", this::websocket);
    SipConfig sip = root.section("sip", this::sip);
    RegistrarConfig registrar = root.section("registrar", this::registrar);
    AuthConfig auth = root.section("auth", section -> auth(section, domain));
    Users users = users(root, auth.enabled() && !auth.tokens().enabled());
    CallsConfig calls = root.section("calls", this::calls);
    MessagesConfig messages = root.section("messages", this::messages);
    EventsConfig events = root.section("events", this::events);
    List<TrunkConfig> trunks =
        root.items("trunks", new TrunkReader(this::readableFile, this::tlsFiles)::trunk);
    RoutingConfig routing = RouteReader.routing(root);
    MediaConfig media = root.section("media", MediaConfig::read);
    IceConfig ice = root.section("ice", this::ice);
    JsonConfig json = root.section("json", this::json);
    DemoConfig demo = root.section("demo", this::demo);
    LimitsConfig limits = root.section("limits", LimitsConfig::read);
    AdminConfig admin = root.section("admin", this::admin);
    LogConfig log = root.section("log", this::log);
    root.tellUnknownKeys();
    try {
      return new TandemConfig(
          domain, aliases, http, websocket, sip, registrar, auth, users, calls, messages, events,
          trunks, routing, media, ice, json, demo, admin, limits, log);
    } catch (ConfigException e) {
      // A route to a trunk that could not be read is not a second problem.
      boolean trunksKnown = !problems.anyUnder("trunks");
      for (ConfigException.Fault fault : e.faults()) {
        if (trunksKnown || !isOfTrunks(fault.key())) {
          problems.add(fault.key(), fault.message());
        }
      }
      return null;
    }
  }

  private static boolean isOfTrunks(String key) {
    return RoutingConfig.namesTrunks(key) || key.startsWith("registrar.forward");
  }

  private HttpConfig http(Section http) {
    List<ListenAddress> listen =
        http.list("listen", List.of("127.0.0.1:8080"), ListenAddress::parse);
    record Tls(List<ListenAddress> listen, @Nullable TlsFiles files) {}
    Tls tls =
        http.section(
            "tls",
            section ->
                new Tls(
                    section.list("listen", List.of(), ListenAddress::parse), tlsFiles(section)));
    return new HttpConfig(listen, tls.listen(), tls.files());
  }

  private WebSocketConfig websocket(Section section) {
    return new WebSocketConfig(
        Set.copyOf(new HashSet<>(section.list("paths", List.of("/ws", "/"), Texts::path))),
        section.list(
            "allowedOrigins",
            List.of("http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"),
            Texts::origin),
        section.value("maxMessage", "64KiB", ByteSize::parse),
        section.value("piecesPerSecond", "2000", Texts::integer),
        section.value("pingInterval", "25s", Durations::parse),
        section.value("missedPings", "2", Texts::integer),
        section.value("firstMessageTimeout", "8s", Durations::parse),
        section.value("sendQueue", "1MiB", ByteSize::parse));
  }

  private SipConfig sip(Section sip) {
    record Listen(List<ListenAddress> udp, List<ListenAddress> tcp, List<ListenAddress> tls) {}
    Listen listen =
        sip.section(
            "listen",
            section ->
                new Listen(
                    section.list("udp", List.of("127.0.0.1:5060"), ListenAddress::parse),
                    section.list("tcp", List.of("127.0.0.1:5060"), ListenAddress::parse),
                    section.list("tls", List.of(), ListenAddress::parse)));
    record Tls(@Nullable TlsFiles files, @Nullable ClientCertificates clients) {}
    Tls tls =
        sip.section("tls", section -> new Tls(tlsFiles(section), clientCertificates(section)));
    return new SipConfig(
        listen.udp(),
        listen.tcp(),
        listen.tls(),
        tls.files(),
        tls.clients(),
        sip.section("advertise", AdvertiseConfig::read),
        sip.value("showVersion", "true", Texts::flag),
        sip.section("dns", DnsConfig::read));
  }

  private @Nullable ClientCertificates clientCertificates(Section section) {
    Path authorities = section.optional("clientCa", this::readableFile);
    boolean required =
        section.value("clientCertificate", "optional", ClientCertificates::isRequired);
    return authorities == null ? null : new ClientCertificates(authorities, required);
  }

  private RegistrarConfig registrar(Section section) {
    return new RegistrarConfig(
        section.value("defaultExpires", "600s", Durations::parse),
        section.value("minExpires", "60s", Durations::parse),
        section.value("maxExpires", "3600s", Durations::parse),
        section.value("maxBindingsPerAor", "10", Texts::integer),
        section.value("gruu", "true", Texts::flag),
        section.list("serviceRoute", List.of(), Texts::route),
        section.value("path", "accept", text -> Texts.word(RegistrarConfig.PathPolicy.class, text)),
        section.items("forward", ForwardConfig::read));
  }

  private AuthConfig auth(Section section, String domain) {
    boolean enabled = section.value("enabled", "true", Texts::flag);
    String realm = section.optional("realm", text -> text);
    return new AuthConfig(
        enabled,
        realm == null ? domain : realm,
        section.list(
            "algorithms",
            List.of("SHA-256", "MD5"),
            text -> Texts.oneOf(AuthConfig.Algorithm.values(), AuthConfig.Algorithm::token, text)),
        section.value("nonceLifetime", "5m", Durations::parse),
        section.section("tokens", this::tokens));
  }

  private TokenConfig tokens(Section section) {
    String jwks = section.optional("jwks", text -> text);
    URI uri =
        jwks != null && jwks.contains("://") ? section.optional("jwks", Texts::httpsUri) : null;
    Path file = jwks != null && uri == null ? section.optional("jwks", this::readableFile) : null;
    return new TokenConfig(
        section.secret("secret"),
        file,
        uri,
        section.optional("issuer", text -> text),
        section.optional("audience", text -> text),
        section.value("userClaim", "sub", Texts::oneLine),
        section.value("dialClaim", "dial", Texts::oneLine),
        section.list("algorithms", List.of("HS256", "RS256", "ES256", "EdDSA"), text -> text),
        section.value("cookie", "tandem_token", Texts::name),
        section.value("inQuery", "false", Texts::flag),
        section.value("required", "false", Texts::flag),
        section.value("anyUser", "false", Texts::flag));
  }

  private CallsConfig calls(Section section) {
    return new CallsConfig(
        section.value("noAnswer", "60s", Durations::parse),
        section.value("maxDuration", "none", Texts::durationOrNone).orElse(null),
        hunting(section),
        section.value("detachWindow", "60s", Durations::parse),
        section.value("transfer", "local", text -> Texts.word(CallsConfig.Transfer.class, text)),
        section.value("probe", "15m", Texts::durationOrNone).orElse(null),
        section.value("drainTime", "30s", Durations::parse),
        section.value("causeHeader", "true", Texts::flag),
        section.section("sessionTimer", this::sessionTimer));
  }

  private SessionTimerConfig sessionTimer(Section section) {
    return new SessionTimerConfig(
        section.value("expires", "30m", Texts::durationOrNone).orElse(null),
        section.value("min", "90s", Durations::parse));
  }

  private MessagesConfig messages(Section section) {
    record Store(int perUser, Duration lifetime) {}
    Store store =
        section.section(
            "store",
            given ->
                new Store(
                    given.value("perUser", "0", Texts::integer),
                    given.value("for", "7d", Durations::parse)));
    return new MessagesConfig(
        section.value("maxBody", "16KiB", ByteSize::parse),
        section.value("maxUdp", "1300", ByteSize::parse),
        section.value("perMinute", "120", Texts::integer),
        section.value("toTrunks", "true", Texts::flag),
        store.perUser(),
        store.lifetime());
  }

  private EventsConfig events(Section section) {
    return new EventsConfig(
        Set.copyOf(
            new HashSet<>(section.list("packages", EventsConfig.KNOWN, EventsConfig::packageName))),
        section.value("watchers", "domain", EventsConfig::watchers),
        section.value("showRemote", "true", Texts::flag),
        section.value("defaultExpires", "3600s", Durations::parse),
        section.value("minExpires", "60s", Durations::parse),
        section.value("maxExpires", "3600s", Durations::parse),
        section.value("pace", "1s", Durations::parse),
        section.value("maxPerUser", "200", Texts::integer),
        section.value("maxTotal", "100000", Texts::integer),
        section.value("maxDocument", "16KiB", ByteSize::parse));
  }

  private static HuntingConfig hunting(Section calls) {
    return new HuntingConfig(
        calls.value("forking", "parallel", text -> Texts.word(HuntingConfig.Forking.class, text)),
        calls.value("serialTimeout", "20s", Durations::parse),
        calls.value("redirect", "follow", text -> Texts.word(HuntingConfig.Redirect.class, text)),
        calls.value("maxRedirects", "5", Texts::integer),
        new HashSet<>(
            calls.list(
                "diversion",
                List.of("trunks", "users"),
                text -> Texts.word(HuntingConfig.Callee.class, text))));
  }

  private DemoConfig demo(Section section) {
    return new DemoConfig(section.value("enabled", "true", Texts::flag));
  }

  private IceConfig ice(Section ice) {
    List<String> stun = ice.list("stun", List.of(), Texts::stun);
    return ice.section(
        "turn",
        section ->
            new IceConfig(
                stun,
                section.list("urls", List.of(), Texts::turn),
                section.secret("secret"),
                section.value("lifetime", "12h", Durations::parse),
                section.value("anonymous", "false", Texts::flag)));
  }

  private JsonConfig json(Section json) {
    return new JsonConfig(
        json.value("enabled", "true", Texts::flag),
        json.value("guests", "false", Texts::flag),
        json.value("plainPasswords", "false", Texts::flag),
        json.value("registerTimeout", "5s", Durations::parse),
        json.value("resumeWindow", "60s", Durations::parse),
        json.value("gatherTime", "1s", Durations::parse),
        json.value("gatherQuiet", "200ms", Durations::parse),
        json.value("maxFrame", "64KiB", ByteSize::parse),
        json.value("framesPerSecond", "50", Texts::integer),
        json.value("callsPerMinute", "10", Texts::integer),
        json.value("callsPerSession", "8", Texts::integer),
        json.value("roomsPerSession", "16", Texts::integer),
        json.value("peersPerRoom", "50", Texts::integer),
        json.value("failedLoginsPerMinute", "30", Texts::integer),
        json.value("maxSessions", "20000", Texts::integer),
        json.value("tutorial", "false", Texts::flag));
  }

  private AdminConfig admin(Section section) {
    return new AdminConfig(
        section.list("allowFrom", List.of("127.0.0.0/8", "::1"), AddressRange::parse));
  }

  private LogConfig log(Section section) {
    Map<String, org.slf4j.event.Level> levels = new HashMap<>();
    section
        .entries("levels", Texts::level)
        .forEach(entry -> levels.put(entry.getKey(), entry.getValue()));
    return new LogConfig(section.value("level", "info", Texts::level), levels);
  }

  private Users users(Section root, boolean needCredential) {
    List<UserConfig> single = new ArrayList<>();
    List<UserRange> ranges = new ArrayList<>();
    Set<String> names = new HashSet<>();
    root.items(
        "users",
        section -> {
          user(section, needCredential, names, single, ranges);
          return section;
        });
    return Users.of(single, ranges);
  }

  private static void user(
      Section section,
      boolean needCredential,
      Set<String> names,
      List<UserConfig> single,
      List<UserRange> ranges) {
    Secret password = section.secret("password");
    Secret ha1 = section.secret("ha1", UserConfig::parseHa1);
    Secret ha1Sha256 = section.secret("ha1Sha256", UserConfig::parseHa1Sha256);
    String displayName = section.optional("displayName", Texts::oneLine);
    String user = section.required("user", "alice", text -> text);
    if (!names.add(user)) {
      throw new ConfigException(section.pathOf("user"), "was \"" + user + "\", which is taken");
    }
    if (UserRange.isRange(user)) {
      if (ha1 != null || ha1Sha256 != null) {
        throw new ConfigException(
            section.pathOf("user"),
            "is a range with an ha1, which differs for each user; expected a password");
      }
      ranges.add(UserRange.of(user, password, displayName));
    } else {
      single.add(new UserConfig(user, password, ha1, ha1Sha256, displayName));
    }
    boolean given = section.has("password") || section.has("ha1") || section.has("ha1Sha256");
    if (needCredential && !given) {
      throw new ConfigException(
          section.pathOf("password"),
          "is missing, expected password or ha1 (or auth.enabled: false)");
    }
  }

  private @Nullable TlsFiles tlsFiles(Section section) {
    Path certificate = section.optional("certificate", this::readableFile);
    Path privateKey = section.optional("privateKey", this::readableFile);
    if (section.has("certificate") != section.has("privateKey")) {
      String missing = section.has("certificate") ? "privateKey" : "certificate";
      throw new ConfigException(section.pathOf(missing), "is missing, expected both or neither");
    }
    return certificate == null || privateKey == null ? null : new TlsFiles(certificate, privateKey);
  }

  private Path readableFile(String text) {
    Path file = directory.resolve(text);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          "a readable file (looked for " + file.toAbsolutePath().normalize() + ")");
    }
    return file;
  }
}
