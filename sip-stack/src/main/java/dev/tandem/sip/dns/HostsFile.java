package dev.tandem.sip.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of {@code /etc/hosts}, and {@code localhost} in any case (RFC 6761 §6.3). Read when it
 * is made, and anew, on a thread that may wait, when somebody calls {@link #reload}. Thread-safe.
 */
final class HostsFile {
  private static final Logger log = LoggerFactory.getLogger(HostsFile.class);

  /** A hosts file that blocks advertisements can have a million lines; nobody calls those. */
  private static final int MAX_NAMES = 100_000;

  private final Path file;
  private volatile Map<String, List<InetAddress>> names;

  HostsFile(Path file) {
    this.file = file;
    this.names = read(file);
  }

  /** In the order of the file; empty when the name is not in there. */
  List<InetAddress> find(String name) {
    return names.getOrDefault(name, List.of());
  }

  void reload() {
    names = read(file);
  }

  private static Map<String, List<InetAddress>> read(Path file) {
    Map<String, List<InetAddress>> names = new HashMap<>();
    if (Files.isReadable(file)) {
      try (var lines = Files.lines(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
        lines.forEach(line -> add(line, names));
      } catch (IOException | java.io.UncheckedIOException e) {
        log.warn("{} cannot be read: {}", file, e.getMessage());
      }
    }
    InetAddress loopback = IpLiterals.parse("127.0.0.1");
    InetAddress loopback6 = IpLiterals.parse("::1");
    if (loopback != null && loopback6 != null) {
      names.putIfAbsent("localhost", List.of(loopback, loopback6));
    }
    return Map.copyOf(names);
  }

  private static void add(String line, Map<String, List<InetAddress>> names) {
    int comment = line.indexOf('#');
    String[] words = (comment < 0 ? line : line.substring(0, comment)).trim().split("\\s+", -1);
    InetAddress address = IpLiterals.parse(words[0]);
    if (address == null) {
      return;
    }
    for (int i = 1; i < words.length && names.size() < MAX_NAMES; i++) {
      String name = words[i].toLowerCase(Locale.ROOT);
      names.computeIfAbsent(name, n -> new ArrayList<>(2)).add(address);
    }
  }
}
