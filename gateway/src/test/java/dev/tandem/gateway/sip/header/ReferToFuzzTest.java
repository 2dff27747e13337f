package dev.tandem.gateway.sip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import gov.nist.javax.sip.parser.ReferToParser;
import java.text.ParseException;
import java.util.List;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.ReferToHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whom a Refer-To asks to call can be written into a header of ours, between angle brackets, and is
 * then read as the same; so can the dialog that it names, which is one that Replaces can name.
 */
class ReferToFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "<sip:bob@example.test>",
          "\"Bob\" <sips:bob@example.test:5061;transport=ws>;x=y",
          "sip:bob@example.test;method=INVITE",
          "<tel:+49-30-1234;phone-context=example.test>",
          "<sip:carol@example.test?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2%3Bearly-only>",
          "<sip:%63arol@[2001:db8::1];user=phone;method=invite?X=y&Replaces=a;to-tag=1;from-tag=2>");
  private static final List<String> WORDS =
      List.of(
          "<",
          ">",
          "\"",
          "\\",
          ";",
          "?",
          "&",
          "=",
          "@",
          ":",
          ",",
          " ",
          "\t",
          "%0d%0a",
          "%3B",
          "%22",
          "%00",
          "%",
          "sip:",
          "tel:",
          "Replaces=",
          "replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2",
          ";method=",
          "to-tag=",
          "from-tag=",
          "early-only",
          "\u00e9",
          "\0");

  @Test
  void whatIsNearlyRightIsWrittenAsItIsRead() {
    int[] read = new int[1];
    int count = Mutations.count(30_000);
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(3515, count, bytes -> read[0] += take(bytes) == null ? 0 : 1);
    assertThat(read[0]).as("that were read").isBetween(count / 50, count - count / 50);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyValueIsWrittenAsItIsRead(byte[] bytes) {
    take(bytes);
  }

  private static @Nullable ReferTo take(byte[] bytes) {
    String value = new String(bytes, UTF_8);
    ReferTo target = ReferTo.parse(value);
    if (target == null) {
      return null;
    }
    String uri = target.uri().toString();
    assertThat(uri).doesNotContainPattern("[<>\"\\s\0]");
    ReferTo again = ReferTo.parse("<" + uri + ">");
    assertThat(again).as(uri).isNotNull();
    assertThat(again.replaces()).isNull();
    assertThat(Addresses.user(again.uri())).as(uri).isEqualTo(Addresses.user(target.uri()));
    assertThat(Addresses.host(again.uri())).as(uri).isEqualTo(Addresses.host(target.uri()));
    if (target.uri() instanceof SipURI sip) {
      assertThat(((SipURI) again.uri()).getPort()).as(uri).isEqualTo(sip.getPort());
    }
    readsAlike(value, target);
    if (target.replaces() != null) {
      ReplacesFuzzTest.isWrittenAsItIsRead(target.replaces());
    }
    return target;
  }

  /** Whoever reads it by JAIN-SIP's parser, too, finds the same one there. */
  private static void readsAlike(String value, ReferTo target) {
    if (value.indexOf('<') < 0) {
      return; // then parameters are the header's, which not all know
    }
    URI theirs;
    try {
      theirs =
          ((ReferToHeader)
                  new ReferToParser("Refer-To: " + value.replaceAll("[\r\n]", " ") + "\n").parse())
              .getAddress()
              .getURI();
    } catch (ParseException | RuntimeException e) {
      return;
    }
    assertThat(Addresses.user(theirs)).as(value).isEqualTo(Addresses.user(target.uri()));
    assertThat(Addresses.host(theirs)).as(value).isEqualTo(Addresses.host(target.uri()));
  }
}
