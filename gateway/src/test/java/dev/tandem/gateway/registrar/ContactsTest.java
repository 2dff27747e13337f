package dev.tandem.gateway.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContactsTest {
  private static final String UUID = "<urn:uuid:5e9b0d0e-1c1c-4d7e-a8ff-0242ac130003>";

  private static List<ContactSpec> read(String... headerValues) {
    Contacts contacts = Contacts.parse(List.of(headerValues));
    assertThat(contacts).isInstanceOf(Contacts.Listed.class);
    return ((Contacts.Listed) contacts).contacts();
  }

  private static ContactSpec readOne(String headerValue) {
    List<ContactSpec> contacts = read(headerValue);
    assertThat(contacts).hasSize(1);
    return contacts.get(0);
  }

  /** What real clients and RFC examples write, and worse. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<sip:k3b4l5@fk1d7u2m.invalid;transport=ws>",
        "<sip:k3b4l5@fk1d7u2m.invalid;transport=ws>;+sip.ice;reg-id=1;+sip.instance=\""
            + UUID
            + "\"",
        "\"Alice, \\\"the\\\" <one>\" <sip:a@b>;q=0.7",
        "Alice von B. <sip:a@b>",
        "Alice<sip:a@b>",
        "sip:a@b",
        "sip:a@b;q=0.3;foo",
        "<sip:a,b;c@d;lr?x=y&z=1>",
        "<SIPS:a@[2001:db8::1]:5061;transport=tcp> ; Q = 1.0 ; methods=\"INVITE, BYE\"",
        "<sip:a@b>;foo=\"x,y;z\";bar=<weird>;+sip.instance=\"" + UUID + "\"",
        "<sip:+15550100@192.0.2.1:5060;user=phone;line=abc>;audio;+g.oma.sip-im;language=\"en,fr\"",
      })
  void textIsKeptToTheLastCharacter(String text) {
    assertThat(readOne(text).text()).isEqualTo(text);
    assertThat(readOne("  " + text + " \t").text()).isEqualTo(text);
    assertThat(read(text + ", " + text + ",<sip:z@z>", text))
        .extracting(ContactSpec::text)
        .containsExactly(text, text, "<sip:z@z>", text);
  }

  @Test
  void expiresIsTakenOutWhereverItStands() {
    ContactSpec middle =
        readOne("<sip:a@b;expires=9> ; Expires = \"60\" ;+sip.instance=\"" + UUID + "\";reg-id=3");
    assertThat(middle.text())
        .isEqualTo("<sip:a@b;expires=9> ;+sip.instance=\"" + UUID + "\";reg-id=3");
    assertThat(middle.expires()).isEqualTo(60);
    assertThat(middle.instance()).isEqualTo(UUID);
    assertThat(middle.regId()).isEqualTo(3);
    assertThat(middle.uri()).isEqualTo("sip:a@b;expires=9");
    ContactSpec last = readOne("<sip:a@b>;+sip.instance=\"" + UUID + "\";expires=3600");
    assertThat(last.text()).isEqualTo("<sip:a@b>;+sip.instance=\"" + UUID + "\"");
    assertThat(last.instance()).isEqualTo(UUID);
    assertThat(readOne("sip:a@b;expires=0").text()).isEqualTo("sip:a@b");
  }

  @Test
  void partsAreUnderstood() {
    ContactSpec contact =
        readOne(
            "\"A\" <sip:a@b;transport=ws>;q=0.25;+SIP.Instance=\"" + UUID + "\";Reg-ID=2147483647");
    assertThat(contact.uri()).isEqualTo("sip:a@b;transport=ws");
    assertThat(contact.q()).isEqualTo(250);
    assertThat(contact.instance()).isEqualTo(UUID);
    assertThat(contact.regId()).isEqualTo(Integer.MAX_VALUE);
    assertThat(contact.expires()).isEqualTo(ContactSpec.NO_EXPIRES);
    ContactSpec bare = readOne("sip:a@b;transport=ws");
    assertThat(bare.uri()).isEqualTo("sip:a@b"); // the parameter is the header's
    assertThat(bare.hasInstance()).isFalse();
    assertThat(bare.instance()).isNull();
    assertThat(bare.regId()).isZero();
    assertThat(bare.q()).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0., 0",
    "0.5, 500",
    "0.05, 50",
    "0.123, 123",
    "0.9999, 999",
    "1, 1000",
    "1.000, 1000"
  })
  void preference(String text, int thousandths) {
    assertThat(readOne("<sip:a@b>;q=" + text).q()).isEqualTo(thousandths);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "3600, 3600",
    "4294967295, 4294967295",
    "4294967296, 4294967295",
    "99999999999999999999999, 4294967295",
    "-1, -1",
    "soon, -1",
    "1.5, -1",
    "'', -1",
  })
  void timesThatCannotBeUnderstoodCountAsNone(String text, long seconds) {
    assertThat(readOne("<sip:a@b>;expires=" + text).expires()).isEqualTo(seconds);
  }

  @Test
  void noHeaderIsAQuery() {
    assertThat(Contacts.parse(List.of())).isEqualTo(Contacts.NONE);
  }

  @Test
  void starStandsAlone() {
    assertThat(Contacts.parse(List.of(" * "))).isEqualTo(new Contacts.Wildcard());
    for (List<String> values :
        List.of(
            List.of("*", "*"),
            List.of("*", "<sip:a@b>"),
            List.of("<sip:a@b>", "*"),
            List.of("*, <sip:a@b>"),
            List.of("*;expires=0"))) {
      assertThat(Contacts.parse(values)).isInstanceOf(Contacts.Malformed.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | not a SIP URI",
        "<> | not a SIP URI",
        "<sip:a@b>, | not a SIP URI",
        ", <sip:a@b> | not a SIP URI",
        "<tel:+15550100> | not a SIP URI",
        "<sip:a@b | a < is not closed",
        "\"Alice <sip:a@b> | a quote is not closed",
        "\"Alice\\\" <sip:a@b> | a quote is not closed",
        "\"Alice\" | no <URI> after a display name",
        "\"Alice\" sip:a@b | no <URI> after a display name",
        "<sip:a@b> <sip:c@d> | no comma after a contact",
        "<sip:a@b>>;x | no comma after a contact",
        "<sip:a@b>;x=\"y\"z | no comma after a contact",
        "<sip:a@b>; | a parameter without a name",
        "<sip:a@b>;;x | a parameter without a name",
        "<sip:a@b>;=x | a parameter without a name",
        "<sip:a@b>;x=\"y | a quote is not closed",
        "sip:a@b?x=y | a URI with headers is not in brackets",
        "<sip:a@b>;q=2 | q is not from 0 to 1",
        "<sip:a@b>;q | q is not from 0 to 1",
        "<sip:a@b>;q=1.01 | q is not from 0 to 1",
        "<sip:a@b>;q=1;Q=1 | Q occurs twice",
        "<sip:a@b>;expires=1;expires=2 | expires occurs twice",
        "<sip:a@b>;+sip.instance=\"\" | +sip.instance is empty or too long",
        "<sip:a@b>;+sip.instance | +sip.instance is empty or too long",
        "<sip:a@b>;+sip.instance=x;+sip.instance=x | +sip.instance occurs twice",
        "<sip:a@b>;reg-id=0 | reg-id is not from 1 to 2^31-1",
        "<sip:a@b>;reg-id=-1 | reg-id is not from 1 to 2^31-1",
        "<sip:a@b>;reg-id=2147483648 | reg-id is not from 1 to 2^31-1",
        "<sip:a@b>;reg-id=99999999999999999999 | reg-id is not from 1 to 2^31-1",
        "<sip:a@b>;reg-id=1;reg-id=1 | reg-id occurs twice",
      })
  void whatCannotBeUnderstoodIsRefusedWithAReason(String value, String reason) {
    assertThat(Contacts.parse(List.of(value))).isEqualTo(new Contacts.Malformed(reason));
  }

  @Test
  void nothingThatCouldBecomeAnotherHeaderIsKept() {
    assertThat(Contacts.parse(List.of("<sip:a@b>;x=\"\r\nEvil: yes\"")))
        .isEqualTo(new Contacts.Malformed("a control character"));
    assertThat(Contacts.parse(List.of("<sip:a@b>;x=\0")))
        .isEqualTo(new Contacts.Malformed("a control character"));
  }

  @Test
  void countsAndLengthsAreLimited() {
    String many = "<sip:a@b>,".repeat(Contacts.MAX_CONTACTS - 1) + "<sip:a@b>";
    assertThat(read(many)).hasSize(Contacts.MAX_CONTACTS);
    assertThat(Contacts.parse(List.of(many, "<sip:a@b>")))
        .isEqualTo(new Contacts.Malformed("more than 32 contacts"));
    assertThat(Contacts.parse(List.of("<sip:a@b>;x=" + "y".repeat(2048))))
        .isEqualTo(new Contacts.Malformed("longer than 2048 characters"));
    assertThat(Contacts.parse(List.of("<sip:a@b>" + ";x".repeat(65))))
        .isEqualTo(new Contacts.Malformed("more than 64 parameters"));
    assertThat(Contacts.parse(List.of("<sip:a@b>;+sip.instance=" + "y".repeat(257))))
        .isEqualTo(new Contacts.Malformed("+sip.instance is empty or too long"));
  }

  @Test
  void devicesAreComparedByInstanceElseByUri() {
    String a = "+sip.instance=\"<urn:uuid:AAAA>\"";
    String b = "+sip.instance=\"<urn:uuid:bbbb>\"";
    assertSame("<sip:x@1.invalid>;" + a, "<sip:y@2.invalid>;" + a.toLowerCase(), true);
    assertSame("<sip:x@1.invalid>;reg-id=1;" + a, "<sip:y@2.invalid>;" + a + ";reg-id=1", true);
    assertSame("<sip:x@1.invalid>;reg-id=1;" + a, "<sip:x@1.invalid>;reg-id=2;" + a, false);
    assertSame("<sip:x@1.invalid>;reg-id=1;" + a, "<sip:x@1.invalid>;" + a, false);
    assertSame("<sip:x@1.invalid>;" + a, "<sip:x@1.invalid>;" + b, false);
    assertSame("<sip:x@1.invalid>;" + a, "<sip:x@1.invalid>", true);
    assertSame("<sip:x@1.invalid>;q=1", "X <sip:x@1.INVALID>;q=0.5", true);
    assertSame("<sip:x@1.invalid>", "<sip:y@1.invalid>", false);
    assertSame("<sip:x@1.invalid>;reg-id=1", "<sip:x@1.invalid>;reg-id=2", true);
  }

  private static void assertSame(String left, String right, boolean same) {
    assertThat(readOne(left).isSameBindingAs(readOne(right)))
        .as(left + " " + right)
        .isEqualTo(same);
    assertThat(readOne(right).isSameBindingAs(readOne(left)))
        .as(right + " " + left)
        .isEqualTo(same);
  }

  @Test
  void randomTextNeverThrowsAndWhatIsReadReadsTheSameAgain() {
    Random random = new Random(11);
    String[] parts = {
      "<sip:a@b>",
      "sip:c@d",
      "\"x, y\" ",
      ";q=0.5",
      ";expires=60",
      ";expires",
      " ",
      ",",
      ";",
      "=",
      "\"",
      "<",
      ">",
      "*",
      "\\",
      ";reg-id=1",
      ";+sip.instance=\"<urn:u:1>\"",
      ";x=\"a;b,c\"",
      "\t",
      "\u00e4"
    };
    int understood = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "<sip:a@b>" : "");
      for (int n = random.nextInt(7); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      if (Contacts.parse(List.of(text.toString())) instanceof Contacts.Listed listed) {
        understood++;
        for (ContactSpec contact : listed.contacts()) {
          assertThat(text.toString()).contains(contact.uri());
          ContactSpec again = readOne(contact.text());
          assertThat(again.text()).isEqualTo(contact.text());
          assertThat(again.uri()).isEqualTo(contact.uri());
          assertThat(again.instance()).isEqualTo(contact.instance());
          assertThat(again.expires()).isEqualTo(ContactSpec.NO_EXPIRES);
        }
      }
    }
    assertThat(understood).isGreaterThan(10_000);
  }
}
