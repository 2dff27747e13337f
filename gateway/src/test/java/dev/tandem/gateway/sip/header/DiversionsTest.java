package dev.tandem.gateway.sip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.Header;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Diversion (RFC 5806) and History-Info (RFC 7044). */
class DiversionsTest {
  private static final String BOB = "sip:bob@example.test";
  private static final String CAROL = "sip:carol@example.test";
  private static final String DAVE = "sip:dave@example.test";

  @Test
  void eachDiversionIsToldOnce() {
    Diversions twice =
        Diversions.NONE.by(BOB, 302, List.of(), CAROL).by(CAROL, 301, List.of(), DAVE);

    assertThat(twice.diversion())
        .containsExactly(
            "<sip:carol@example.test>;reason=unconditional;counter=1",
            "<sip:bob@example.test>;reason=unconditional;counter=1");
    assertThat(twice.history())
        .containsExactly(
            "<sip:bob@example.test?Reason=SIP%3Bcause%3D302>;index=1",
            "<sip:carol@example.test?Reason=SIP%3Bcause%3D301>;index=1.1;mp=1",
            "<sip:dave@example.test>;index=1.1.1;mp=1.1");
  }

  /** As long as a header may be. */
  @Test
  void longHistoriesAreContinued() {
    String index = "1" + ".1".repeat(4000);
    String entry = "<sip:old@carrier.test>;index=" + index;
    Diversions received =
        Diversions.received(
            ("INVITE x SIP/2.0\r\nHistory-Info: " + entry + "\r\n\r\n").getBytes(UTF_8));
    assertThat(received.index()).isEqualTo(index);
    assertThat(received.by(BOB, 302, List.of(), CAROL).index()).isEqualTo(index + ".1.1");
  }

  @Test
  void entryWithoutIndexIsNotContinued() {
    String entry = "<" + BOB + ">;index=;";
    Diversions received =
        Diversions.received(
            ("INVITE x SIP/2.0\r\nHistory-Info: " + entry + "\r\n\r\n").getBytes(UTF_8));
    assertThat(received.by(BOB, 302, List.of(), CAROL).index()).isEqualTo("1.1");
  }

  @Test
  void whatCameBeforeIsContinued() {
    String request =
        """
        INVITE sip:bob@example.test SIP/2.0\r
        Diversion: <sip:old@carrier.test>;reason=away\r
        History-Info: <sip:old@carrier.test>;index=1, <sip:bob@gw>;index=1.2\r
        \r
        """;
    Diversions further =
        Diversions.received(request.getBytes(UTF_8)).by(BOB, 302, List.of(), CAROL);

    assertThat(further.diversion())
        .containsExactly(
            "<sip:bob@example.test>;reason=unconditional;counter=1",
            "<sip:old@carrier.test>;reason=away");
    assertThat(further.history())
        .containsExactly(
            "<sip:old@carrier.test>;index=1, <sip:bob@gw>;index=1.2",
            "<sip:bob@example.test?Reason=SIP%3Bcause%3D302>;index=1.2.1",
            "<sip:carol@example.test>;index=1.2.1.1;mp=1.2.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Reason    | SIP;cause=486;text=\"Busy\"           | user-busy",
        "Reason    | SIP ;cause=480                        | no-answer",
        "Reason    | SIP;text=\"x\";cause=408              | no-answer",
        "Reason    | Q.850;cause=17                        | unconditional",
        "Diversion | <sip:b@example.test>;reason=\"away\"  | away",
        "Diversion | <sip:b@example.test>;reason=Deflection| deflection",
        "Diversion | <sip:b@example.test>;reason=lunch     | unknown",
        "Warning   | 399 x \"y\"                           | unconditional",
      })
  void theReasonIsTheOneThatTheDivertingPhoneGives(String name, String value, String reason) {
    Diversions one = Diversions.NONE.by(BOB, 302, List.of(new Header(name, value)), CAROL);

    assertThat(one.diversion()).containsExactly("<" + BOB + ">;reason=" + reason + ";counter=1");
  }
}
