package dev.tandem.sip.stack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import dev.tandem.testkit.SampleMessages;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Of what is nearly right, the quick reader says what JAIN-SIP's parser says. */
class PlainReaderFuzzTest {
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

  private final BothReaders readers = new BothReaders();

  /** A million of them: {@code -Dtandem.mutants=1000000}. */
  @Test
  void whatIsNearlyRightIsReadAlike() {
    int count = Mutations.count(20_000);
    List<String> seeds =
        SampleMessages.all().stream().map(bytes -> new String(bytes, ISO_8859_1)).toList();
    int[] good = new int[1];
    Mutations.of(getClass(), seeds, WORDS)
        .run(8, count, bytes -> good[0] += readers.agree(bytes) ? 1 : 0);
    assertThat(good[0]).as("that were read").isBetween(count / 50, count - count / 50);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesAreReadAlike(byte[] bytes) {
    readers.agree(bytes);
  }
}
