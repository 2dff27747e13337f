package dev.tandem.gateway.pbx;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with Debian's Asterisk and what it needs, in which it runs by chroot. Where that is says
 * the environment variable TANDEM_ASTERISK_ROOT; otherwise it is in the user's cache folder.
 *
 * @param folder absolute
 */
record AsteriskRoot(Path folder) {
  /** The releases of Debian have none; bullseye would give Asterisk 16. */
  private static final String SUITE = "sid";

  private static final String PROGRAM = "usr/sbin/asterisk";
  private static final int MINUTES_TO_INSTALL = 15;

  /** Finds it, or installs it; whoever comes at the same time waits. */
  static AsteriskRoot installed() {
    String given = System.getenv("TANDEM_ASTERISK_ROOT");
    Path folder =
        given == null
            ? Path.of(System.getProperty("user.home"), ".cache", "tandem", "asterisk-" + SUITE)
            : Path.of(given);
    AsteriskRoot root = new AsteriskRoot(folder.toAbsolutePath());
    try {
      Files.createDirectories(root.folder.getParent());
      Path lock = root.folder.resolveSibling(root.folder.getFileName() + ".lock");
      try (FileChannel channel = new RandomAccessFile(lock.toFile(), "rw").getChannel()) {
        channel.lock();
        if (!Files.isExecutable(root.folder.resolve(PROGRAM))) {
          root.install();
        }
      }
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void install() throws IOException {
    Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
    Path log = folder.resolveSibling(folder.getFileName() + ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                "debootstrap",
                "--variant=minbase",
                "--include=asterisk,asterisk-core-sounds-en-gsm",
                SUITE,
                partial.toString()));
    mirror(command);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!waits(process, MINUTES_TO_INSTALL) || process.exitValue() != 0) {
      throw new IllegalStateException("Asterisk could not be installed: see " + log);
    }
    Files.move(partial, folder);
  }

  /** The one that the machine itself uses; else debootstrap's own. */
  private static void mirror(List<String> command) throws IOException {
    Pattern uri = Pattern.compile("(?m)^(?:URIs:|deb(?: \\[[^]]*])?)\\s+(https?://\\S+)");
    for (String file : List.of("sources.list.d/debian.sources", "sources.list")) {
      Path sources = Path.of("/etc/apt", file);
      Matcher matcher = uri.matcher(Files.exists(sources) ? Files.readString(sources) : "");
      if (matcher.find()) {
        command.add(matcher.group(1));
        return;
      }
    }
  }

  /** A folder for one run; those who made it delete it. */
  Path newFolder() {
    try {
      Files.createDirectories(folder.resolve("tmp"));
      return Files.createTempDirectory(folder.resolve("tmp"), "tandem-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path by which the program knows a file. */
  String inside(Path path) {
    return "/" + folder.relativize(path);
  }

  /** Where its modules are: the folder is named after the machine's architecture. */
  String modules() {
    try (Stream<Path> found = Files.list(folder.resolve("usr/lib"))) {
      return found
          .map(architecture -> architecture.resolve("asterisk/modules"))
          .filter(Files::isDirectory)
          .map(this::inside)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no Asterisk modules in " + folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the program; what it writes goes to a file. */
  Process run(Path output, String... arguments) {
    try {
      return builder(arguments).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the program to its end, and returns what it wrote. */
  String ask(String... arguments) {
    try {
      Process process = builder(arguments).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      waits(process, 1);
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>(List.of("chroot", folder.toString(), "/" + PROGRAM));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private static boolean waits(Process process, int minutes) {
    try {
      if (process.waitFor(minutes, TimeUnit.MINUTES)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }
}
