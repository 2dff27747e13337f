package dev.tandem.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every regular expression of the main code takes time in proportion to what it reads, whatever a
 * stranger sends, and does not fill the stack. What is counted is how often it looks at a
 * character, so that the speed of the machine does not matter. The hostile texts are made of pieces
 * of the expression itself. Those of the configuration, which reads the operator's file alone, are
 * left out.
 */
class RegexCostTest {
  private static final List<String> MODULES = List.of("gateway", "sip-stack");
  private static final int LENGTH = 1200;
  private static final int LONG = 16 * 1024;

  /** More than any of them needs for a character, and less than the square takes by then. */
  private static final int STEPS_PER_CHARACTER = 20;

  private static final int STACK_BYTES = 256 * 1024;
  private static final List<String> ANYTHING =
      List.of(
          " ", "\t", "a", "1", ";", ",", "=", "\"", "\\", "<", "-", ".", ":", "/", "(", "\r\n",
          "\n", "\r\n ");
  private static final List<String> ENDS = List.of("", "\u2028", "!");

  private static final Pattern LITERAL =
      Pattern.compile(
          "(?:\\.(?:matches|replaceAll|replaceFirst|split)|Pattern\\.compile)\\(\\s*\"((?:[^\"\\\\\n]|\\\\.)*)\""
              + "\\s*[,)]");

  /** Who has none of these only asks whether a whole text matches. */
  private static final Pattern SEARCHES =
      Pattern.compile("\\.(?:find|replaceAll|replaceFirst|split|results)\\(");

  /**
   * One of the main code.
   *
   * @param isSearched whether it is looked for within a text
   */
  private record Expression(Pattern pattern, boolean isSearched) {}

  private static final Map<String, Expression> expressions = new TreeMap<>();

  @BeforeAll
  static void readSources() throws IOException {
    for (String module : MODULES) {
      Path root = Path.of("..", module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String source = Files.readString(file);
          String name = root.relativize(file).toString().replace('/', '.').replace(".java", "");
          if (!name.contains(".config.")) {
            fromSource(name, source);
          }
        }
      }
    }
  }

  private static void fromSource(String name, String source) {
    boolean isSearched = SEARCHES.matcher(source).find();
    Matcher literal = LITERAL.matcher(source);
    while (literal.find()) {
      String regex = literal.group(1).translateEscapes();
      try {
        expressions.put(name + " " + regex, new Expression(Pattern.compile(regex), isSearched));
      } catch (PatternSyntaxException e) {
        continue; // what a Matcher puts in place of what it found
      }
    }
    if (source.contains("Pattern.compile(")) {
      try {
        fields(Class.forName(name), isSearched);
      } catch (ClassNotFoundException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void fields(Class<?> type, boolean isSearched) {
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == Pattern.class && Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        try {
          Pattern pattern = (Pattern) field.get(null);
          expressions.put(
              type.getName() + "." + field.getName(), new Expression(pattern, isSearched));
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
    for (Class<?> inner : type.getDeclaredClasses()) {
      fields(inner, isSearched);
    }
  }

  @Test
  void allWereFound() {
    assertThat(expressions).hasSizeGreaterThan(80);
    assertThat(expressions.keySet())
        .anyMatch(name -> name.endsWith("Diversions.CAUSE"))
        .anyMatch(name -> name.endsWith("Keypress.SIGNAL"))
        .anyMatch(name -> name.endsWith("Secrets.CREDENTIALS"));
  }

  @Test
  void noneTakesTheSquareOfItsText() {
    Map<String, String> costly = new TreeMap<>();
    expressions.forEach(
        (name, expression) -> {
          String worst = worst(expression);
          if (worst != null) {
            costly.put(name, worst);
          }
        });
    assertThat(costly).isEmpty();
  }

  /** Or this test would find nothing. */
  @Test
  void theSquareIsNoticed() {
    assertThat(worst(searched("(?m)^\\s*Signal\\s*$"))).isNotNull();
    assertThat(worst(searched(".*;method=invite(;.*)?"))).isNotNull();
    assertThat(worst(searched("tel:[0-9]+.*"))).isNotNull();
    assertThat(worst(searched("(a+)+b"))).isNotNull();
    assertThat(worst(searched(";\\s*reason\\s*=\\s*(\\w+)"))).isNull();
  }

  @Test
  void noneFillsTheStack() throws InterruptedException {
    Set<String> deep = new LinkedHashSet<>();
    Thread small =
        new Thread(
            null,
            () ->
                expressions.forEach(
                    (name, expression) -> {
                      if (overflows(expression)) {
                        deep.add(name);
                      }
                    }),
            "small stack",
            STACK_BYTES);
    small.start();
    small.join();
    assertThat(deep).isEmpty();
  }

  private static Expression searched(String regex) {
    return new Expression(Pattern.compile(regex), true);
  }

  private static boolean overflows(Expression expression) {
    Pieces pieces = Pieces.of(expression.pattern().pattern());
    for (String start : pieces.starts()) {
      for (String pump : pieces.few()) {
        try {
          cost(expression, text(start, pump, "", LONG), (long) STEPS_PER_CHARACTER * LONG);
        } catch (StackOverflowError e) {
          return true;
        }
      }
    }
    return false;
  }

  /** A text for which it takes more than so much for a character; null for none. */
  private static String worst(Expression expression) {
    Pieces pieces = Pieces.of(expression.pattern().pattern());
    for (String start : pieces.starts()) {
      for (String pump : pieces.all()) {
        for (String end : ENDS) {
          String text = text(start, pump, end, LENGTH);
          long most = (long) STEPS_PER_CHARACTER * text.length();
          if (cost(expression, text, most) > most) {
            return start + " (" + pump + ")* " + end;
          }
        }
      }
    }
    return null;
  }

  private static String text(String start, String pump, String end, int length) {
    return start + pump.repeat(Math.max(1, length / pump.length())) + end;
  }

  /** Of the costliest way to use it; it stops beyond {@code most}. */
  private static long cost(Expression expression, String text, long most) {
    List<Consumer<Matcher>> uses = new ArrayList<>();
    uses.add(matcher -> matcher.matches());
    uses.add(matcher -> matcher.lookingAt());
    if (expression.isSearched()) {
      uses.add(
          matcher -> {
            boolean found = matcher.find();
            while (found) {
              found = matcher.find();
            }
          });
    }
    long worst = 0;
    for (Consumer<Matcher> use : uses) {
      Counted counted = new Counted(text, most);
      try {
        use.accept(expression.pattern().matcher(counted));
      } catch (TooManySteps e) {
        return counted.steps;
      }
      worst = Math.max(worst, counted.steps);
    }
    return worst;
  }

  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManySteps() {
      super(null, null, false, false);
    }
  }

  /** A text that counts how often it is looked at. */
  private static final class Counted implements CharSequence {
    private final String text;
    private final long most;
    private long steps;

    Counted(String text, long most) {
      this.text = text;
      this.most = most;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps > most) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return text.subSequence(from, to);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * What an expression is made of.
   *
   * @param whole each of its atoms once, in order
   * @param runs the same in pieces, cut at groups and quantifiers
   */
  private record Pieces(String whole, List<String> runs) {
    private static final int MOST_RUNS = 8;

    static Pieces of(String regex) {
      StringBuilder whole = new StringBuilder();
      StringBuilder run = new StringBuilder();
      Set<String> runs = new LinkedHashSet<>();
      for (int i = 0; i < regex.length(); i++) {
        char c = regex.charAt(i);
        String atom = null;
        if (c == '\\' && i + 1 < regex.length()) {
          i++;
          atom = escaped(regex.charAt(i));
        } else if (c == '[') {
          int close = regex.indexOf(']', i + 2);
          atom = sample(regex.substring(i + 1, close));
          i = close;
        } else if (c == '(' && regex.startsWith("?", i + 1)) {
          while (i + 1 < regex.length() && "?:=!<>im)".indexOf(regex.charAt(i + 1)) >= 0) {
            i++;
          }
        } else if (c == '{') {
          i = regex.indexOf('}', i);
        } else if ("()|*+?^$".indexOf(c) < 0) {
          atom = c == '.' ? "x" : String.valueOf(c);
        }
        if (atom == null) {
          runs.add(run.toString());
          run.setLength(0);
        } else {
          whole.append(atom);
          run.append(atom);
        }
      }
      runs.add(run.toString());
      runs.remove("");
      return new Pieces(whole.toString(), runs.stream().limit(MOST_RUNS).toList());
    }

    private static String escaped(char c) {
      return switch (c) {
        case 's' -> " ";
        case 'd' -> "1";
        case 'r' -> "\r";
        case 'n' -> "\n";
        case 't' -> "\t";
        case 'b', 'p', 'P', 'Q', 'E' -> "";
        case 'S', 'w', 'D', 'W' -> "x";
        default -> String.valueOf(c);
      };
    }

    /** One character that is in a class. */
    private static String sample(String members) {
      if (members.startsWith("^")) {
        return "x";
      }
      return members.startsWith("\\") ? escaped(members.charAt(1)) : members.substring(0, 1);
    }

    List<String> starts() {
      Set<String> starts = new LinkedHashSet<>(List.of("", whole));
      if (!runs.isEmpty()) {
        starts.add(runs.get(0));
        starts.add(runs.get(runs.size() - 1));
      }
      return List.copyOf(starts);
    }

    List<String> few() {
      Set<String> few = new LinkedHashSet<>(List.of("a", "1", " ", ".1", " x"));
      few.addAll(runs);
      few.add(whole);
      few.remove("");
      return List.copyOf(few);
    }

    List<String> all() {
      Set<String> all = new LinkedHashSet<>(ANYTHING);
      List<String> own = new ArrayList<>(runs);
      own.add(whole);
      all.addAll(own);
      for (String piece : own) {
        ANYTHING.forEach(each -> all.add(piece + each));
      }
      all.remove("");
      return List.copyOf(all);
    }
  }
}
