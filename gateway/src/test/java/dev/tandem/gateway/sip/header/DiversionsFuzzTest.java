package dev.tandem.gateway.sip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.gateway.call.Header;
import dev.tandem.testkit.Mutations;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Who a call was diverted by, as any peer may tell it, is told on with what we add: on a line each,
 * and nothing else lost or won.
 */
class DiversionsFuzzTest {
  private static final String BOB = "sip:bob@example.test";
  private static final String CAROL = "sip:carol@example.test";
  private static final List<String> SEEDS =
      List.of(
          "Diversion: <sip:bob@example.test>;reason=user-busy;counter=1\r\n"
              + "Diversion: \"A, B\" <tel:+4930>;reason=\"no-answer\"\r\n",
          "History-Info: <sip:alice@example.test>;index=1\r\nhistory-info: "
              + "<sip:bob@example.test?Reason=SIP%3Bcause%3D486>;index=1.1;mp=1,\r\n"
              + " <sip:bob@example.test>;index=1.1.1\r\n",
          "Reason: SIP;cause=603;text=\"x\"\r\nHistory-Info: <sip:bob@example.test>;index=1.7;\r\n");
  private static final List<String> WORDS =
      List.of(
          "\r\n",
          "\r\n ",
          "Diversion: ",
          "History-Info: ",
          ";index=1.2.3",
          ";index=",
          ".1",
          ".99999999999",
          ";reason=",
          "unconditional",
          "<",
          ">",
          "\"",
          ",",
          ";",
          "SIP;cause=",
          "\u00e9",
          "\0");

  @Test
  void whatIsNearlyRightIsToldOn() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(7044, Mutations.count(30_000), this::anyHeadersAreToldOn);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyHeadersAreToldOn(byte[] bytes) {
    String headers = new String(bytes, UTF_8);
    if (headers.matches("(?s).*\r(?!\n).*")) {
      return; // no message with a carriage return alone is read
    }
    Diversions before = Diversions.received(("INVITE x SIP/2.0\r\n" + headers).getBytes(UTF_8));
    List<Header> told = new ArrayList<>();
    before.diversion().forEach(value -> told.add(new Header("Diversion", value)));
    before.history().forEach(value -> told.add(new Header("Reason", value)));
    Diversions after = before.by(BOB, 302, told, CAROL).by(CAROL, 486, told, BOB);
    assertThat(after.diversion().subList(2, after.diversion().size()))
        .isEqualTo(before.diversion());
    assertThat(after.diversion().get(0)).matches("<" + CAROL + ">;reason=[a-z-]+;counter=1");
    assertThat(after.history())
        .hasSizeBetween(before.history().size() + 2, before.history().size() + 3);
    assertThat(after.history().get(after.history().size() - 1))
        .startsWith("<" + BOB + ">;index=" + after.index() + ";");
    assertThat(after.index()).startsWith(before.index()).matches("[0-9.]+");
    assertThat(written(after)).isEqualTo(after);
  }

  private static Diversions written(Diversions diversions) {
    SIPRequest request = new SIPRequest();
    diversions.apply(request);
    String lines = String.join("", request.getMessageAsEncodedStrings());
    return Diversions.received(("INVITE x SIP/2.0\r\n" + lines + "\r\n").getBytes(UTF_8));
  }
}
