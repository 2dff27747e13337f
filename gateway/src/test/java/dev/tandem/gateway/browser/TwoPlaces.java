package dev.tandem.gateway.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two computers in one: network namespaces of Linux with a cable between them and nothing else. The
 * gateway and one browser are {@link #HOME}, the other browser is {@link #AWAY} and can change its
 * address. What runs there ends with {@link #close}. Needs root.
 */
final class TwoPlaces implements AutoCloseable {
  static final int HOME = 0;
  static final int AWAY = 1;

  /** The gateway's, as seen from away. */
  static final String GATEWAY = "10.77.0.1";

  private static final String OTHER_ROUTER = "10.77.1.1";
  private static final String FIRST_ADDRESS = "10.77.0.2";
  private static final String SECOND_ADDRESS = "10.77.1.2";

  private final Path directory;
  private final List<Process> holders = new ArrayList<>();
  private final List<Process> started = new ArrayList<>();

  TwoPlaces(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    for (int place : List.of(HOME, AWAY)) {
      holders.add(new ProcessBuilder("unshare", "--net", "sleep", "infinity").start());
      // Until "unshare" has become "sleep", the namespace is still that of everybody.
      while (!command(holders.get(place)).endsWith("/sleep")) {
        Thread.onSpinWait();
      }
      ip(place, "link set lo up");
    }
    ip(HOME, "link add out type veth peer name out netns " + holders.get(AWAY).pid());
    ip(HOME, "address add " + GATEWAY + "/24 dev out");
    ip(HOME, "address add " + OTHER_ROUTER + "/24 dev out");
    ip(HOME, "link set out up");
    ip(AWAY, "link set out up");
    arrive(FIRST_ADDRESS, GATEWAY);
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

  /** The one who is away has another address from now on; the one before is gone. */
  void move() throws IOException, InterruptedException {
    ip(AWAY, "address del " + FIRST_ADDRESS + "/24 dev out");
    arrive(SECOND_ADDRESS, OTHER_ROUTER);
  }

  private void arrive(String address, String router) throws IOException, InterruptedException {
    ip(AWAY, "address add " + address + "/24 dev out");
    ip(AWAY, "route replace default via " + router);
  }

  private void ip(int place, String words) throws IOException, InterruptedException {
    List<String> command = inside(place, "ip");
    Collections.addAll(command, words.split(" "));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("ip " + words + ": " + said);
    }
  }

  /** Starts a program there. */
  Process start(int place, Path output, String... command) throws IOException {
    Process process =
        new ProcessBuilder(inside(place, command))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    started.add(process);
    return process;
  }

  /** A program that starts another one there, with the arguments it is given. */
  Path launcher(int place, String program) throws IOException {
    String line = "exec " + String.join(" ", inside(place, program)) + " \"$@\"\n";
    Path file = directory.resolve("launcher-" + place);
    Files.writeString(file, "#!/bin/sh\n" + line);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private List<String> inside(int place, String... command) {
    List<String> all = new ArrayList<>();
    String holder = Long.toString(holders.get(place).pid());
    Collections.addAll(all, "nsenter", "--target", holder, "--net");
    Collections.addAll(all, command);
    return all;
  }

  private static String command(Process process) {
    return process.info().command().orElse("");
  }

  @Override
  public void close() {
    started.forEach(Process::destroy);
    holders.forEach(Process::destroy);
  }
}
