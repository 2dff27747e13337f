package dev.tandem.gateway.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.limit.Busy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused at the door while there is too much to do. */
class NewCallsTest {
  private static final String NEW = "To: <sip:bob@example.test>\r\n";

  private final NewCalls calls =
      new NewCalls(
          new Busy() {
            @Override
            public boolean isTooMuch() {
              return true;
            }

            @Override
            public int secondsToWait() {
              return 7;
            }
          },
          "112"::equals);

  private String refusal(String method, String uri, String to) {
    byte[] refusal =
        calls.refusal(
            (method
                    + " "
                    + uri
                    + " SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
                    + "From: <sip:alice@example.test>;tag=1\r\n"
                    + to
                    + "Call-ID: 1\r\nCSeq: 1 "
                    + method
                    + "\r\nContent-Length: 0\r\n\r\n")
                .getBytes(ISO_8859_1));
    return refusal == null ? "" : new String(refusal, ISO_8859_1);
  }

  @Test
  void newCallIsToldWhenToComeAgain() {
    assertThat(refusal("INVITE", "sip:bob@example.test", NEW))
        .startsWith("SIP/2.0 503 ")
        .contains("Retry-After: 7\r\n", "Call-ID: 1\r\n", "CSeq: 1 INVITE\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"To: <sip:bob@example.test>;tag=2\r\n", "t:<sip:bob@x>; TAG=2\r\n"})
  void whatBelongsToACallPasses(String to) {
    assertThat(refusal("INVITE", "sip:bob@example.test", to)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS"})
  void onlyCallsArePutOff(String method) {
    assertThat(refusal(method, "sip:bob@example.test", NEW)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sip:112@example.test", "sip:%31%31%32@x;user=phone", "tel:1-1-2;a=b", "TEL:112"})
  void whoeverCallsForHelpIsNotPutOff(String uri) {
    assertThat(refusal("INVITE", uri, NEW)).isEmpty();
  }

  @Test
  void numberThatOnlyBeginsLikeThatIsPutOff() {
    assertThat(refusal("INVITE", "tel:1123", NEW)).isNotEmpty();
    assertThat(refusal("INVITE", "garbage", NEW)).isNotEmpty();
  }
}
