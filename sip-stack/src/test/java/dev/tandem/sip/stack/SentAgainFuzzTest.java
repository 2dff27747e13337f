package dev.tandem.sip.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import dev.tandem.testkit.SampleMessages;
import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.address.GenericURI;
import gov.nist.javax.sip.header.AddressParametersHeader;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.SIPHeaderList;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.sip.message.Request;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was read and is sent again says the same of where it came from and where it goes. */
class SentAgainFuzzTest {
  private static final Set<String> STEERING =
      Set.of(
          "Via",
          "From",
          "To",
          "Call-ID",
          "CSeq",
          "Contact",
          "Route",
          "Record-Route",
          "Content-Length");
  private static final String UNKNOWN_SCHEME = "a URI of another scheme";
  private static final List<String> SEEDS =
      SampleMessages.all().stream().map(bytes -> new String(bytes, ISO_8859_1)).toList();
  private static final List<String> WORDS =
      List.of(
          "\r\n",
          "\r\n ",
          ";",
          ",",
          "<",
          ">",
          "\"",
          "\\",
          "%0d%0a",
          "%41",
          "[::1]",
          "@",
          ":",
          "=",
          " ",
          "\t",
          "sip:",
          "sips:",
          "tel:+1",
          "SIP/2.0/WS ",
          ";tag=",
          ";lr",
          "?",
          "&",
          "*",
          "Via: ",
          "Contact: ",
          "From: ",
          "To: ",
          "Route: ",
          "Record-Route: ",
          "\u00e9",
          "\0",
          "(c)",
          ";received=",
          ";rport",
          ";expires=");

  private final MessageReader reader = new MessageReader(MessageLimits.DEFAULT);

  @BeforeAll
  static void quietParser() {
    CommonLogger.legacyLogger = new Slf4jStackLogger();
  }

  @Test
  void whatIsNearlyRightSaysTheSameAgain() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(3262, Mutations.count(20_000), this::anyMessageSaysTheSameAgain);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyMessageSaysTheSameAgain(byte[] bytes) {
    SIPMessage read;
    try {
      read = reader.read(bytes, false);
    } catch (BadMessage e) {
      return;
    }
    if (read.getCSeq().getMethod().equals(Request.REGISTER)) {
      read.removeHeader("Contact"); // it is read from the bytes, and may be a star
    }
    names(read).stream().filter(name -> !STEERING.contains(name)).forEach(read::removeHeader);
    List<String> said = places(read);
    if (said.contains(UNKNOWN_SCHEME)) {
      return; // JAIN-SIP loses escapes in these, which lead nowhere
    }
    byte[] sent = read.encodeAsBytes("TCP");
    SIPMessage again;
    try {
      again = reader.read(sent, true);
    } catch (BadMessage e) {
      throw new AssertionError(new String(sent, ISO_8859_1), e);
    }
    assertThat(places(again)).as(new String(sent, ISO_8859_1)).isEqualTo(said);
  }

  private static List<String> names(SIPMessage message) {
    List<String> names = new ArrayList<>();
    message.getHeaders().forEachRemaining(header -> names.add(header.getName()));
    return names;
  }

  private static List<String> places(SIPMessage message) {
    List<String> places = new ArrayList<>();
    if (message instanceof SIPRequest request) {
      boolean isKnown = request.getRequestURI().getClass() != GenericURI.class;
      places.add(isKnown ? request.getRequestURI().toString() : UNKNOWN_SCHEME);
      places.add(ServerKey.of(request));
    }
    places.add(message.getCallId().getCallId());
    // JAIN-SIP writes a method that it does not know in capitals.
    places.add(
        message.getCSeq().getSeqNumber() + message.getCSeq().getMethod().toUpperCase(Locale.ROOT));
    for (Iterator<SIPHeader> i = message.getHeaders(); i.hasNext(); ) {
      SIPHeader header = i.next();
      if (header instanceof SIPHeaderList<?> list) {
        list.forEach(each -> add(each, places));
      } else {
        add(header, places);
      }
    }
    places.add(message.getFrom().getTag());
    places.add(message.hasToTag() ? message.getToTag() : "");
    return places;
  }

  private static void add(SIPHeader header, List<String> places) {
    if (header instanceof Via via) {
      places.add(via.getHost() + ":" + via.getPort() + " " + via.getBranch());
    } else if (header instanceof AddressParametersHeader address) {
      boolean isKnown = address.getAddress().getURI().getClass() != GenericURI.class;
      places.add(isKnown ? header.getName() + " " + address.getAddress().getURI() : UNKNOWN_SCHEME);
    }
  }
}
