package dev.tandem.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs that searches by coverage have found, kept as files beside a test: where Jazzer looks for
 * what to begin with, in the resources' directory {@code <TestClass>Inputs/<method>}.
 */
public final class KeptInputs {
  private KeptInputs() {}

  /** All of a test, in the order of their names; none when there is no directory. */
  public static List<byte[]> of(Class<?> test) {
    URL directory = test.getResource(test.getSimpleName() + "Inputs");
    List<byte[]> inputs = new ArrayList<>();
    if (directory == null) {
      return inputs;
    }
    try (var files = Files.walk(Path.of(directory.toURI()))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return inputs;
  }
}
