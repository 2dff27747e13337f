package dev.tandem.gateway.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.Body;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeypressTest {

  private static Body body(String type, String text) {
    return new Body(type, text.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @CsvSource({
    "application/dtmf-relay, Signal=5|Duration=160|, 5, 160",
    "application/dtmf-relay, Signal= *|Duration= 250|, *, 250",
    "application/dtmf-relay; charset=utf-8, signal=a|, A, 0",
    "Application/DTMF-Relay, Signal=11|Duration=100|, #, 100",
    "application/dtmf, 7, 7, 0",
    "application/dtmf, '#', '#', 0"
  })
  void whatPhonesWriteIsAKey(String type, String text, char key, int millis) {
    assertThat(Keypress.of(body(type, text))).isEqualTo(new Keypress(key, millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Signal=16|", "Signal=E|", "Signal=05|", "Duration=5|", "", "123"})
  void otherThingsAreNone(String text) {
    assertThat(Keypress.of(body("application/dtmf-relay", text))).isNull();
  }

  @Test
  void anotherTypeIsNone() {
    assertThat(Keypress.of(body("text/plain", "Signal=5|"))).isNull();
    assertThat(Keypress.of(null)).isNull();
    assertThat(Keypress.ofEvent(16, 0)).isNull();
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    for (char key : "0123456789*#ABCD".toCharArray()) {
      Keypress pressed = new Keypress(key, 160);
      assertThat(Keypress.of(pressed.body())).isEqualTo(pressed);
    }
  }
}
