package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Each example of docs/routing.md: its configuration is good, and the answers are as it says. */
class RoutingPageTest {
  private static final Pattern BLOCK =
      Pattern.compile("```(yaml|console)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir Path directory;

  @TestFactory
  List<DynamicTest> examples() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(Path.of("..", "docs", "routing.md")));
    Path config = null;
    while (block.find()) {
      if (block.group(1).equals("yaml")) {
        config = directory.resolve("example" + tests.size() + ".yaml");
        Files.writeString(config, block.group(2));
      } else {
        tests.add(test(config, block.group(2)));
      }
    }
    assertThat(tests).hasSizeGreaterThan(10);
    return tests;
  }

  private static DynamicTest test(Path config, String console) {
    int end = console.indexOf('\n');
    String command = console.substring(0, end);
    return DynamicTest.dynamicTest(
        command, () -> assertThat(output(config, command)).isEqualTo(console.substring(end + 1)));
  }

  private static String output(Path config, String command) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    assertThat(words.subList(0, 2)).containsExactly("$", "tandem");
    words.addAll(List.of("--config", config.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Launcher launcher =
        new Launcher(
            any -> {
              throw new AssertionError("nothing is started");
            },
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    int status = launcher.run(words.subList(2, words.size()).toArray(new String[0]));
    assertThat(err.toString()).isEmpty();
    assertThat(status).isEqualTo(out.toString().contains("\nRefused: ") ? 1 : Launcher.OK);
    return out.toString();
  }
}
