package dev.tandem.gateway.media;

import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.pbx.Asterisk;
import dev.tandem.sip.time.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A real rtpengine on 127.0.0.1, in user space, which a test may end and start again. */
public final class RtpengineDaemon implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path folder;
  private final InetSocketAddress address;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final NgClient client;
  private final int keysPort = Asterisk.freePort("127.0.0.1");
  private final int firstPort = 30_000 + new Random().nextInt(10) * 2_000;
  private @Nullable Process process;

  public RtpengineDaemon(Path folder) {
    this.folder = folder;
    this.address = new InetSocketAddress("127.0.0.1", Asterisk.freePort("127.0.0.1"));
    try {
      client =
          new NgClient(
              new Timers(executor, Clock.systemUTC()),
              Duration.ofMillis(500),
              "test" + new Random().nextInt(1_000_000));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Comes back when it answers. */
  public RtpengineDaemon start() {
    try {
      Files.createDirectories(recordings());
      Path settings = Files.writeString(folder.resolve("rtpengine.conf"), "[rtpengine]\n");
      process =
          new ProcessBuilder(
                  "rtpengine",
                  "--config-file=" + settings,
                  "--foreground",
                  "--log-stderr",
                  "--log-level=5",
                  "--table=-1",
                  "--num-threads=2",
                  "--interface=127.0.0.1",
                  "--recording-dir=" + recordings(),
                  "--recording-method=pcap",
                  "--dtmf-log-dest=" + tellsKeysTo(),
                  "--listen-ng=" + hostAndPort(),
                  "--listen-tcp-ng=" + hostAndPort(),
                  "--port-min=" + firstPort,
                  "--port-max=" + (firstPort + 1_999))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("rtpengine.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await("rtpengine to answer").atMost(PATIENCE).until(this::answers);
    return this;
  }

  private boolean answers() {
    Process started = process;
    if (started == null || !started.isAlive()) {
      throw new AssertionError("rtpengine ended\n" + log());
    }
    try {
      return ask(Map.of("command", "ping")).isOk();
    } catch (CompletionException e) {
      return false;
    }
  }

  public String hostAndPort() {
    return address.getHostString() + ":" + address.getPort();
  }

  /** Where it sends a datagram for each key that it reads in media. */
  public String tellsKeysTo() {
    return "127.0.0.1:" + keysPort;
  }

  private NgReply ask(Map<String, Object> question) {
    return client.ask(new NgAddress(address, false), question).join();
  }

  /** The names of its calls. */
  public List<String> calls() {
    List<String> names = new ArrayList<>();
    ask(Map.of("command", "list")).list("calls").forEach(name -> names.add((String) name));
    return names;
  }

  /** What its only call has received so far, by its own count; nothing while it has none. */
  public MediaFigures figures() {
    List<String> calls = calls();
    if (calls.isEmpty()) {
      return new MediaFigures(0, 0, 0, 0);
    }
    NgReply reply = ask(Map.of("command", "query", "call-id", calls.get(0)));
    return MediaFigures.of(reply, "caller", "callee");
  }

  /** Where it writes what it records: pcaps, and metadata beside. */
  public Path recordings() {
    return folder.resolve("recordings");
  }

  /** How long it has had the processor so far. */
  public Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElseThrow();
  }

  public String log() {
    try {
      return Files.readString(folder.resolve("rtpengine.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Ends it at once, as a crash does. */
  public void dies() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      running.onExit().join();
    }
  }

  @Override
  public void close() {
    dies();
    client.close();
    executor.shutdownNow();
  }
}
