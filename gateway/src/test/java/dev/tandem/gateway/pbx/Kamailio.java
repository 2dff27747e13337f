package dev.tandem.gateway.pbx;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A real Kamailio as a carrier: registrar, and a proxy that lets only its account "acc1" with the
 * password "s3cret" in the realm carrier.example call: every number is busy. A call to the account
 * goes to where that has registered. UDP and TCP at one port.
 */
final class Kamailio implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String host;
  private final int port;
  private final Path folder;
  private final Process process;

  /**
   * Starts one.
   *
   * @param algorithm of its challenges: MD5 or SHA-256
   */
  Kamailio(String host, int port, String algorithm) {
    this.host = host;
    this.port = port;
    try {
      folder = Files.createTempDirectory("tandem-kamailio-");
      Path config = folder.resolve("kamailio.cfg");
      Files.writeString(config, CONFIG.formatted(algorithm));
      String at = host + ":" + port;
      process =
          new ProcessBuilder(
                  "kamailio",
                  "-f",
                  config.toString(),
                  "-DD",
                  "-E",
                  "-Y",
                  folder.toString(),
                  "-P",
                  folder.resolve("pid").toString(),
                  "-m",
                  "64",
                  "-M",
                  "8",
                  "-l",
                  "udp:" + at,
                  "-l",
                  "tcp:" + at)
              .redirectErrorStream(true)
              .redirectOutput(log().toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await("Kamailio to start").atMost(PATIENCE).until(this::isListening);
  }

  private boolean isListening() {
    if (!process.isAlive()) {
      throw new AssertionError("Kamailio ended:\n" + console());
    }
    try (java.net.Socket ignored = new java.net.Socket(host, port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }

  String address() {
    return host + ":" + port;
  }

  private Path log() {
    return folder.resolve("log");
  }

  /** What it has written so far. */
  String console() {
    try {
      return Files.exists(log()) ? Files.readString(log()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Asterisk.deleteTree(folder);
  }

  private static final String CONFIG =
      """
      #!KAMAILIO
      debug=1
      log_stderror=yes
      children=1
      tcp_children=1
      auto_aliases=no
      alias="carrier.example"
      dns=no
      rev_dns=no
      loadmodule "kex.so"
      loadmodule "corex.so"
      loadmodule "tm.so"
      loadmodule "sl.so"
      loadmodule "rr.so"
      loadmodule "pv.so"
      loadmodule "maxfwd.so"
      loadmodule "textops.so"
      loadmodule "siputils.so"
      loadmodule "usrloc.so"
      loadmodule "registrar.so"
      loadmodule "auth.so"
      modparam("usrloc", "db_mode", 0)
      modparam("registrar", "min_expires", 300)
      modparam("registrar", "min_expires_mode", 1)
      modparam("auth", "qop", "auth")
      modparam("auth", "nonce_count", 1)
      modparam("auth", "nonce_expire", 300)
      modparam("auth", "algorithm", "%s")

      request_route {
        if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
        if (is_method("OPTIONS") && uri == myself) { sl_send_reply("200", "OK"); exit; }
        if (has_totag()) {
          if (loose_route()) { t_relay(); exit; }
          if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
          sl_send_reply("404", "Not here");
          exit;
        }
        if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
        if (is_method("REGISTER")) {
          if (!pv_www_authenticate("carrier.example", "s3cret", "0")) {
            www_challenge("carrier.example", "1");
            exit;
          }
          save("location");
          exit;
        }
        if ($rU == "acc1") {
          if (!lookup("location")) { sl_send_reply("480", "Not Registered"); exit; }
          record_route();
          t_relay();
          exit;
        }
        if (!pv_proxy_authenticate("carrier.example", "s3cret", "0")) {
          proxy_challenge("carrier.example", "1");
          exit;
        }
        if ($au != "acc1") { sl_send_reply("403", "Forbidden"); exit; }
        sl_send_reply("486", "Busy Here");
      }
      """;
}
