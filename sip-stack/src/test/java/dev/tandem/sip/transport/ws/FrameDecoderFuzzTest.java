package dev.tandem.sip.transport.ws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import dev.tandem.testkit.RawWebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes are frames or a violation, and the same ones in whatever pieces they come. */
class FrameDecoderFuzzTest {
  private static final int MAX = 300;
  private static final List<String> SEEDS =
      List.of(
          wire(0x81, "text") + wire(0x89, "ping") + wire(0x82, "b".repeat(200)),
          wire(0x01, "te") + wire(0x8A, "") + wire(0x00, "") + wire(0x80, "xt \u00c3\u00a9"),
          wire(0x02, "a") + wire(0x88, "\003\350bye") + wire(0x81, "after"));
  private static final List<String> WORDS =
      List.of(
          wire(0x81, "x"),
          wire(0x00, "y"),
          wire(0x80, ""),
          wire(0x88, ""),
          wire(0x89, ""),
          "\u0081\u00fe\0\u0080",
          "\u0082\u00ff\0\0\0\0\0\1\0\0",
          "\u00ff",
          "\0\0\0\0");

  private static String wire(int head, String payload) {
    return new String(RawWebSocket.frame(head, true, payload.getBytes(ISO_8859_1)), ISO_8859_1);
  }

  @Test
  void nearlyRightFramesAreTheSameInAnyPieces() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(6455, Mutations.count(100_000), this::anyBytesAreTheSameInAnyPieces);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesAreTheSameInAnyPieces(byte[] bytes) {
    List<String> whole = read(bytes, bytes.length);
    assertThat(read(bytes, 1)).isEqualTo(whole);
    assertThat(read(bytes, 7)).isEqualTo(whole);
  }

  private static List<String> read(byte[] bytes, int piece) {
    FrameDecoder decoder = new FrameDecoder(MAX, Integer.MAX_VALUE);
    Heard heard = new Heard();
    try {
      for (int at = 0; at < bytes.length; at += piece) {
        int length = Math.min(piece, bytes.length - at);
        decoder.decode(ByteBuffer.wrap(bytes, at, length), heard);
      }
      heard.said.add("in a message: " + decoder.isMidMessage());
    } catch (ProtocolViolation e) {
      assertThat(e.closeCode()).isIn(1002, 1007, 1009);
      heard.said.add("violation " + e.closeCode());
    }
    return heard.said;
  }

  private static final class Heard implements FrameDecoder.Receiver {
    private final List<String> said = new ArrayList<>();

    private void say(String what) {
      assertThat(said).as("nothing follows a close").noneMatch(each -> each.startsWith("close"));
      said.add(what);
    }

    @Override
    public void message(byte[] payload, boolean text) {
      assertThat(payload).hasSizeLessThanOrEqualTo(MAX);
      say("message " + text + " " + new String(payload, ISO_8859_1));
    }

    @Override
    public void ping(byte[] payload) {
      assertThat(payload).hasSizeLessThanOrEqualTo(125);
      say("ping " + new String(payload, ISO_8859_1));
    }

    @Override
    public void pong() {
      say("pong");
    }

    @Override
    public void close(int code, String reason) {
      say("close " + code + " " + reason);
    }
  }
}
