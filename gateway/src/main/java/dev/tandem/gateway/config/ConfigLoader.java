package dev.tandem.gateway.config;

import dev.tandem.gateway.config.file.Catalogue;
import dev.tandem.gateway.config.file.Environment;
import dev.tandem.gateway.config.file.InvalidConfigException;
import dev.tandem.gateway.config.file.Problems;
import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.file.YamlTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file. All its problems come in one {@link InvalidConfigException}. Thread-
 * safe.
 */
public final class ConfigLoader {
  private final Environment environment;

  /** Reads with this process's environment variables. */
  public ConfigLoader() {
    this(System::getenv);
  }

  ConfigLoader(Function<String, @Nullable String> variables) {
    this.environment = new Environment(variables);
  }

  /**
   * Reads a file. Files that it names are looked for beside it.
   *
   * @throws IOException when it cannot be read
   * @throws InvalidConfigException when it cannot be used
   */
  public TandemConfig load(Path file) throws IOException, InvalidConfigException {
    Path directory = file.toAbsolutePath().getParent();
    String yaml = Files.readString(file, StandardCharsets.UTF_8);
    return parse(file.toString(), yaml, directory == null ? Path.of("") : directory);
  }

  /**
   * Reads a text.
   *
   * @param source what messages call it
   * @param directory where the files that it names are looked for
   */
  public TandemConfig parse(String source, String yaml, Path directory)
      throws InvalidConfigException {
    return parse(source, yaml, directory, new Catalogue());
  }

  /** Every key in general form ({@code users[].user}), and its default as text. */
  static Map<String, String> reference(String yamlWithEveryKind) throws InvalidConfigException {
    Catalogue catalogue = new Catalogue();
    new ConfigLoader(name -> null).parse("reference", yamlWithEveryKind, Path.of(""), catalogue);
    return catalogue.defaults();
  }

  private TandemConfig parse(String source, String yaml, Path directory, Catalogue catalogue)
      throws InvalidConfigException {
    Problems problems = new Problems();
    YamlTree.Mapping tree = YamlTree.read(yaml, problems);
    if (!problems.any()) {
      Section root = new Section(new Section.Run(problems, environment, catalogue), "", tree);
      TandemConfig config = new ConfigReader(problems, directory).read(root);
      if (config != null && !problems.any()) {
        return config;
      }
    }
    throw new InvalidConfigException(source, problems.inOrder());
  }
}
