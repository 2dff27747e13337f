package dev.tandem.sip.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.stack.plain.MessageWriter;
import dev.tandem.testkit.Mutations;
import dev.tandem.testkit.SampleMessages;
import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever comes: the quick reader says of it what JAIN-SIP's parser says. */
class PlainReaderTest {
  private static final List<String> WORDS =
      List.of(
          "\r\n",
          "\r",
          "\r\n ",
          "\r\n\r\n",
          ": ",
          ";",
          ",",
          ", ",
          "<",
          ">",
          "\"",
          "\\",
          "%00",
          "%41",
          "[",
          "]",
          "[::1]",
          "@",
          ":",
          "=",
          " ",
          "\t",
          "sip:",
          "sips:",
          "SIP:",
          "tel:+1",
          "SIP/2.0",
          "SIP/2.0/WS ",
          "z9hG4bK",
          ";tag=",
          ";lr",
          "?",
          "&",
          "*",
          "Via: ",
          "v: ",
          "Contact: ",
          "Content-Length: ",
          "CSeq: ",
          "Call-ID: ",
          "From: ",
          "To: ",
          "Route: ",
          "Record-Route: ",
          "Allow: ",
          "Supported: ",
          "k: x\r\n",
          "Allow: PRACK\r\n",
          "Date: ",
          "Expires: ",
          "RAck: 1 1 INVITE",
          "Max-Forwards: 256",
          "EVENT",
          "ACK",
          "\u00e9",
          "\0",
          "(c)",
          "/",
          ";received=",
          ";rport",
          ";expires=",
          "Authorization: Digest ");

  private final MessageReader quick = new MessageReader(MessageLimits.DEFAULT, true);
  private final MessageReader jain = new MessageReader(MessageLimits.DEFAULT, false);

  @BeforeAll
  static void quietParser() {
    CommonLogger.legacyLogger = new Slf4jStackLogger();
  }

  @Test
  void samplesAreReadAlike() {
    for (byte[] sample : SampleMessages.all()) {
      assertThat(compare(sample)).as(new String(sample, ISO_8859_1)).isTrue();
    }
  }

  /** A million of them: {@code -Dtandem.mutants=1000000}. */
  @Test
  void whatIsNearlyRightIsReadAlike() {
    int count = Mutations.count(20_000);
    List<String> seeds =
        SampleMessages.all().stream().map(bytes -> new String(bytes, ISO_8859_1)).toList();
    int[] good = new int[1];
    Mutations.run(8, count, seeds, WORDS, bytes -> good[0] += compare(bytes) ? 1 : 0);
    assertThat(good[0]).as("that were read").isBetween(count / 50, count - count / 50);
  }

  /** Reads with both, asserts that they agree, and says whether it is a message. */
  private boolean compare(byte[] bytes) {
    Object one = read(quick, bytes);
    Object other = read(jain, bytes);
    if (one instanceof SIPMessage message && other instanceof SIPMessage expected) {
      assertThat(facts(message)).isEqualTo(facts(expected));
      assertThat(MessageWriter.write(message, "WSS")).isEqualTo(expected.encodeAsBytes("WSS"));
      return true;
    }
    assertThat(one).isEqualTo(other);
    return false;
  }

  private static Object read(MessageReader reader, byte[] bytes) {
    try {
      return reader.read(bytes, true);
    } catch (BadMessage e) {
      return e.fault() + " " + e.status();
    }
  }

  private static List<Object> facts(SIPMessage message) {
    List<Object> facts = new ArrayList<>();
    facts.add(message.encode());
    facts.add(new String(message.encodeAsBytes("WS"), ISO_8859_1));
    facts.add(message.getFirstLine());
    facts.add(message.getTransactionId());
    facts.add(message.getFrom().getTag());
    facts.add(message.getToTag());
    facts.add(message.getCallId().getCallId());
    facts.add(message.getCSeq().getSeqNumber() + message.getCSeq().getMethod());
    facts.add(message.getTopmostVia().getHost() + message.getTopmostVia().getPort());
    facts.add(message.getTopmostVia().getBranch() + message.getTopmostVia().getReceived());
    facts.add(message.getUnrecognizedHeaders().hasNext());
    if (message instanceof SIPRequest request) {
      facts.add(ServerKey.of(request));
      facts.add(request.getMethod());
      facts.add(request.getMaxForwards().getMaxForwards());
      facts.add(structure(request.getRequestURI()));
    }
    for (Iterator<SIPHeader> i = message.getHeaders(); i.hasNext(); ) {
      SIPHeader header = i.next();
      facts.add(header.getName());
      facts.add(header == message.getHeader(header.getName()));
      facts.add(structure(header));
    }
    return facts;
  }

  /** The object with all that it holds, whatever its equals() says. */
  private static String structure(Object object) {
    return Structure.of(object);
  }
}
