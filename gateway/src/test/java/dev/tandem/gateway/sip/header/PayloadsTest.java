package dev.tandem.gateway.sip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.StringMsgParser;
import org.junit.jupiter.api.Test;

/** What crosses a call, and how it looks on the other side. */
class PayloadsTest {
  private static final String BODY = "Signal=7\r\nDuration=160";

  @Test
  void aBodyThatIsNotSdpCrossesWithItsType() throws Exception {
    SIPMessage sent = info("Content-Type: application/dtmf-relay;version=1\r\n", BODY);
    SIPMessage crossed = info("", "");

    Payloads.apply(Payloads.of(sent), crossed);

    assertThat(new String(crossed.encodeAsBytes("ws"), UTF_8))
        .contains("Content-Type: application/dtmf-relay;version=1\r\n")
        .contains("Content-Length: " + BODY.length() + "\r\n")
        .endsWith("\r\n\r\n" + BODY);
  }

  private static SIPMessage info(String headers, String body) throws Exception {
    String text =
        "INFO sip:bob@tandem.example SIP/2.0\r\n"
            + "Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n"
            + "From: <sip:alice@tandem.example>;tag=1\r\n"
            + "To: <sip:bob@tandem.example>;tag=2\r\n"
            + "Call-ID: 1\r\n"
            + "CSeq: 1 INFO\r\n"
            + "Max-Forwards: 70\r\n"
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    return new StringMsgParser().parseSIPMessage(text.getBytes(UTF_8), true, false, null);
  }
}
