package dev.tandem.gateway.pbx;

import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real Asterisk 22 as somebody's PBX: chan_pjsip on UDP and TCP at a free port, everything it
 * writes in a folder of its own, any number side by side. Made with an {@linkplain #at address},
 * which the gateway's configuration can name; then it gets its own and {@linkplain #start starts}.
 *
 * <pre>{@code
 * Asterisk pbx = Asterisk.at("127.0.0.3");          // pbx.address() is where it will listen
 * pbx.pjsip(Asterisk.phone("6001")).extensions(Asterisk.NUMBERS).start();
 * pbx.comesToSay("pjsip show contacts", said -> said.contains("6001/sip:"));
 * }</pre>
 *
 * <p>The program itself is installed once, by debootstrap into a folder that later runs find again
 * (a minute, 500 MB; {@link AsteriskRoot}); that and running it there need root.
 */
public final class Asterisk implements AutoCloseable {
  /**
   * What can be dialled: 600 echoes, 601 has early media and answers, 602 is busy, 603 congested,
   * 604 rings on, 6xxx are its phones. The context is "phones".
   */
  public static final String NUMBERS =
      """
      [phones]
      exten => 600,1,Answer()
       same => n,Echo()
      exten => 601,1,Progress()
       same => n,Playback(hello-world,noanswer)
       same => n,Answer()
       same => n,Wait(30)
      exten => 602,1,Busy(3)
      exten => 603,1,Congestion(3)
      exten => 604,1,Ringing()
       same => n,Wait(120)
      exten => _6XXX,1,Dial(PJSIP/${EXTEN},60,tT)
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern LOG_TIME = Pattern.compile("^\\[[^]]*] ");
  private static final String MODULES_UNWANTED =
      """
      chan_console chan_iax2 chan_motif chan_unistim chan_audiosocket pbx_dundi pbx_ael pbx_lua
      res_config_ldap res_config_pgsql cdr_pgsql cel_pgsql cdr_radius cel_radius cdr_tds cel_tds
      cdr_csv cdr_custom cdr_manager cdr_sqlite3_custom cel_custom cel_manager cel_sqlite3_custom
      app_voicemail_odbc app_voicemail_imap app_confbridge app_page app_queue app_followme
      res_hep res_hep_pjsip res_hep_rtcp res_stun_monitor res_snmp res_prometheus
      """;

  private final AsteriskRoot root;
  private final String host;
  private final int port;
  private final Path folder;
  private final List<String> pjsip = new ArrayList<>();
  private Process process;

  private Asterisk(AsteriskRoot root, String host) {
    this.root = root;
    this.host = host;
    this.port = freePort(host);
    this.folder = root.newFolder();
    for (String name : List.of("etc", "run", "log", "spool", "db", "keys")) {
      folder.resolve(name).toFile().mkdirs();
    }
    settings();
  }

  /** One that will listen at this address of the machine, such as 127.0.0.3. */
  public static Asterisk at(String host) {
    return new Asterisk(AsteriskRoot.installed(), host);
  }

  // Where it is.

  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  /** Host and port, for UDP and TCP. */
  public String address() {
    return host + ":" + port;
  }

  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }

  // What it is told before it starts.

  /** More for pjsip.conf, whose transports are there already, "udp" and "tcp". */
  public Asterisk pjsip(String text) {
    pjsip.add(text);
    return this;
  }

  /** extensions.conf, such as {@link #NUMBERS}. */
  public Asterisk extensions(String text) {
    return file("extensions.conf", text);
  }

  /** Any other file in its configuration folder; one that is there already is replaced. */
  public Asterisk file(String name, String text) {
    write(name, text);
    return this;
  }

  /** A phone for pjsip.conf: user and endpoint of that name, password "secret", Path supported. */
  public static String phone(String user) {
    return phone(user, "");
  }

  /**
   * As {@link #phone(String)}.
   *
   * @param more lines for its endpoint, such as {@code webrtc = yes}
   */
  public static String phone(String user, String more) {
    return """
        [%1$s]
        type = endpoint
        context = phones
        disallow = all
        allow = ulaw,alaw
        direct_media = no
        rewrite_contact = no
        auth = %1$s
        aors = %1$s
        %2$s
        [%1$s]
        type = auth
        auth_type = userpass
        username = %1$s
        password = secret
        [%1$s]
        type = aor
        max_contacts = 5
        remove_existing = no
        support_path = yes
        """
        .formatted(user, more);
  }

  /**
   * A peer for pjsip.conf that is known by its address and does not register; asked every second
   * whether it is there.
   *
   * @param peer where it listens for that transport
   * @param more lines for its endpoint
   */
  public static String ipTrunk(String name, InetSocketAddress peer, String transport, String more) {
    return """
        [%1$s]
        type = endpoint
        context = phones
        transport = %4$s
        disallow = all
        allow = ulaw,alaw
        direct_media = no
        aors = %1$s
        %5$s
        [%1$s]
        type = identify
        endpoint = %1$s
        match = %2$s
        [%1$s]
        type = aor
        contact = sip:%2$s:%3$d\\;transport=%4$s
        qualify_frequency = 1
        qualify_2xx_only = yes
        """
        .formatted(name, peer.getAddress().getHostAddress(), peer.getPort(), transport, more);
  }

  /** Starts it, and returns when it serves. */
  public Asterisk start() {
    write("pjsip.conf", transports() + String.join("\n", pjsip));
    process = root.run(log(), "-f", "-T", "-C", inside("etc/asterisk.conf"));
    await("Asterisk to start")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> isReady(process));
    return this;
  }

  private boolean isReady(Process running) {
    if (!running.isAlive()) {
      throw new AssertionError("Asterisk ended:\n" + console());
    }
    return cli("core waitfullybooted").contains("fully booted");
  }

  // What it is asked while it runs.

  /** What its command line answers, such as to {@code pjsip show contacts}. */
  public String cli(String command) {
    return root.ask("-C", inside("etc/asterisk.conf"), "-rx", command);
  }

  /** Comes back with the answer when that is as expected; fails when it does not come to be. */
  public String comesToSay(String command, Predicate<String> expected) {
    try {
      return await(command)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> cli(command), expected);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(cli(command) + "\n" + console(), e);
    }
  }

  /** Calls a phone of its own from one of its numbers, as somebody at an extension would. */
  public void calls(String endpoint, String extension) {
    cli("channel originate PJSIP/" + endpoint + " extension " + extension + "@phones");
  }

  /** Takes the only channel of that endpoint to one of its numbers, whatever it is at. */
  public void putsThrough(String endpoint, String extension) {
    String channel =
        comesToSay("core show channels concise", said -> said.contains("PJSIP/" + endpoint + "-"))
            .lines()
            .filter(line -> line.startsWith("PJSIP/" + endpoint + "-"))
            .findFirst()
            .orElseThrow()
            .split("!", 2)[0];
    cli("channel redirect " + channel + " phones," + extension + ",1");
  }

  /** What it has written so far: notices, warnings, errors, and SIP after {@link #traces}. */
  public String console() {
    try {
      return Files.exists(log()) ? Files.readString(log()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on its console has every SIP message. */
  public Asterisk traces() {
    cli("pjsip set logger on");
    return this;
  }

  /** The SIP messages that it has sent and received since {@link #traces}, without bodies. */
  public List<SipText> traced() {
    List<SipText> messages = new ArrayList<>();
    StringBuilder open = null;
    for (String written : console().lines().toList()) {
      String line = LOG_TIME.matcher(written).replaceFirst("");
      if (line.startsWith("<--- ") && line.endsWith(" --->")) {
        open = new StringBuilder();
      } else if (open != null && !line.isBlank()) {
        open.append(line.startsWith("Content-Length:") ? "" : line + "\r\n");
      } else if (open != null) {
        messages.add(SipText.parse(open + "\r\n"));
        open = null;
      }
    }
    return messages;
  }

  /** Ends it and its folder; idempotent. */
  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.destroy();
      try {
        if (!running.waitFor(10, TimeUnit.SECONDS)) {
          running.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        running.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    deleteTree(folder);
  }

  static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Its files.

  private Path log() {
    return folder.resolve("console.log");
  }

  private String inside(String name) {
    return root.inside(folder.resolve(name));
  }

  private void write(String name, String text) {
    try {
      Files.writeString(folder.resolve("etc").resolve(name), text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void settings() {
    write(
        "asterisk.conf",
        """
        [directories]
        astetcdir => %s
        astmoddir => %s
        astvarlibdir => /var/lib/asterisk
        astdatadir => /usr/share/asterisk
        astdbdir => %s
        astkeydir => %s
        astspooldir => %s
        astrundir => %s
        astlogdir => %s
        """
            .formatted(
                inside("etc"),
                root.modules(),
                inside("db"),
                inside("keys"),
                inside("spool"),
                inside("run"),
                inside("log")));
    StringBuilder modules = new StringBuilder("[modules]\nautoload = yes\n");
    for (String module : MODULES_UNWANTED.strip().split("\\s+")) {
      modules.append("noload = ").append(module).append(".so\n");
    }
    write("modules.conf", modules.toString());
    write("logger.conf", "[general]\n[logfiles]\nconsole = notice,warning,error,verbose(3)\n");
    int media = 20_000 + port % 400 * 100; // a range of its own, for others run beside it
    write(
        "rtp.conf",
        "[general]\nrtpstart = %d\nrtpend = %d\nicesupport = yes\n".formatted(media, media + 99));
    write("http.conf", "[general]\nenabled = no\n");
    write("extensions.conf", "[phones]\n");
  }

  private String transports() {
    StringBuilder text =
        new StringBuilder(
            """
            [global]
            type = global
            user_agent = test-pbx
            endpoint_identifier_order = auth_username,username,ip,anonymous
            """);
    for (String protocol : List.of("udp", "tcp")) {
      text.append(
          "[%1$s]\ntype = transport\nprotocol = %1$s\nbind = %2$s\n"
              .formatted(protocol, address()));
    }
    return text.toString();
  }

  public static int freePort(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      while (true) {
        try (ServerSocket tcp = new ServerSocket(0, 1, address)) {
          try (DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), address)) {
            return udp.getLocalPort();
          } catch (java.net.BindException e) {
            continue; // taken for UDP: another one
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
