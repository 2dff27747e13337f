package dev.tandem.gateway.soak;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A gateway in a process of its own, whose memory is its own too: of the classes that are tested,
 * or of the jar that {@code -Dtandem.jar} names.
 */
final class ServerProcess implements AutoCloseable {
  private static final @Nullable String JAR = System.getProperty("tandem.jar");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path log;
  private final Process process;

  /** Comes back when it serves. */
  ServerProcess(Path folder, String yaml, String... javaOptions) throws IOException {
    Path config = Files.writeString(folder.resolve("tandem.yaml"), yaml);
    log = folder.resolve("output.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    command.addAll(List.of(javaOptions));
    command.add("-Dlogback.configurationFile=logback.xml"); // not that of the tests
    if (JAR == null) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add("dev.tandem.gateway.Main");
    } else {
      command.addAll(List.of("-jar", JAR));
    }
    command.addAll(List.of("--config", config.toString()));
    process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await("the gateway to serve")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !process.isAlive() || output().contains("[http "));
    if (!process.isAlive()) {
      throw new AssertionError(output());
    }
  }

  /** Where it listens for "http", "udp" or "tcp". */
  InetSocketAddress address(String protocol) {
    Matcher found = Pattern.compile("\\b" + protocol + " ([0-9.]+):(\\d+)").matcher(output());
    if (!found.find()) {
      throw new AssertionError("no " + protocol + " in\n" + output());
    }
    return new InetSocketAddress(found.group(1), Integer.parseInt(found.group(2)));
  }

  URI webSocket() {
    return URI.create("ws://127.0.0.1:" + address("http").getPort() + "/ws");
  }

  /** From now on, so that who puts it under load has the others. */
  void runsOnOneCore() throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("taskset", "-a", "-p", "1", Long.toString(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError("taskset ended with " + status);
    }
  }

  /** Memory that is really there, in KiB. */
  long rss() {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new AssertionError("it has ended\n" + output(), e);
    }
  }

  /** The sum of a metric's values. */
  double metric(String name) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + address("http").getPort() + "/metrics");
    return client
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  String output() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
