package dev.tandem.sip.transport.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.testkit.Mutations;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stream is cut into the same messages in whatever pieces it comes, or fails at one place. */
class StreamFramerFuzzTest {
  private static final FramingLimits LIMITS = new FramingLimits(2000, 1000, 40);
  private static final List<String> SEEDS =
      List.of(
          "OPTIONS sip:a SIP/2.0\r\nVia: x\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"
              + "BYE sip:b SIP/2.0\r\nl : 0\r\n\r\n",
          "\r\n\r\nSIP/2.0 200 OK\r\nSubject: a\r\n Content-Length: 9\r\nContent-Length:\t2\r\n\r\nab",
          "INFO sip:a SIP/2.0\ncontent-length: 1\nl: 1\n\nx");
  private static final List<String> WORDS =
      List.of(
          "\r\n",
          "\n",
          "\r",
          "\r\n\r\n",
          "\r\n ",
          "Content-Length: ",
          "l:",
          "l : 7",
          ":",
          "-1",
          "+3",
          "\0",
          "SIP/2.0");

  @Test
  void nearlyRightStreamsAreCutAlikeInAnyPieces() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(5626, Mutations.count(100_000), this::anyStreamIsCutAlikeInAnyPieces);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyStreamIsCutAlikeInAnyPieces(byte[] bytes) {
    List<String> whole = cut(bytes, bytes.length);
    assertThat(cut(bytes, 1)).isEqualTo(whole);
    assertThat(cut(bytes, 7)).isEqualTo(whole);
  }

  private static List<String> cut(byte[] bytes, int piece) {
    StreamFramer framer = new StreamFramer(LIMITS);
    Heard heard = new Heard();
    for (int at = 0; at < bytes.length; at += piece) {
      framer.feed(bytes, at, Math.min(at + piece, bytes.length), heard);
    }
    heard.said.add("in a message: " + framer.isInsideMessage());
    return heard.said;
  }

  private static final class Heard implements StreamFramer.Sink {
    private final List<String> said = new ArrayList<>();

    private void say(String what) {
      assertThat(said).as("nothing follows").noneMatch(each -> each.startsWith("failed"));
      said.add(what);
    }

    @Override
    public void message(byte[] message) {
      assertThat(message).hasSizeLessThanOrEqualTo(LIMITS.maxMessageBytes());
      say("message " + new String(message, ISO_8859_1));
    }

    @Override
    public void ping() {
      say("ping");
    }

    @Override
    public void failed(byte @Nullable [] headerSection, FlowEnd why) {
      String head = headerSection == null ? "" : new String(headerSection, ISO_8859_1);
      say("failed " + why + head);
    }
  }
}
