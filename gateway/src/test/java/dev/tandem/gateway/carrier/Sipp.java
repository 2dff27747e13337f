package dev.tandem.gateway.carrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.SipText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real SIPp that plays one {@link Script}. It ends when its calls have. */
final class Sipp implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String BETWEEN = "-----------------------------------------------";

  private final Path folder;
  private final InetSocketAddress address;
  private final Process process;

  /** How and where one runs. */
  static final class Builder {
    private final Path directory;
    private final String host;
    private final int port;
    private String transport = "udp";
    private int calls = 1;
    private @Nullable String contact;
    private List<String> launcher = List.of();
    private boolean lenient;
    private int rate; // 0: it is no load

    /**
     * One at this address.
     *
     * @param directory where it may make a folder of its own
     */
    Builder(Path directory, String host, int port) {
      this.directory = directory;
      this.host = host;
      this.port = port;
    }

    /** "udp" or "tcp"; "tls" is TCP behind a {@link TlsRelay}. */
    Builder over(String name) {
      transport = name;
      return this;
    }

    /** It is reached at this URI, not at its address. */
    Builder reachedAt(String uri) {
      contact = uri;
      return this;
    }

    /** It ends after so many calls. */
    Builder calls(int count) {
      calls = count;
      return this;
    }

    /** A load: so many calls begin in a second, and what they say is not written down. */
    Builder rate(int callsPerSecond) {
      rate = callsPerSecond;
      return this;
    }

    /** What comes too early is dropped, and fails nothing. */
    Builder lenient() {
      lenient = true;
      return this;
    }

    /** It is started by this command. */
    Builder by(List<String> command) {
      launcher = List.copyOf(command);
      return this;
    }

    /** Waits for calls; comes back when it does. */
    Sipp listens(Script script) {
      Sipp sipp = new Sipp(this, script, null);
      await("SIPp to listen").atMost(PATIENCE).until(() -> sipp.isListening(transport));
      return sipp;
    }

    /** Calls. */
    Sipp calls(InetSocketAddress gateway, Script script) {
      return new Sipp(this, script, gateway);
    }
  }

  private Sipp(Builder builder, Script script, @Nullable InetSocketAddress gateway) {
    address = new InetSocketAddress(builder.host, builder.port);
    String at = builder.host + ":" + builder.port;
    boolean udp = builder.transport.equals("udp");
    String contact =
        builder.contact != null
            ? builder.contact
            : "sip:sipp@" + at + (udp ? "" : ";transport=" + builder.transport);
    try {
      folder = Files.createTempDirectory(builder.directory, "sipp-");
      Files.writeString(folder.resolve("scenario.xml"), script.xml());
      List<String> command = new ArrayList<>(builder.launcher);
      command.addAll(List.of("sipp", "-sf", "scenario.xml", "-t", udp ? "u1" : "t1"));
      command.addAll(List.of("-i", builder.host, "-p", Integer.toString(builder.port)));
      command.addAll(List.of("-m", Integer.toString(builder.calls)));
      command.addAll(List.of("-key", "via", builder.transport.toUpperCase(Locale.ROOT)));
      command.addAll(List.of("-key", "contact", contact));
      command.addAll(List.of("-nostdin", "-skip_rlimit", "-timer_resol", "1"));
      command.addAll(List.of("-timeout", "60s", "-timeout_error", "-recv_timeout", "20000"));
      command.addAll(List.of("-trace_err", "-error_file", "errors"));
      if (builder.rate == 0) {
        command.addAll(List.of("-trace_msg", "-message_file", "messages"));
      } else {
        command.addAll(List.of("-r", Integer.toString(builder.rate)));
      }
      if (builder.lenient) {
        command.addAll(List.of("-default_behaviors", "all,-abortunexp"));
      }
      if (gateway != null) {
        command.add(gateway.getHostString() + ":" + gateway.getPort());
      }
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("screen").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return address;
  }

  private boolean isListening(String transport) {
    if (!process.isAlive()) {
      throw new AssertionError("SIPp ended\n" + report());
    }
    String port = ":%04X ".formatted(address.getPort());
    try (Stream<String> sockets =
        Files.lines(
            Path.of("/proc/%d/net/%s".formatted(process.pid(), sockets(transport))), UTF_8)) {
      return sockets.anyMatch(line -> line.contains(port));
    } catch (IOException e) {
      return false;
    }
  }

  private static String sockets(String transport) {
    return transport.equals("udp") ? "udp" : "tcp";
  }

  /** Waits until its calls are over, and all of them went by the script. */
  void succeeds() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("SIPp waits in vain\n" + report());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    assertThat(process.exitValue()).as(this::report).isZero();
  }

  /** All that it received so far, repetitions too. */
  List<SipText> received() {
    List<SipText> all = new ArrayList<>();
    for (String entry : text("messages").split(BETWEEN, -1)) {
      int begin = entry.indexOf("\n\n");
      if (begin > 0 && entry.substring(0, begin).contains(" message received [")) {
        all.add(SipText.parse(entry.substring(begin + 2).getBytes(UTF_8)));
      }
    }
    return all;
  }

  /** How many requests with this method it received, repetitions too. */
  long requests(String method) {
    return received().stream()
        .filter(text -> text.isRequest() && text.method().equals(method))
        .count();
  }

  /** How many such responses to such requests it received, repetitions too. */
  long responses(int status, String method) {
    return received().stream()
        .filter(text -> text.status() == status && text.cseqMethod().equals(method))
        .count();
  }

  private String text(String file) {
    Path path = folder.resolve(file);
    try {
      return Files.exists(path) ? Files.readString(path) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String report() {
    String screen = text("screen");
    return text("errors")
        + "\n"
        + text("messages")
        + "\n"
        + screen.substring(Math.max(0, screen.length() - 3_000));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
