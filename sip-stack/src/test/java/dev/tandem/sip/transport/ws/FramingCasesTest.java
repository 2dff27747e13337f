package dev.tandem.sip.transport.ws;

import static dev.tandem.sip.transport.ws.FramingCase.FIN;
import static dev.tandem.testkit.RawWebSocket.BINARY;
import static dev.tandem.testkit.RawWebSocket.CLOSE;
import static dev.tandem.testkit.RawWebSocket.PING;
import static dev.tandem.testkit.RawWebSocket.PONG;
import static dev.tandem.testkit.RawWebSocket.TEXT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases of our own after the public case list of the Autobahn suite, by its numbers: groups 1 to 7
 * and 10, but for UTF-8 (6), which is in {@link Utf8CasesTest}. Frames over a socket to a flow that
 * sends back what it gets, as SIP does: text, whatever it came as. Where the list leaves something
 * open, the verdict here is ours; {@code docs/security.md} says which these are.
 */
class FramingCasesTest {
  private static final byte[] NO_UTF8 = HexFormat.of().parseHex("00fffefdfcfb00ff");
  private static final String HELLO = "Hello, flow!";
  private static final int[] VALID = {
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999
  };
  private static final int[] INVALID = {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999};

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
    return Stream.of(
            sizes(), pings(), reservedBits(), opcodes(), fragments(), closing(), longMessage())
        .flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void comesToItsVerdict(FramingCase each) {
    each.runs(echo);
  }

  /** As many as the list has; the 145 of group 6 are counted in {@link Utf8CasesTest}. */
  @Test
  void everyCaseOfTheListIsHere() {
    Map<String, Long> byGroup =
        cases()
            .map(FramingCase::number)
            .distinct()
            .collect(
                Collectors.groupingBy(number -> number.split("\\.", 2)[0], Collectors.counting()));
    assertThat(byGroup)
        .isEqualTo(Map.of("1", 16L, "2", 11L, "3", 7L, "4", 10L, "5", 20L, "7", 37L, "10", 1L));
  }

  private static FramingCase number(String number) {
    return new FramingCase(number);
  }

  private static String stars(int count) {
    return "*".repeat(count);
  }

  // 1: each length of the length field's three forms.

  private static List<FramingCase> sizes() {
    int[] sizes = {0, 125, 126, 127, 128, 65535, 65536};
    List<FramingCase> cases = new ArrayList<>();
    for (int opcode : new int[] {TEXT, BINARY}) {
      for (int i = 0; i < sizes.length; i++) {
        cases.add(ofSize("1." + opcode + "." + (i + 1), opcode, sizes[i]));
      }
      cases.add(ofSize("1." + opcode + ".8", opcode, 65536).inChopsOf(997));
    }
    return cases;
  }

  /** A message of no bytes is no SIP message: a sign of life, and nothing comes back. */
  private static FramingCase ofSize(String number, int opcode, int size) {
    FramingCase one = number(number).sends(FIN | opcode, stars(size));
    return size == 0 ? one : one.isEchoed(stars(size));
  }

  // 2: every ping has its pong, and pongs that nobody asked for have none.

  private static List<FramingCase> pings() {
    byte[] longest = new byte[125];
    Arrays.fill(longest, (byte) 0xfe);
    byte[] tooLong = Arrays.copyOf(longest, 126);
    return List.of(
        number("2.1").ping("").getsPong(""),
        number("2.2").ping(HELLO).getsPong(HELLO),
        number("2.3").sends(FIN | PING, NO_UTF8).gets(PONG, NO_UTF8),
        number("2.4").sends(FIN | PING, longest).gets(PONG, longest),
        number("2.5").sends(FIN | PING, tooLong).isClosedWith(1002),
        number("2.6").byOctet().sends(FIN | PING, longest).gets(PONG, longest),
        number("2.7").pong(""),
        number("2.8").pong("nobody asked"),
        number("2.9").pong("nobody asked").ping("asked").getsPong("asked"),
        tenPings(number("2.10")),
        tenPings(number("2.11").byOctet()));
  }

  private static FramingCase tenPings(FramingCase of) {
    for (int i = 0; i < 10; i++) {
      of.ping("number " + i);
    }
    for (int i = 0; i < 10; i++) {
      of.getsPong("number " + i);
    }
    return of;
  }

  // 3: no extension is agreed to that would give them a meaning.

  private static List<FramingCase> reservedBits() {
    return List.of(
        number("3.1").sends(reserved(1, TEXT), HELLO).isClosedWith(1002),
        afterAMessage(number("3.2"), reserved(2, TEXT), HELLO),
        afterAMessage(number("3.3").byFrame(), reserved(3, TEXT), HELLO),
        afterAMessage(number("3.4").byOctet(), reserved(4, TEXT), HELLO),
        number("3.5").sends(reserved(5, BINARY), NO_UTF8).isClosedWith(1002),
        number("3.6").sends(reserved(6, PING), HELLO).isClosedWith(1002),
        number("3.7").sends(reserved(7, CLOSE), "").isClosedWith(1002));
  }

  private static int reserved(int bits, int opcode) {
    return FIN | bits << 4 | opcode;
  }

  /** What went before is delivered, and nothing that comes after is answered. */
  private static FramingCase afterAMessage(FramingCase of, int firstByte, String payload) {
    return of.text(HELLO)
        .sends(firstByte, payload)
        .ping("never answered")
        .isEchoed(HELLO)
        .isClosedWith(1002);
  }

  // 4: opcodes without a meaning.

  private static List<FramingCase> opcodes() {
    List<FramingCase> cases = new ArrayList<>();
    for (int kind = 1; kind <= 2; kind++) {
      int first = FIN | (kind == 1 ? 3 : 11);
      String sub = "4." + kind + ".";
      cases.add(number(sub + 1).sends(first, "").isClosedWith(1002));
      cases.add(number(sub + 2).sends(first + 1, HELLO).isClosedWith(1002));
      cases.add(afterAMessage(number(sub + 3), first + 2, ""));
      cases.add(afterAMessage(number(sub + 4), first + 3, HELLO));
      cases.add(afterAMessage(number(sub + 5).byOctet(), first + 4, HELLO));
    }
    return cases;
  }

  // 5: fragments, and what may stand between them.

  private static List<FramingCase> fragments() {
    return List.of(
        number("5.1").sends(PING, "one").finishes("two").isClosedWith(1002),
        number("5.2").sends(PONG, "one").finishes("two").isClosedWith(1002),
        number("5.3").begins("one").finishes("two").isEchoed("onetwo"),
        number("5.4").byFrame().begins("one").finishes("two").isEchoed("onetwo"),
        number("5.5").byOctet().begins("one").finishes("two").isEchoed("onetwo"),
        pingBetween(number("5.6")),
        pingBetween(number("5.7").byFrame()),
        pingBetween(number("5.8").byOctet()),
        number("5.9").finishes("nothing").text(HELLO).isClosedWith(1002),
        number("5.10").byFrame().finishes("nothing").text(HELLO).isClosedWith(1002),
        number("5.11").byOctet().finishes("nothing").text(HELLO).isClosedWith(1002),
        number("5.12").goesOn("nothing").text(HELLO).isClosedWith(1002),
        number("5.13").byFrame().goesOn("nothing").text(HELLO).isClosedWith(1002),
        number("5.14").byOctet().goesOn("nothing").text(HELLO).isClosedWith(1002),
        number("5.15")
            .begins("one")
            .finishes("two")
            .goesOn("three")
            .text("four")
            .isEchoed("onetwo")
            .isClosedWith(1002),
        twice(number("5.16"), one -> one.goesOn("one").begins("two").finishes("three"))
            .isClosedWith(1002),
        twice(number("5.17"), one -> one.finishes("one").begins("two").finishes("three"))
            .isClosedWith(1002),
        number("5.18").begins("one").text("two").isClosedWith(1002),
        fiveWithPings(number("5.19")),
        fiveWithPings(number("5.20").byFrame()));
  }

  private static FramingCase pingBetween(FramingCase of) {
    return of.begins("one").ping("between").finishes("two").getsPong("between").isEchoed("onetwo");
  }

  private static FramingCase twice(FramingCase of, UnaryOperator<FramingCase> part) {
    return part.apply(part.apply(of));
  }

  /** The first ping is answered while the message is not complete. */
  private static FramingCase fiveWithPings(FramingCase of) {
    return of.begins("a")
        .goesOn("b")
        .ping("first")
        .getsPong("first")
        .goesOn("c")
        .goesOn("d")
        .ping("second")
        .finishes("e")
        .getsPong("second")
        .isEchoed("abcde");
  }

  // 7: closing.

  private static List<FramingCase> closing() {
    List<FramingCase> cases = new ArrayList<>();
    cases.add(number("7.1.1").text(HELLO).isEchoed(HELLO));
    cases.add(number("7.1.2").close(1000).sends(FIN | CLOSE, "").isClosedWith(1000));
    cases.add(number("7.1.3").close(1000).ping("").isClosedWith(1000));
    cases.add(number("7.1.4").close(1000).text(HELLO).isClosedWith(1000));
    cases.add(number("7.1.5").begins("one").close(1000).finishes("two").isClosedWith(1000));
    cases.add( // four times what a message may have
        number("7.1.6")
            .text(stars(256 * 1024))
            .text(HELLO)
            .close(1000)
            .ping("")
            .isClosedWith(1009));
    cases.add(number("7.3.1").sends(FIN | CLOSE, "").isClosedWith(1005));
    cases.add(number("7.3.2").sends(FIN | CLOSE, "a").isClosedWith(1002));
    cases.add(number("7.3.3").close(1000).isClosedWith(1000));
    cases.add(number("7.3.4").close(1000, HELLO.getBytes(UTF_8)).isClosedWith(1000));
    cases.add(number("7.3.5").close(1000, stars(123).getBytes(UTF_8)).isClosedWith(1000));
    cases.add(number("7.3.6").close(1000, stars(124).getBytes(UTF_8)).isClosedWith(1002));
    cases.add(number("7.5.1").close(1000, Utf8CasesTest.BROKEN_WORD).isClosedWith(1007));
    for (int i = 0; i < VALID.length; i++) {
      cases.add(number("7.7." + (i + 1)).close(VALID[i]).isClosedWith(VALID[i]));
    }
    for (int i = 0; i < INVALID.length; i++) {
      cases.add(number("7.9." + (i + 1)).close(INVALID[i]).isClosedWith(1002));
    }
    cases.add(number("7.13.1").close(5000).isClosedWith(1002));
    cases.add(number("7.13.2").close(65535).isClosedWith(1002));
    return cases;
  }

  // 10: a long message in many frames.

  private static List<FramingCase> longMessage() {
    byte[] message = stars(65536).getBytes(UTF_8);
    return List.of(number("10.1.1").fragments(message, 1300).isEchoed(message));
  }
}
