package dev.tandem.sip.transport.ws;

import static dev.tandem.sip.transport.ws.FramingCase.FIN;
import static dev.tandem.testkit.RawWebSocket.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Group 6 of the list in {@link FramingCasesTest}: text that is UTF-8, and text that is none. */
class Utf8CasesTest {
  private static final byte[] WORD = hex("cebae1bdb9cf83cebcceb5");

  /** A word, half a surrogate pair, and more. */
  static final byte[] BROKEN_WORD = joined(WORD, hex("eda080"), "edited".getBytes(UTF_8));

  /** The same with a character beyond U+10FFFF; its 13th byte cannot follow the 12th. */
  private static final byte[] BEYOND = joined(WORD, hex("f4908080"), "edited".getBytes(UTF_8));

  private static final String MANY_TONGUES = "Grüße-µ@ßöäüàá-UTF-8!!";

  private static WsServer echo;

  @BeforeAll
  static void start() {
    echo = new WsServer(WebSocketLimits.DEFAULTS);
    echo.flows.onMessage = (flow, message) -> flow.send(message);
  }

  @AfterAll
  static void stop() {
    echo.close();
  }

  static Stream<FramingCase> cases() {
    return Stream.of(inFragments(), wellFormed(), borders(), incomplete(), overlong(), surrogates())
        .flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void comesToItsVerdict(FramingCase each) {
    each.runs(echo);
  }

  @Test
  void everyCaseOfTheListIsHere() {
    Set<String> numbers = cases().map(FramingCase::number).collect(Collectors.toSet());
    assertThat(numbers).hasSize(145);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  // 6.1 to 6.4: whole, in fragments, and cut within characters.

  private static List<FramingCase> inFragments() {
    byte[] tongues = MANY_TONGUES.getBytes(UTF_8);
    return List.of(
        new FramingCase("6.1.1").text(""),
        new FramingCase("6.1.2").begins("").goesOn("").finishes(""),
        new FramingCase("6.1.3").begins("").goesOn("middle").finishes("").isEchoed("middle"),
        new FramingCase("6.2.1").text(MANY_TONGUES).isEchoed(MANY_TONGUES),
        new FramingCase("6.2.2")
            .begins(MANY_TONGUES.substring(0, 9))
            .finishes(MANY_TONGUES.substring(9))
            .isEchoed(MANY_TONGUES),
        new FramingCase("6.2.3").fragments(tongues, 1).isEchoed(tongues),
        new FramingCase("6.2.4").fragments(WORD, 1).isEchoed(WORD),
        new FramingCase("6.3.1").sends(FIN | TEXT, BROKEN_WORD).isClosedWith(1007),
        new FramingCase("6.3.2").fragments(BROKEN_WORD, 1).isClosedWith(1007),
        inThreeFrames("6.4.1", WORD.length, WORD.length + 4),
        inThreeFrames("6.4.2", WORD.length + 1, WORD.length + 2),
        inThreePieces("6.4.3", WORD.length, WORD.length + 4),
        inThreePieces("6.4.4", WORD.length + 1, WORD.length + 2));
  }

  /** Text is looked at when it is whole: the connection lives until then, and ends then. */
  private static FramingCase inThreeFrames(String number, int from, int to) {
    return new FramingCase(number)
        .sends(TEXT, Arrays.copyOf(BEYOND, from))
        .ping("A")
        .getsPong("A")
        .sends(RawWebSocket.CONTINUATION, Arrays.copyOfRange(BEYOND, from, to))
        .ping("B")
        .getsPong("B")
        .sends(FIN | RawWebSocket.CONTINUATION, Arrays.copyOfRange(BEYOND, to, BEYOND.length))
        .isClosedWith(1007);
  }

  private static FramingCase inThreePieces(String number, int from, int to) {
    byte[] frame = RawWebSocket.frame(FIN | TEXT, true, BEYOND);
    int header = frame.length - BEYOND.length;
    return new FramingCase(number)
        .byFrame()
        .sendsRaw(Arrays.copyOf(frame, header + from))
        .sendsRaw(Arrays.copyOfRange(frame, header + from, header + to))
        .sendsRaw(Arrays.copyOfRange(frame, header + to, frame.length))
        .isClosedWith(1007);
  }

  // 6.5 on: one frame each. A dash before the bytes: they are no UTF-8.

  private static List<FramingCase> each(int group, List<String> payloads) {
    List<FramingCase> cases = new ArrayList<>();
    for (int i = 0; i < payloads.size(); i++) {
      String payload = payloads.get(i);
      boolean isBroken = payload.startsWith("-");
      byte[] bytes = hex(isBroken ? payload.substring(1) : payload);
      FramingCase one = new FramingCase("6." + group + "." + (i + 1)).sends(FIN | TEXT, bytes);
      cases.add(isBroken ? one.isClosedWith(1007) : one.isEchoed(bytes));
    }
    return cases;
  }

  @SafeVarargs
  private static List<FramingCase> all(List<FramingCase>... groups) {
    return Stream.of(groups).flatMap(List::stream).toList();
  }

  private static String hexOf(int codePoint) {
    return HexFormat.of().formatHex(Character.toString(codePoint).getBytes(UTF_8));
  }

  private static List<FramingCase> wellFormed() {
    List<String> prefixes = new ArrayList<>();
    Set<Integer> ends = Set.of(2, 5, 7, 9, 11);
    for (int length = 1; length <= WORD.length; length++) {
      String prefix = HexFormat.of().formatHex(WORD, 0, length);
      prefixes.add(ends.contains(length) ? prefix : "-" + prefix);
    }
    List<String> lengths =
        IntStream.of('$', '¢', '€', 0x24b62).mapToObj(Utf8CasesTest::hexOf).toList();
    return all(
        each(5, Stream.concat(lengths.stream(), Stream.of("cebae1bdb9cf83cebcceb5")).toList()),
        each(6, prefixes),
        each(22, noCharacters()),
        each(23, IntStream.rangeClosed(0xfff9, 0xffff).mapToObj(Utf8CasesTest::hexOf).toList()));
  }

  /** The last two code points of each plane, which are good UTF-8 (RFC 3629). */
  private static List<String> noCharacters() {
    return IntStream.rangeClosed(0, 16)
        .flatMap(plane -> IntStream.of(plane << 16 | 0xfffe, plane << 16 | 0xffff))
        .mapToObj(Utf8CasesTest::hexOf)
        .toList();
  }

  private static List<FramingCase> borders() {
    return all(
        each(7, List.of("00", "c280", "e0a080", "f0908080")),
        each(8, List.of("-f888808080", "-fc8480808080")),
        each(9, List.of("7f", "dfbf", "efbfbf", "f48fbfbf")),
        each(10, List.of("-f7bfbfbf", "-fbbfbfbfbf", "-fdbfbfbfbfbf")),
        each(11, List.of("ed9fbf", "ee8080", "efbfbd", "f48fbfbf", "-f4908080")));
  }

  private static List<FramingCase> incomplete() {
    List<String> continuations = new ArrayList<>(List.of("-80", "-bf"));
    for (int length = 2; length <= 6; length++) {
      continuations.add("-" + "80bf80bf80bf".substring(0, 2 * length));
    }
    continuations.add("-" + range(0x80, 0xbe, ""));
    List<String> cut =
        List.of(
            "c0",
            "e080",
            "f08080",
            "f8808080",
            "fc80808080",
            "df",
            "efbf",
            "f7bfbf",
            "fbbfbfbf",
            "fdbfbfbfbf");
    return all(
        each(12, continuations),
        each(
            13,
            List.of(
                "-" + range(0xc0, 0xdf, "20"),
                "-" + range(0xe0, 0xef, "20"),
                "-" + range(0xf0, 0xf7, "20"),
                "-" + range(0xf8, 0xfb, "20"),
                "-" + range(0xfc, 0xfd, "20"))),
        each(14, cut.stream().map(bytes -> "-" + bytes).toList()),
        each(15, List.of("-" + String.join("", cut))),
        each(16, List.of("-fe", "-ff", "-fefeffff")));
  }

  private static String range(int first, int last, String behindEach) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(b -> Integer.toHexString(b) + behindEach)
        .collect(Collectors.joining());
  }

  private static List<FramingCase> overlong() {
    return all(
        each(17, List.of("-c0af", "-e080af", "-f08080af", "-f8808080af", "-fc80808080af")),
        each(18, List.of("-c1bf", "-e09fbf", "-f08fbfbf", "-f887bfbfbf", "-fc83bfbfbfbf")),
        each(19, List.of("-c080", "-e08080", "-f0808080", "-f880808080", "-fc8080808080")));
  }

  private static List<FramingCase> surrogates() {
    List<String> pairs = new ArrayList<>();
    for (String high : List.of("eda080", "edadbf", "edae80", "edafbf")) {
      pairs.add("-" + high + "edb080");
      pairs.add("-" + high + "edbfbf");
    }
    return all(
        each(
            20,
            List.of("-eda080", "-edadbf", "-edae80", "-edafbf", "-edb080", "-edbe80", "-edbfbf")),
        each(21, pairs));
  }
}
