package dev.tandem.gateway.registrar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.sip.message.SipUri;
import dev.tandem.testkit.Mutations;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Contacts that a registrar takes can be told in a response, one by one and all on one line, each
 * with the time that was granted, and say there what they said before.
 */
class ContactsFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "<sip:a1b2@df7j.invalid;transport=ws>;+sip.instance=\"<urn:uuid:0>\";reg-id=1;expires=600",
          "\"Alice, \\\"at\\\" home\" <sips:alice@[2001:db8::1]:5061;ob>;q=0.5 , sip:b@c;expires=7",
          "Alice <sip:al%69ce@192.0.2.1?X=y>;expires=\"60\";x\nsip:carol@tandem.example ; q=1.000",
          "*",
          "<sip:x@y>;+sip.instance=z;reg-id=2147483647;q=0");
  private static final List<String> WORDS =
      List.of(
          "<",
          ">",
          "\"",
          "\\",
          ",",
          ";",
          "=",
          "?",
          "*",
          " ",
          "\t",
          "\n",
          "\r",
          "sip:",
          "sips:",
          "tel:",
          ";expires=",
          ";q=",
          ";reg-id=",
          ";+sip.instance=\"",
          "[::1]",
          "%00",
          "@",
          "\u00e9",
          "\0");

  @Test
  void whatIsNearlyRightSaysTheSameAgain() {
    int[] read = new int[1];
    int count = Mutations.count(30_000);
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(2010, count, bytes -> read[0] += take(bytes) instanceof Contacts.Listed ? 1 : 0);
    assertThat(read[0]).as("that were read").isBetween(count / 50, count - count / 50);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyContactsSayTheSameAgain(byte[] bytes) {
    take(bytes);
  }

  /** A line is the value of one header. */
  private static Contacts take(byte[] bytes) {
    Contacts read = Contacts.parse(Arrays.asList(new String(bytes, UTF_8).split("\n", -1)));
    if (read instanceof Contacts.Listed listed && !listed.contacts().isEmpty()) {
      listed.contacts().forEach(ContactsFuzzTest::saysTheSameWithItsTime);
      List<ContactSpec> bare =
          listed.contacts().stream().map(one -> one.withExpires(ContactSpec.NO_EXPIRES)).toList();
      String line = bare.stream().map(ContactSpec::text).collect(Collectors.joining(", "));
      assertThat(Contacts.parse(List.of(line))).isEqualTo(new Contacts.Listed(bare));
    }
    return read;
  }

  private static void saysTheSameWithItsTime(ContactSpec contact) {
    boolean hasRoom = contact.text().length() < 2000 && contact.text().split(";", -1).length < 60;
    if (!hasRoom) {
      return; // with a time it would be more than is read
    }
    assertThat(SipUri.parse(contact.uri())).as(contact.text()).isNotNull();
    assertThat(contact.uri()).doesNotContainPattern("[\r\n\0>]");
    String granted = contact.text() + ";expires=77";
    assertThat(Contacts.parse(List.of(granted)))
        .as(granted)
        .isInstanceOfSatisfying(
            Contacts.Listed.class,
            listed -> {
              assertThat(listed.contacts()).hasSize(1);
              assertThat(listed.contacts().get(0)).isEqualTo(contact.withExpires(77));
            });
  }
}
