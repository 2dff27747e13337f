package dev.tandem.gateway.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read, what is not, and what that counts as. */
class FrameReaderTest {
  private final List<BadFrame> bad = new ArrayList<>();
  private final FrameReader reader = new FrameReader(bad::add);

  private void isRead(String frame) {
    assertThat(reader.frame(frame.getBytes(UTF_8)).isObject()).isTrue();
    assertThat(bad).isEmpty();
  }

  private void isNotRead(BadFrame why, String frame) {
    assertThatThrownBy(() -> reader.frame(frame.getBytes(UTF_8))).isInstanceOf(Refusal.class);
    assertThat(bad).as(frame).containsExactly(why);
    bad.clear();
  }

  private static String deep(int depth) {
    return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
  }

  private static String manyTokens(int tokens) {
    int around = 5; // two braces, the name, two brackets
    return "{\"a\":[" + "1,".repeat(tokens - around - 1) + "1]}";
  }

  @Test
  void limitsAreReachedAndNotPassed() {
    isRead(deep(FrameReader.MAX_DEPTH));
    isNotRead(BadFrame.LIMIT, deep(FrameReader.MAX_DEPTH + 1));
    isNotRead(BadFrame.LIMIT, deep(5000));
    isRead(manyTokens(FrameReader.MAX_TOKENS));
    isNotRead(BadFrame.LIMIT, manyTokens(FrameReader.MAX_TOKENS + 1));
    isRead("{\"" + "n".repeat(FrameReader.MAX_NAME) + "\":1}");
    isNotRead(BadFrame.LIMIT, "{\"" + "n".repeat(FrameReader.MAX_NAME + 1) + "\":1}");
    isRead("{\"a\":" + "9".repeat(FrameReader.MAX_NUMBER) + "}");
    isNotRead(BadFrame.LIMIT, "{\"a\":" + "9".repeat(FrameReader.MAX_NUMBER + 1) + "}");
    isNotRead(BadFrame.LIMIT, "{\"a\":\"" + "t".repeat(64 * 1024 + 1) + "\"}");
  }

  @Test
  void whatIsNoJsonCountsApartFromWhatIsNoFrame() {
    for (String bytes : List.of("{", "{}x", "\1", "{\"a\":1,\"a\":2}", "\0\0\0{}", "\ud800")) {
      isNotRead(BadFrame.SYNTAX, bytes);
    }
    for (String bytes : List.of("", "[]", "7", "null", "[{}]")) {
      isNotRead(BadFrame.NO_FRAME, bytes);
    }
  }

  @Test
  void arraysAreOfFramesAndNotLongerThanTheyMayBe() {
    String most = "[" + "{},".repeat(FrameReader.MAX_FRAMES - 1) + "{}]";
    assertThat(reader.frames(most.getBytes(UTF_8))).hasSize(FrameReader.MAX_FRAMES);
    assertThat(bad).isEmpty();
    for (String frames : List.of("[7]", "7", most.replaceFirst("\\{", "{},{"))) {
      assertThatThrownBy(() -> reader.frames(frames.getBytes(UTF_8))).isInstanceOf(Refusal.class);
    }
    assertThat(bad).hasSize(3).containsOnly(BadFrame.NO_FRAME);
  }

  @Test
  void whatIsTooBigIsCountedUnread() {
    assertThat(reader.tooBig(7).code()).isEqualTo(ErrorCode.TOO_BIG);
    assertThat(bad).containsExactly(BadFrame.TOO_BIG);
  }
}
