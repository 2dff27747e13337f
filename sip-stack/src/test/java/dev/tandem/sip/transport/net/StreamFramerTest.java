package dev.tandem.sip.transport.net;

import static dev.tandem.sip.transport.net.SipText.bytes;
import static dev.tandem.sip.transport.net.SipText.message;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowEnd.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamFramerTest {
  private static final FramingLimits LIMITS = FramingLimits.defaults();

  /** What came out, in order: messages as text, "PING", "FAILED cause head". */
  private static final class Found implements StreamFramer.Sink {
    final List<String> events = new ArrayList<>();

    @Override
    public void message(byte[] message) {
      events.add(new String(message, ISO_8859_1));
    }

    @Override
    public void ping() {
      events.add("PING");
    }

    @Override
    public void failed(byte[] headerSection, FlowEnd why) {
      String head = headerSection == null ? "-" : new String(headerSection, ISO_8859_1);
      events.add("FAILED " + why.cause() + " " + head);
    }
  }

  private static List<String> frame(FramingLimits limits, String... pieces) {
    StreamFramer framer = new StreamFramer(limits);
    Found found = new Found();
    for (String piece : pieces) {
      byte[] bytes = bytes(piece);
      framer.feed(bytes, 0, bytes.length, found);
    }
    return found.events;
  }

  private static List<String> frame(String... pieces) {
    return frame(LIMITS, pieces);
  }

  private static String withLength(String contentLengthLines, String rest) {
    return "SIP/2.0 200 OK\r\nCall-ID: 1\r\n" + contentLengthLines + "\r\n\r\n" + rest;
  }

  @Test
  void messagesComeOneByOneHoweverManyArriveAtOnce() {
    String first = message("1", "body");
    String second = message("2", "");
    assertThat(frame(first + second + first)).containsExactly(first, second, first);
  }

  @Test
  void everySplitInTwoGivesTheSameMessages() {
    String stream =
        "\r\n" + message("1", "\r\n\r\nbody") + "\r\n\r\n" + message("2", "") + message("3", "x");
    List<String> whole = frame(stream);
    assertThat(whole).hasSize(4).contains("PING");
    for (int at = 0; at <= stream.length(); at++) {
      assertThat(frame(stream.substring(0, at), stream.substring(at)))
          .as("at " + at)
          .isEqualTo(whole);
    }
  }

  @Test
  void anySplitGivesTheSameMessages() {
    Random random = new Random(42);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder stream = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        stream.append(
            switch (random.nextInt(6)) {
              case 0 -> "\r\n";
              case 1 -> "\r\n\r\n";
              case 2 -> withLength("l \t:\r\n  3", "abc");
              case 3 -> "OPTIONS sip:x SIP/2.0\nCONTENT-LENGTH: 2\n\nhi";
              case 4 -> message("big", "x".repeat(random.nextInt(5_000)));
              default -> message("m" + i, "\r\n".repeat(random.nextInt(4)));
            });
      }
      List<String> pieces = new ArrayList<>();
      for (int at = 0; at < stream.length(); ) {
        int next =
            Math.min(stream.length(), at + 1 + random.nextInt(random.nextBoolean() ? 3 : 2_000));
        pieces.add(stream.substring(at, next));
        at = next;
      }
      assertThat(frame(pieces.toArray(String[]::new)))
          .as(stream.toString())
          .isEqualTo(frame(stream.toString()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4",
        "CONTENT-length:4",
        "l:4",
        "L: 004",
        "Content-Length \t :  4 \t",
        "Content-Length:\r\n 4",
        "l:\r\n\t\r\n 4",
        "Content-Length: 4\r\nl: 4",
        "Content-Length: 4\r\nlocation: 9",
        "Subject: x\r\n Content-Length: 9\r\nContent-Length: 4",
        "Content-Length: 4\r\nContent-Lengthy: 9",
      })
  void contentLengthIsReadAsTheGrammarAllows(String lines) {
    String message = withLength(lines, "body");
    assertThat(frame(message + message)).containsExactly(message, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Subject: none",
        "Content-Length:",
        "Content-Length: -1",
        "Content-Length: +4",
        "Content-Length: 0x4",
        "Content-Length: 4 4",
        "Content-Length: 4,4",
        "Content-Length: four",
        "Content-Length: 4\r\n 4",
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 4\r\nl: 5",
        "l: 4\r\nContent-Length: x",
        "Content-Length 4",
        " Content-Length: 4",
      })
  void withoutOneCleanContentLengthTheHeaderSectionIsGivenAndTheStreamEnds(String lines) {
    String head = withLength(lines, "");
    assertThat(frame(head + "body" + message("1", "")))
        .containsExactly("FAILED PROTOCOL_ERROR " + head);
  }

  @ParameterizedTest
  @ValueSource(strings = {"65536", "99999999999999999999999999", "2147483648", "4294967296"})
  void lengthOverTheLimitIsRefusedBeforeTheBodyComes(String length) {
    String head = withLength("Content-Length: " + length, "");
    assertThat(frame(head)).containsExactly("FAILED TOO_BIG " + head);
  }

  @Test
  void messageOfExactlyTheLimitPasses() {
    FramingLimits limits = new FramingLimits(100, 100, 10);
    String head = withLength("Content-Length: 00", "");
    String body = "x".repeat(100 - head.length());
    String message = withLength("Content-Length: " + body.length(), body);
    assertThat(message).hasSize(100);
    assertThat(frame(limits, message)).containsExactly(message);
    String longer = withLength("Content-Length: " + (body.length() + 1), "");
    assertThat(frame(limits, longer)).containsExactly("FAILED TOO_BIG " + longer);
  }

  @Test
  void headerSectionOverTheLimitIsRefusedWithoutWaitingForItsEnd() {
    FramingLimits limits = new FramingLimits(1_000, 50, 10);
    assertThat(frame(limits, "OPTIONS ", "x".repeat(42))).isEmpty();
    assertThat(frame(limits, "OPTIONS ", "x".repeat(43))).containsExactly("FAILED TOO_BIG -");
  }

  @Test
  void tooManyHeadersAreRefused() {
    FramingLimits limits = new FramingLimits(100_000, 50_000, 10);
    assertThat(frame(limits, withLength("a: b\r\n".repeat(6) + "l: 0", ""))).hasSize(1);
    assertThat(frame(limits, "OPTIONS sip:x SIP/2.0\r\n" + "a: b\r\n".repeat(10)))
        .containsExactly("FAILED TOO_BIG -");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\u0016\u0003\u0001\u0002", "\0\0\0\0", " SIP/2.0 200", "<html>", "\u00ff"})
  void whatCannotBeSipIsRefusedAtItsFirstByte(String garbage) {
    assertThat(frame(garbage)).containsExactly("FAILED PROTOCOL_ERROR -");
  }

  @Test
  void nothingIsFoundAfterAFailure() {
    assertThat(frame("\0", message("1", ""), "\0", "\r\n\r\n"))
        .containsExactly("FAILED PROTOCOL_ERROR -");
  }

  @Test
  void doubleLineEndBetweenMessagesIsAPingAndASingleOneIsNothing() {
    assertThat(frame("\r\n\r\n")).containsExactly("PING");
    assertThat(frame("\r\n\r\n\r\n\r\n\r\n")).containsExactly("PING", "PING");
    assertThat(frame("\r\n", message("1", ""), "\r\n", message("2", "")))
        .containsExactly(message("1", ""), message("2", ""));
    assertThat(frame("\n\n", "\r\r\n\n")).isEmpty();
  }

  @Test
  void randomBytesNeverThrowAndNeverGiveMoreThanCameIn() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] garbage = new byte[random.nextInt(400)];
      random.nextBytes(garbage);
      if (random.nextBoolean()) { // more of what the framer looks at
        for (int i = 0; i < garbage.length; i++) {
          garbage[i] = (byte) "\r\n\r\nl: 0123456789Content-Length:\t".charAt(garbage[i] & 31);
        }
      }
      Found found = new Found();
      new StreamFramer(LIMITS).feed(garbage, 0, garbage.length, found);
      int out =
          found.events.stream()
              .filter(e -> !e.startsWith("F") && !e.equals("PING"))
              .mapToInt(String::length)
              .sum();
      assertThat(out).isLessThanOrEqualTo(garbage.length);
    }
  }

  @Test
  void insideAMessageUntilItsLastByte() {
    StreamFramer framer = new StreamFramer(LIMITS);
    Found found = new Found();
    byte[] stream = bytes("\r\n" + message("1", "body") + "\r\n");
    for (int i = 0; i < stream.length; i++) {
      framer.feed(stream, i, i + 1, found);
      boolean isInside = i >= 2 && i < stream.length - 3;
      assertThat(framer.isInsideMessage()).as("after byte " + i).isEqualTo(isInside);
    }
    assertThat(found.events).hasSize(1);
    assertThat(found.events.get(0)).doesNotContain(Cause.TOO_BIG.name());
  }
}
