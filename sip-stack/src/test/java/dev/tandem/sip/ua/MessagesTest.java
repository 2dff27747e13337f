package dev.tandem.sip.ua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.stack.Slf4jStackLogger;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a response has of its request (RFC 3261 §8.2.6). */
class MessagesTest {
  private static final String INVITE =
      String.join(
          "\r\n",
          "INVITE sip:bob@tandem.example SIP/2.0",
          "Via: SIP/2.0/UDP proxy.example;branch=z9hG4bK2",
          "Via: SIP/2.0/UDP alice.example;branch=z9hG4bK1",
          "Max-Forwards: 69",
          "From: \"Alice\" <sip:alice@tandem.example>;tag=a",
          "To: <sip:bob@tandem.example>",
          "Call-ID: c1",
          "CSeq: 7 INVITE",
          "Record-Route: <sip:proxy.example;lr>",
          "Timestamp: 54.21",
          "Contact: <sip:alice@alice.example>",
          "Content-Length: 0",
          "",
          "");

  private final Messages messages =
      new Messages(new UaSettings("Test", List.of("INVITE"), List.of()));

  @BeforeAll
  static void quietParser() {
    CommonLogger.legacyLogger = new Slf4jStackLogger();
  }

  @Test
  void aRingingResponseHasTheWayBackAndTheRoute() throws ParseException {
    String ringing = response(INVITE, 180);
    assertThat(ringing)
        .startsWith("SIP/2.0 180 Reason\r\n")
        .contains("Via: SIP/2.0/UDP proxy.example;branch=z9hG4bK2")
        .contains("SIP/2.0/UDP alice.example;branch=z9hG4bK1")
        .contains("From: \"Alice\" <sip:alice@tandem.example>;tag=a\r\n")
        .contains("To: <sip:bob@tandem.example>;tag=ours\r\n")
        .contains("Call-ID: c1\r\n", "CSeq: 7 INVITE\r\n", "Timestamp: 54.21\r\n")
        .contains("Record-Route: <sip:proxy.example;lr>\r\n")
        .doesNotContain("alice.example>\r\nContent", "Max-Forwards");
    assertThat(ringing.indexOf("z9hG4bK2")).isLessThan(ringing.indexOf("z9hG4bK1"));
  }

  /** The parser's own text of a message asks for the charset of the body. */
  @Test
  void aLengthNeedsNoCharset() throws Exception {
    String message =
        INVITE.replace(
            "Content-Length: 0\r\n\r\n",
            "Content-Type: text/plain;charset=none-such\r\nContent-Length: 2\r\n\r\n\u00e9");
    SIPRequest request =
        (SIPRequest)
            new StringMsgParser()
                .parseSIPMessage(message.getBytes(StandardCharsets.UTF_8), true, false, null);
    assertThat(Messages.length(request))
        .isEqualTo(dev.tandem.sip.stack.plain.MessageWriter.write(request, "UDP").length);
  }

  @Test
  void tryingHasNoTagAndNoRoute() throws ParseException {
    assertThat(response(INVITE, 100))
        .contains("To: <sip:bob@tandem.example>\r\n")
        .doesNotContain("Record-Route");
  }

  @Test
  void aRefusalHasNoRoute() throws ParseException {
    assertThat(response(INVITE, 486)).contains(";tag=ours").doesNotContain("Record-Route");
  }

  @Test
  void insideADialogThereIsNoRoute() throws ParseException {
    String again =
        INVITE.replace("To: <sip:bob@tandem.example>", "To: <sip:bob@tandem.example>;tag=b");
    assertThat(response(again, 200)).contains(";tag=b\r\n").doesNotContain("Record-Route");
  }

  /** A request is answered several times: what one response is given is not the next one's. */
  @Test
  void theTagOfAResponseIsNotTheRequests() throws ParseException {
    SIPRequest request = parse(INVITE);
    response(request, 180);
    assertThat(request.getToTag()).isNull();
    assertThat(response(request, 100)).doesNotContain("ours");
  }

  private String response(String request, int status) throws ParseException {
    return response(parse(request), status);
  }

  private String response(SIPRequest request, int status) {
    Wire wire = new Wire(Transport.UDP, new Deaf(), new Deaf());
    SIPResponse response = messages.response(request, status, "Reason", "ours", wire.left, false);
    return response.encode();
  }

  private static SIPRequest parse(String text) throws ParseException {
    return (SIPRequest)
        new StringMsgParser()
            .parseSIPMessage(text.getBytes(StandardCharsets.UTF_8), true, true, null);
  }

  private static final class Deaf implements FlowListener {
    @Override
    public void opened(Flow flow) {}

    @Override
    public void received(Flow flow, byte[] message) {}

    @Override
    public void unframed(Flow flow, byte[] headers, FlowEnd end) {}

    @Override
    public void ended(Flow flow, FlowEnd end) {}
  }
}
