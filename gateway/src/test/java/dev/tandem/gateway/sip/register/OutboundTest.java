package dev.tandem.gateway.sip.register;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboundTest {
  private static final String CLIENT = "Via: SIP/2.0/WS x.invalid;branch=z9hG4bKa\r\n";
  private static final String PROXY = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKb\r\n";

  private static SIPMessage register(String headers) throws Exception {
    String text =
        "REGISTER sip:example.test SIP/2.0\r\n"
            + headers
            + "From: <sip:bob@example.test>;tag=a\r\n"
            + "To: <sip:bob@example.test>\r\n"
            + "Call-ID: a\r\nCSeq: 1 REGISTER\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
    return new StringMsgParser()
        .parseSIPMessage(text.getBytes(StandardCharsets.UTF_8), true, false, null);
  }

  @Test
  void nobodyStandsBetweenUsAndAClientWithOneVia() throws Exception {
    assertThat(Outbound.isDoneByFirstHop(register(CLIENT), List.of())).isTrue();
  }

  @Test
  void theProxyNextToTheClientMustSayThatItDoesOutbound() throws Exception {
    SIPMessage request = register(PROXY + CLIENT);
    String plain = "<sip:192.0.2.8;lr>";
    String outbound = "<sip:token@192.0.2.9;lr;ob>";
    assertThat(Outbound.isDoneByFirstHop(request, List.of())).isFalse();
    assertThat(Outbound.isDoneByFirstHop(request, List.of(plain))).isFalse();
    assertThat(Outbound.isDoneByFirstHop(request, List.of(outbound))).isTrue();
    // Path grows at its top, so the last value is the first hop's.
    assertThat(Outbound.isDoneByFirstHop(request, List.of(plain, outbound))).isTrue();
    assertThat(Outbound.isDoneByFirstHop(request, List.of(outbound, plain))).isFalse();
  }

  @Test
  void whatAClientRequiresItSupports() throws Exception {
    SIPMessage request = register(CLIENT + "Supported: path,gruu\r\nRequire: outbound\r\n");
    assertThat(Outbound.supported(request)).containsExactly("path", "gruu", "outbound");
  }
}
