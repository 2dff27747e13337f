package dev.tandem.sip.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.sip.stack.BadMessage.Fault;
import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is let through to transactions, and what is refused and how. */
class MessageReaderTest {
  private static final String INVITE =
      String.join(
          "\r\n",
          "INVITE sip:bob@tandem.example SIP/2.0",
          "Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks",
          "Max-Forwards: 70",
          "From: \"Alice, at home\" <sip:alice@tandem.example>;tag=asdyka899",
          "To: <sip:bob@tandem.example>",
          "Call-ID: asidkj3ss",
          "CSeq: 1 INVITE",
          "Contact: <sip:alice@df7jal23ls0d.invalid;transport=ws>",
          "Content-Type: application/sdp",
          "Content-Length: 5",
          "",
          "v=0\r\n");

  private final MessageReader reader = new MessageReader(MessageLimits.DEFAULT);

  @BeforeAll
  static void quietParser() {
    CommonLogger.legacyLogger = new Slf4jStackLogger();
  }

  @Test
  void aGoodRequestComesWithItsBody() throws BadMessage {
    SIPMessage message = read(INVITE);
    assertThat(message).isInstanceOf(SIPRequest.class);
    assertThat(message.getRawContent()).isEqualTo("v=0\r\n".getBytes(StandardCharsets.UTF_8));
  }

  /** The parser would fill the heap with what is not there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Via: SIP/2.0/WS x;branch=z9hG4bK1 (\\\r\n",
        "v : SIP/2.0/WS x;branch=z9hG4bK1\r\n (a\\b\r\n",
        "X: 1\rVIA: SIP/2.0/WS x;branch=z9hG4bK1(\\a\r\n",
        "Via: SIP/2.0/WS x;branch=z9hG4bK1 (a\\bc\r\n"
      })
  @Timeout(10)
  void commentInViaThatNeverEndsIsRefused(String via) {
    String message = INVITE.replace("Max-Forwards", via + "Max-Forwards");
    assertThat(refusal(bytes(message)).status()).isEqualTo(400);
  }

  /** The parser takes them, and writes something else. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"Alice, at home\" | x\" y\"",
        "\"Alice, at home\" | x\\",
        "\"Alice, at home\" | \"x\\ \"",
        "tag=asdyka899 | tag=",
        "To: <sip:bob | To: <s%41ip:bob",
        "df7jal23ls0d.invalid;branch | ia: x;branch",
        "Contact: <sip:alice@df7jal23ls0d.invalid;transport=ws> | Contact: *",
        "From: \"Alice, at home\" <sip:alice@ | From: <sip:@",
        "Contact: <sip:alice@ | Contact: <sip:@",
      })
  void whatWouldBeWrittenOtherwiseIsRefused(String good, String bad) {
    assertThat(refusal(bytes(INVITE.replace(good, bad))).status()).isEqualTo(400);
  }

  @Test
  void aBodyNeedsNoContentLengthInAFrame() throws BadMessage {
    assertThat(read(INVITE.replace("Content-Length: 5\r\n", "")).getRawContent()).hasSize(5);
  }

  /** JAIN-SIP keeps every name for good; a peer can make up as many as it likes. */
  @Test
  void headerNamesThatPeersMakeUpAreForgotten() throws BadMessage {
    for (int i = 0; i < 10_000; i++) {
      SIPMessage message =
          read(INVITE.replace("Max-Forwards", "X-Made-Up-" + i + ": 1\r\nMax-Forwards"));
      assertThat(message.getHeader("X-Made-Up-" + i)).isNotNull();
    }
    assertThat(HeaderNameCache.size()).isLessThan(5_000);
  }

  @Test
  void aDatagramMayBePadded() throws BadMessage {
    byte[] padded = bytes(INVITE + "padding");
    assertThat(reader.read(padded, false).getRawContent()).hasSize(5);
    assertThat(fault(padded)).isEqualTo(Fault.CONTENT_LENGTH);
  }

  @Test
  void aContentLengthThatIsNotTrueIsRefused() {
    assertThat(faultOf(INVITE.replace("Length: 5", "Length: 50"))).isEqualTo(Fault.CONTENT_LENGTH);
    assertThat(faultOf(INVITE.replace("Length: 5", "Length: 0"))).isEqualTo(Fault.CONTENT_LENGTH);
    assertThat(faultOf(INVITE.replace("Length: 5", "Length: -5"))).isNotNull();
    assertThat(faultOf(INVITE.replace("Length: 5", "Length: 99999999999"))).isNotNull();
  }

  @Test
  void eachHeaderThatNamesTheTransactionIsMissed() {
    for (String header : new String[] {"Via", "From", "To", "Call-ID", "CSeq"}) {
      String without = INVITE.replaceAll("(?m)^" + header + ": .*\r\n", "");
      assertThat(faultOf(without)).as(header).isEqualTo(Fault.MISSING_HEADER);
    }
  }

  @Test
  void aHeaderThatDecidesMustParse() {
    assertThat(faultOf(INVITE.replace("Contact: <sip:alice", "Contact: <sip:alice<<")))
        .isEqualTo(Fault.SYNTAX);
    assertThat(faultOf(INVITE.replace("Max-Forwards: 70", "Max-Forwards: many")))
        .isEqualTo(Fault.SYNTAX);
  }

  @Test
  void aHeaderForPeopleNeedNotParse() throws BadMessage {
    assertThat(read(INVITE.replace("Max-Forwards: 70", "Max-Forwards: 70\r\nDate: never")))
        .isNotNull();
  }

  @Test
  void requestsOfAnotherVersionGet505() {
    BadMessage bad = refusal(bytes(INVITE.replace("example SIP/2.0", "example SIP/3.0")));
    assertThat(bad.status()).isEqualTo(505);
  }

  @Test
  void methodAndCSeqMustAgree() {
    assertThat(faultOf(INVITE.replace("CSeq: 1 INVITE", "CSeq: 1 BYE"))).isEqualTo(Fault.CSEQ);
  }

  @Test
  void aRequestWithABranchOfOldTimesIsMatchedByItsOtherFields() throws BadMessage {
    for (String branch : new String[] {";branch=1234", ";branch=z9hG4bK", ""}) {
      String invite = INVITE.replace(";branch=z9hG4bK56sdasks", branch);
      String ack =
          invite
              .replace("INVITE", "ACK")
              .replace("To: <sip:bob@tandem.example>", "To: <sip:bob@tandem.example>;tag=b");
      String key = key(invite);
      assertThat(key(ack)).as(branch).isEqualTo(key);
      assertThat(key(invite.replace("CSeq: 1", "CSeq: 2"))).isNotEqualTo(key);
      assertThat(key(invite.replace("asidkj3ss", "other"))).isNotEqualTo(key);
      assertThat(key(invite.replace("tag=asdyka899", "tag=other"))).isNotEqualTo(key);
      assertThat(key(invite.replace("df7jal23ls0d.invalid", "other.invalid"))).isNotEqualTo(key);
    }
  }

  private String key(String request) throws BadMessage {
    return ServerKey.of((SIPRequest) read(request));
  }

  @Test
  void aResponseWithABranchThatIsNotOursIsRefused() {
    String response = INVITE.replace("INVITE sip:bob@tandem.example SIP/2.0", "SIP/2.0 200 OK");
    assertThat(faultOf(response.replace("z9hG4bK56sdasks", "1234"))).isEqualTo(Fault.BRANCH);
  }

  @Test
  void whatDecidesStandsOnce() throws BadMessage {
    for (String line :
        new String[] {
          "Call-ID: other",
          "I : other",
          "cseq: 1 INVITE",
          "f: <sip:mallory@tandem.example>;tag=m",
          "To\t: <sip:mallory@tandem.example>",
          "MAX-FORWARDS: 7",
          "c: text/plain",
          "Content-Length: 3",
          "l:3"
        }) {
      assertThat(faultOf(INVITE.replace("Call-ID:", line + "\r\nCall-ID:")))
          .as(line)
          .isEqualTo(Fault.TWICE);
    }
    assertThat(read(INVITE.replace("Call-ID:", "l: 5\r\nContact: <sip:a@b>\r\nCall-ID:")))
        .isNotNull();
  }

  @Test
  void theRequestUriIsAnAddressAndNothingMore() {
    for (String uri :
        new String[] {
          "sip:2001:db8::10",
          "sip:bob@tandem.example?Route=%3Csip:a%3E",
          "sip:bob@tandem.example;a b",
          "<sip:bob@tandem.example>",
          "sip:bob@" + "x".repeat(3000)
        }) {
      assertThat(faultOf(INVITE.replace("sip:bob@tandem.example SIP", uri + " SIP")))
          .as(uri)
          .isEqualTo(Fault.SYNTAX);
    }
  }

  @Test
  void limitsHoldBeforeTheParserWorks() {
    assertThat(faultOf(with("X-A: " + "a".repeat(9000)))).isEqualTo(Fault.HEADER_LIMIT);
    assertThat(faultOf(with("X-A: a\r\n".repeat(200) + "X-B: b"))).isEqualTo(Fault.HEADER_LIMIT);
    assertThat(faultOf(with("X-A: a" + ",b".repeat(100)))).isEqualTo(Fault.HEADER_LIMIT);
    assertThat(faultOf(with(("X-A: " + "a".repeat(500) + "\r\n").repeat(40) + "X-B: b")))
        .isEqualTo(Fault.HEADER_LIMIT);
    assertThat(faultOf(with("X-A: a" + "\r\n a".repeat(4000)))).isEqualTo(Fault.HEADER_LIMIT);
    assertThat(faultOf(with("X-A: <sip:" + "a".repeat(2100) + ">"))).isEqualTo(Fault.HEADER_LIMIT);
    assertThat(faultOf(with("X-A: \"" + "\\\"".repeat(1100) + "\""))).isEqualTo(Fault.HEADER_LIMIT);
  }

  @Test
  void aDescriptionHasSoManyLines() throws BadMessage {
    String lines = "a=x\r\n".repeat(2001);
    String invite =
        INVITE.replace("Length: 5", "Length: " + lines.length()).replace("v=0\r\n", lines);
    assertThat(faultOf(invite)).isEqualTo(Fault.HEADER_LIMIT);
    assertThat(faultOf(invite.replace("application/sdp", "multipart/mixed;boundary=b")))
        .isEqualTo(Fault.HEADER_LIMIT);
    assertThat(read(invite.replace("application/sdp", "text/plain"))).isNotNull();
  }

  /** For some readers it ends a line, for others it is a part of one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-A: a\rP-Asserted-Identity: <sip:x@y>\r\n",
        "X-A: a\r P-Asserted-Identity: <sip:x@y>\r\n",
        "X-A\r: a\r\n",
        "X-A: a\r\r\n"
      })
  void aCarriageReturnAloneIsRefused(String line) {
    String message = INVITE.replace("Max-Forwards", line + "Max-Forwards");
    assertThat(refusal(bytes(message)).status()).isEqualTo(400);
  }

  @Test
  void aCarriageReturnAloneInABodyIsNoneOfOurs() throws BadMessage {
    assertThat(read(INVITE.replace("v=0\r\n", "v=0\r\r")).getRawContent()).hasSize(5);
  }

  @Test
  void anEndlessHeaderSectionIsRefused() {
    assertThat(faultOf(INVITE.substring(0, INVITE.indexOf("\r\n\r\n")))).isEqualTo(Fault.SYNTAX);
    assertThat(faultOf("")).isEqualTo(Fault.SYNTAX);
    assertThat(faultOf("\r\n\r\n\r\n")).isEqualTo(Fault.SYNTAX);
  }

  @Test
  void whateverComesEndsInAMessageOrARefusal() {
    Random random = new Random(4475);
    byte[] good = bytes(INVITE);
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = good.clone();
      for (int n = random.nextInt(8); n >= 0; n--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      try {
        reader.read(mutant, true);
      } catch (BadMessage e) {
        byte[] answer = Refusal.to(mutant, e.status(), "Bad Request", "tag");
        if (answer != null) {
          assertThat(new String(answer, StandardCharsets.UTF_8))
              .startsWith("SIP/2.0 ")
              .endsWith("\r\n\r\n");
        }
      }
    }
  }

  @Test
  void aRefusalRepeatsWhatItMustAndNothingElse() {
    byte[] answer =
        Refusal.to(bytes(INVITE.replace("Max-Forwards: 70", "X: y")), 400, "Bad Request", "t1");
    assertThat(new String(answer, StandardCharsets.UTF_8))
        .isEqualTo(
            String.join(
                "\r\n",
                "SIP/2.0 400 Bad Request",
                "Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks",
                "From: \"Alice, at home\" <sip:alice@tandem.example>;tag=asdyka899",
                "To: <sip:bob@tandem.example>;tag=t1",
                "Call-ID: asidkj3ss",
                "CSeq: 1 INVITE",
                "Content-Length: 0",
                "",
                ""));
    assertThat(Refusal.to(bytes(INVITE.replace("INVITE", "ACK")), 400, "Bad", "t1")).isNull();
    assertThat(Refusal.to(bytes("SIP/2.0 200 OK\r\n\r\n"), 400, "Bad", "t1")).isNull();
  }

  @Test
  void rawValuesAreExact() {
    byte[] register =
        bytes(
            "REGISTER sip:x SIP/2.0\r\nm : <sip:a@b.invalid>;+sip.instance=\"<urn:uuid:1>\"\r\n"
                + "CONTACT:\t\"x, y\" <sip:c@d>\r\n ;expires=1\r\nContact-Other: no\r\n\r\nm: body");
    assertThat(RawHeaders.values(register, "Contact", 'm'))
        .containsExactly(
            "<sip:a@b.invalid>;+sip.instance=\"<urn:uuid:1>\"", "\"x, y\" <sip:c@d> ;expires=1");
  }

  private static String with(String headers) {
    return INVITE.replace("Max-Forwards: 70", headers);
  }

  private SIPMessage read(String text) throws BadMessage {
    return reader.read(bytes(text), true);
  }

  private Fault faultOf(String text) {
    return fault(bytes(text));
  }

  private Fault fault(byte[] message) {
    return refusal(message).fault();
  }

  private BadMessage refusal(byte[] message) {
    BadMessage bad = catchThrowableOfType(BadMessage.class, () -> reader.read(message, true));
    assertThat(bad).isNotNull();
    return bad;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
