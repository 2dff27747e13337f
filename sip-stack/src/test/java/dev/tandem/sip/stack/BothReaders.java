package dev.tandem.sip.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.stack.plain.MessageWriter;
import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Reads bytes with the quick reader and with JAIN-SIP's, and has them say the same. */
final class BothReaders {
  private final MessageReader quick = new MessageReader(MessageLimits.DEFAULT, true);
  private final MessageReader jain = new MessageReader(MessageLimits.DEFAULT, false);

  BothReaders() {
    CommonLogger.legacyLogger = new Slf4jStackLogger();
  }

  /** Asserts that they agree, and says whether it is a message. */
  boolean agree(byte[] bytes) {
    Object one = read(quick, bytes);
    Object other = read(jain, bytes);
    if (one instanceof SIPMessage message && other instanceof SIPMessage expected) {
      assertThat(facts(message)).isEqualTo(facts(expected));
      byte[] written = MessageWriter.write(message, "WSS");
      assertThat(written)
          .isEqualTo(
              hasCharset(expected)
                  ? MessageWriter.write(expected, "WSS")
                  : expected.encodeAsBytes("WSS"));
      return true;
    }
    assertThat(one).isEqualTo(other);
    return false;
  }

  /** JAIN-SIP writes the headers in it, too. */
  private static boolean hasCharset(SIPMessage message) {
    return message.getContentTypeHeader() != null
        && message.getContentTypeHeader().getParameter("charset") != null;
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
      facts.add(Structure.of(request.getRequestURI()));
    }
    for (Iterator<SIPHeader> i = message.getHeaders(); i.hasNext(); ) {
      SIPHeader header = i.next();
      facts.add(header.getName());
      facts.add(header == message.getHeader(header.getName()));
      facts.add(Structure.of(header));
    }
    return facts;
  }
}
