package dev.tandem.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Inputs that are nearly right: seeds of which pieces were changed, cut out, repeated, exchanged
 * with pieces of others, or replaced by words of their language. The same number gives the same
 * inputs. Not thread-safe.
 */
public final class Mutations {
  /** Takes any bytes; what it throws is a finding. */
  @FunctionalInterface
  public interface Target {
    void take(byte[] input) throws Exception;
  }

  private static final int MOST_CHANGES = 6;
  private static final int MOST_BYTES = 70_000;
  private static final List<String> NUMBERS =
      List.of("0", "-1", "4294967296", "9223372036854775808", "99999999999999999999");

  private final List<byte[]> seeds;
  private final List<byte[]> kept;
  private final List<String> words;
  private Random random = new Random();

  private Mutations(List<byte[]> seeds, List<byte[]> kept, List<String> words) {
    this.seeds = seeds;
    this.kept = kept;
    this.words = words;
  }

  /**
   * Of some seeds, and of the inputs that {@link KeptInputs} are kept beside a test.
   *
   * @param words of the language, which chance alone would hardly write
   */
  public static Mutations of(Class<?> test, List<String> seeds, List<String> words) {
    return new Mutations(
        seeds.stream().map(seed -> seed.getBytes(ISO_8859_1)).toList(), KeptInputs.of(test), words);
  }

  /**
   * How many inputs a test tries: as many as the system property {@code tandem.mutants} says, or
   * its usual number, of which {@code tandem.mutants.oneIn} takes one in so many.
   */
  public static int count(int usual) {
    return Integer.getInteger(
        "tandem.mutants", usual / Integer.getInteger("tandem.mutants.oneIn", 1));
  }

  /**
   * Tries a target with what is kept, and then with so many mutants.
   *
   * @throws AssertionError with the input, when the target throws
   */
  public void run(long number, int count, Target target) {
    random = new Random(number);
    for (int i = 0; i < kept.size(); i++) {
      attempt("kept " + i, kept.get(i), target);
    }
    for (int i = 0; i < count; i++) {
      attempt(i + " of " + number, next(), target);
    }
  }

  private static void attempt(String which, byte[] input, Target target) {
    try {
      target.take(input);
    } catch (Exception | StackOverflowError | AssertionError e) {
      throw new AssertionError("input " + which + ": " + new String(input, ISO_8859_1), e);
    }
  }

  private byte[] next() {
    // What a search keeps is small and odd; most mutants are to begin with what is right.
    List<byte[]> from = kept.isEmpty() || random.nextInt(4) > 0 ? seeds : kept;
    byte[] input = from.get(random.nextInt(from.size()));
    for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
      input = changed(input);
    }
    return input.length > MOST_BYTES ? Arrays.copyOf(input, MOST_BYTES) : input;
  }

  private byte[] changed(byte[] input) {
    int from = random.nextInt(input.length + 1);
    int to = from + random.nextInt(Math.min(input.length - from, 40) + 1);
    return switch (random.nextInt(8)) {
      case 0 ->
          joined(
              input,
              from,
              new byte[] {(byte) random.nextInt(256)},
              Math.min(from + 1, input.length));
      case 1 -> joined(input, from, new byte[0], to);
      case 2 -> joined(input, to, Arrays.copyOfRange(input, from, to), to);
      case 3 -> joined(input, from, word().getBytes(ISO_8859_1), from);
      case 4 -> joined(input, from, word().getBytes(ISO_8859_1), to);
      case 5 -> joined(input, from, piece(), to);
      case 6 -> joined(input, from, repeated(input, from, to), to);
      default -> Arrays.copyOf(input, from);
    };
  }

  private String word() {
    return random.nextInt(5) == 0
        ? NUMBERS.get(random.nextInt(NUMBERS.size()))
        : words.get(random.nextInt(words.size()));
  }

  private byte[] piece() {
    byte[] other = seeds.get(random.nextInt(seeds.size()));
    int from = random.nextInt(other.length + 1);
    return Arrays.copyOfRange(other, from, from + random.nextInt(other.length - from + 1));
  }

  private byte[] repeated(byte[] input, int from, int to) {
    int times = random.nextInt(20) == 0 ? 1000 : 1 + random.nextInt(10);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      out.write(input, from, to - from);
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[] input, int head, byte[] middle, int tail) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(input.length + middle.length);
    out.write(input, 0, head);
    out.writeBytes(middle);
    out.write(input, tail, input.length - tail);
    return out.toByteArray();
  }
}
