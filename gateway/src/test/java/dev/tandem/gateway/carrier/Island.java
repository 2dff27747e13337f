package dev.tandem.gateway.carrier;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of Linux with one cable to us, which can be cut. It is gone when closed, the
 * cable with it. Needs root.
 */
final class Island implements AutoCloseable {
  private static final String CABLE = "out";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final int number;
  private final Process holder;

  /**
   * Makes it.
   *
   * @param number of 1 to 9: part of its address
   */
  Island(int number) throws IOException, InterruptedException {
    this.number = number;
    holder = new ProcessBuilder("unshare", "--net", "sleep", "infinity").start();
    // Until "unshare" has become "sleep", the namespace is still that of everybody.
    await("a namespace")
        .atMost(PATIENCE)
        .until(() -> holder.info().command().orElse("").endsWith("/sleep"));
    long pid = holder.pid();
    String ours = "tdm" + pid; // at most 15 letters
    run("ip link add " + ours + " type veth peer name " + CABLE + " netns " + pid);
    run("ip address add " + bridgehead() + "/30 dev " + ours);
    run("ip link set " + ours + " up");
    inside("ip link set lo up");
    inside("ip address add " + host() + "/30 dev " + CABLE);
    joins();
  }

  /** Whether this machine lets us. */
  static boolean canBeMade() {
    try {
      Process process =
          new ProcessBuilder("unshare", "--net", "ip", "link", "add", "out", "type", "veth")
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Our end of the cable. */
  String bridgehead() {
    return "10.78." + number + ".1";
  }

  /** Its own address. */
  String host() {
    return "10.78." + number + ".2";
  }

  /** What is sent from now on is lost, both ways, without a word. */
  void isCutOff() throws IOException, InterruptedException {
    inside("ip link set " + CABLE + " down");
  }

  /** The cable is whole, as at first. */
  void joins() throws IOException, InterruptedException {
    inside("ip link set " + CABLE + " up");
  }

  /** What starts a program there. */
  List<String> launcher() {
    return List.of("nsenter", "--target", Long.toString(holder.pid()), "--net");
  }

  private void inside(String words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(launcher());
    Collections.addAll(command, words.split(" "));
    run(command);
  }

  private static void run(String words) throws IOException, InterruptedException {
    run(List.of(words.split(" ")));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " does not end");
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  @Override
  public void close() {
    holder.destroyForcibly().onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
