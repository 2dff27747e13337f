package dev.tandem.gateway.admin;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that web-demo made, read once from the class path. Only what is there can be asked for,
 * so no path can lead elsewhere.
 */
final class DemoFiles {
  static final DemoFiles NONE = new DemoFiles(Map.of());

  private static final String FOLDER = "dev/tandem/";

  private final Map<String, DemoFile> byPath;

  private DemoFiles(Map<String, DemoFile> byPath) {
    this.byPath = Map.copyOf(byPath);
  }

  /** The page that this build carries; nothing when it carries none. */
  static DemoFiles bundled() {
    return bundled("demo", "index.html", "/");
  }

  /** The schema of the JSON dialect and what is made of it, under {@code /schema/}. */
  static DemoFiles schema() {
    return bundled("schema", "index.html", "/schema/");
  }

  /** The client of the JSON dialect, under {@code /client/}. */
  static DemoFiles client() {
    return bundled("client", "tandem.js", "/client/");
  }

  private static DemoFiles bundled(String name, String file, String prefix) {
    String path = FOLDER + name;
    URL folder = DemoFiles.class.getClassLoader().getResource(path + "/" + file);
    if (folder == null) {
      return NONE;
    }
    try {
      URI uri = folder.toURI();
      if (!"jar".equals(uri.getScheme())) {
        return read(Path.of(uri).resolveSibling(""), prefix);
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return read(jar.getPath(path), prefix);
      }
    } catch (URISyntaxException | IOException e) {
      throw new IllegalStateException(path + " on the class path cannot be read", e);
    }
  }

  @Nullable DemoFile find(String path) {
    return byPath.get(path);
  }

  private static DemoFiles read(Path folder, String prefix) throws IOException {
    Map<String, DemoFile> files = new HashMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        files.put(prefix + name, DemoFile.of(name, Files.readAllBytes(path)));
      }
    }
    DemoFile index = files.get(prefix + "index.html");
    if (index != null) {
      files.put(prefix, index);
    }
    return new DemoFiles(files);
  }
}
