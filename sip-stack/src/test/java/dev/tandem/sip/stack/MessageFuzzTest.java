package dev.tandem.sip.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes are a message or a refusal, framed or not. */
class MessageFuzzTest {
  private static final String INVITE =
      """
      INVITE sip:bob@tandem.example;user=phone SIP/2.0
      Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks;rport
      Max-Forwards: 70
      From: "Alice, at home" <sip:alice@tandem.example>;tag=asdyka899
      To: <sip:bob@tandem.example>
      Call-ID: asidkj3ss
      CSeq: 1 INVITE
      Contact: <sip:alice@df7jal23ls0d.invalid;transport=ws;ob>;+sip.instance="<urn:uuid:0>"
      Route: <sip:[2001:db8::1]:5060;lr>
      Supported: replaces, outbound
      Session-Expires: 1800;refresher=uac
      Content-Type: application/sdp
      Content-Length: 5

      v=0
      """;
  private static final String REGISTER =
      """
      REGISTER sip:tandem.example SIP/2.0
      v: SIP/2.0/TCP [2001:db8::9:1]:5060;branch=z9hG4bKas3-111
      f: sip:alice@tandem.example;tag=81x2
      t: sip:alice@tandem.example
      i: SSG955
      CSeq: 98176 REGISTER
      m: <sip:alice@[2001:db8::1]>;expires=60, *
      Expires: 600
      Authorization: Digest username="alice", realm="r", nonce="n", uri="sip:r", response="0"
      l: 0

      """;
  private static final String RESPONSE =
      """
      SIP/2.0 183 Session Progress
      Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;received=192.0.2.9
      From: <sip:a@tandem.example>;tag=1
      To: <sip:b@tandem.example>;tag=2
      Call-ID: x
      CSeq: 1 INVITE
      RSeq: 1
      Require: 100rel
      Record-Route: <sip:p1;lr>, <sip:p2;lr>
      Content-Length: 0

      """;
  private static final List<String> SEEDS = List.of(crlf(INVITE), crlf(REGISTER), crlf(RESPONSE));
  private static final List<String> WORDS =
      List.of(
          "\r\n",
          "\r\n ",
          "\r\n\r\n",
          ": ",
          ";",
          ",",
          "<",
          ">",
          "\"",
          "\\",
          "%00",
          "[",
          "]",
          "@",
          "sip:",
          "sips:",
          "tel:",
          "SIP/2.0",
          "z9hG4bK",
          ";tag=",
          "?",
          "&",
          "*",
          "Via: ",
          "Contact: ",
          "Content-Length: ",
          "CSeq: ",
          "Call-ID: ",
          "From: ",
          "To: ",
          "Route: ",
          "Date: ",
          "Expires: ",
          "RAck: 1 1 INVITE",
          "Replaces: a;to-tag=b;from-tag=c",
          "\0");

  private final MessageReader reader = new MessageReader(MessageLimits.DEFAULT);

  @BeforeAll
  static void quietParser() {
    CommonLogger.legacyLogger = new Slf4jStackLogger();
  }

  private static String crlf(String text) {
    return text.replace("\n", "\r\n");
  }

  @Test
  void nearlyRightMessagesDoNoHarm() {
    int count = Mutations.count(250_000);
    int[] good = new int[1];
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(3261, count, bytes -> good[0] += take(bytes) ? 1 : 0);
    assertThat(good[0]).as("that were read").isBetween(count / 50, count - count / 50);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) {
    take(bytes);
  }

  /** Whether it is a message. */
  private boolean take(byte[] bytes) {
    byte[] refusal = Refusal.to(bytes, 400, "Bad Request", "tag");
    if (refusal != null) {
      assertThat(new String(refusal, ISO_8859_1).split("\r\n\r\n", -1)).hasSize(2);
    }
    return read(bytes, true) | read(bytes, false);
  }

  private boolean read(byte[] bytes, boolean stream) {
    try {
      SIPMessage message = reader.read(bytes, stream);
      if (message instanceof SIPRequest request) {
        assertThat(ServerKey.of(request)).isNotEmpty();
      }
      assertThat(message.encodeAsBytes("TCP")).isNotEmpty();
      return true;
    } catch (BadMessage e) {
      return false;
    }
  }
}
