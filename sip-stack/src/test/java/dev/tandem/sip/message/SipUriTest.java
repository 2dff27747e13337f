package dev.tandem.sip.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipUriTest {

  private static SipUri uri(String text) {
    SipUri uri = SipUri.parse(text);
    assertThat(uri).as(text).isNotNull();
    return uri;
  }

  @Test
  void partsAreAsWritten() {
    SipUri uri = uri("SIPS:Alice%20B:pass@GW.Example:5071;Transport=TCP;lr?Subject=hi&priority=1");
    assertThat(uri.isSecure()).isTrue();
    assertThat(uri.user()).isEqualTo("Alice%20B");
    assertThat(uri.host()).isEqualTo("gw.example");
    assertThat(uri.port()).isEqualTo(5071);
    assertThat(uri.parameter("transport")).isEqualTo("TCP");
    assertThat(uri.parameter("LR")).isEmpty();
    assertThat(uri.parameter("maddr")).isNull();
    assertThat(uri)
        .hasToString("SIPS:Alice%20B:pass@GW.Example:5071;Transport=TCP;lr?Subject=hi&priority=1");
  }

  @Test
  void userMayHoldWhatLooksLikeParameters() {
    SipUri uri = uri("sip:+1-212;phone-context=x?y/z@example.com;user=phone");
    assertThat(uri.user()).isEqualTo("+1-212;phone-context=x?y/z");
    assertThat(uri.parameter("user")).isEqualTo("phone");
    assertThat(uri.parameter("phone-context")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "sip:example.com, example.com, -1",
    "sip:a@[2001:db8::9]:5070, [2001:db8::9], 5070",
    "sip:a@[::ffff:1.2.3.4], [::ffff:1.2.3.4], -1",
    "sip:a@192.0.2.1;lr, 192.0.2.1, -1",
    "sip:k3b@fk1d7u2m.invalid;transport=ws, fk1d7u2m.invalid, -1",
    "sip:a@my_pbx:0, my_pbx, 0",
  })
  void hostsAndPorts(String text, String host, int port) {
    assertThat(uri(text).host()).isEqualTo(host);
    assertThat(uri(text).port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sip:",
        "sip",
        "tel:+15550100",
        "http://example.com",
        "sip:@example.com",
        "sip::pw@example.com",
        "sip:a@",
        "sip:a@b@c",
        "sip:a@b:port",
        "sip:a@b:",
        "sip:a@b:65536",
        "sip:a@b:123456",
        "sip:a@[::1",
        "sip:a@[]",
        "sip:a@[::g]",
        "sip:a@[::1]x",
        "sip:a b@c",
        "sip:a@b c",
        "<sip:a@b>",
        "sip:a@b>;x",
        "sip:a%2@b",
        "sip:a%@b",
        "sip:a%zz@b",
        "sip:a\r\n@b",
        "sip:a\"@b",
        "sip:a@b\u00e4",
        "sip:host;maddr=x:+1;context=y@b",
        "sip:host;lr\u00e9@b",
        "sip:a:p?w@b",
      })
  void whatTwoReadersCouldReadDifferentlyIsNoUri(String text) {
    assertThat(SipUri.parse(text)).isNull();
  }

  @Test
  void hugeUriIsRefused() {
    assertThat(SipUri.parse("sip:" + "a".repeat(SipUri.MAX_LENGTH) + "@b")).isNull();
  }

  /** The pairs of RFC 3261 §19.1.4. */
  @ParameterizedTest
  @CsvSource({
    "sip:%61lice@atlanta.com;transport=TCP, sip:alice@AtLanTa.CoM;Transport=tcp, true",
    "sip:carol@chicago.com, sip:carol@chicago.com;newparam=5, true",
    "sip:carol@chicago.com;security=on, sip:carol@chicago.com;newparam=5, true",
    "sip:carol@chicago.com, sip:carol@chicago.com;security=on, true",
    "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com,"
        + " sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com, true",
    "sip:alice@atlanta.com?subject=project%20x&priority=urgent,"
        + " sip:alice@atlanta.com?priority=urgent&subject=project%20x, true",
    "SIP:ALICE@AtLanTa.CoM;Transport=udp, sip:alice@AtLanTa.CoM;Transport=UDP, false",
    "sip:bob@biloxi.com, sip:bob@biloxi.com:5060, false",
    "sip:bob@biloxi.com, sip:bob@biloxi.com;transport=udp, false",
    "sip:bob@biloxi.com, sip:bob@biloxi.com:6000;transport=tcp, false",
    "sip:carol@chicago.com, sip:carol@chicago.com?Subject=next%20meeting, false",
    "sip:bob@phone21.boxesbybob.com, sip:bob@192.0.2.4, false",
    "sip:carol@chicago.com;security=on, sip:carol@chicago.com;security=off, false",
    "sip:a@b, sips:a@b, false",
    "sip:a@b, sip:b, false",
    "sip:a:p@b, sip:a:P@b, false",
    "sip:a@b;user=phone, sip:a@b, false",
    "sip:a@b;ttl=1, sip:a@b, false",
    "sip:a@b;maddr=c, sip:a@b, false",
    "sip:a@b;lr;ob, sip:a@b;OB;LR, true",
    "sip:a%3bx@b, sip:a%3Bx@b, true",
    "sip:a%3Bx@b, sip:a;x@b, false",
  })
  void comparison(String left, String right, boolean equivalent) {
    assertThat(uri(left).isEquivalentTo(uri(right))).isEqualTo(equivalent);
    assertThat(uri(right).isEquivalentTo(uri(left))).isEqualTo(equivalent);
  }

  @Test
  void randomTextNeverThrowsAndWhatIsReadIsEquivalentToItself() {
    Random random = new Random(7);
    String alphabet = "sip:@%40;=?&[]:.aB5-,/\"<> \u00e4\n";
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "sip:");
      for (int n = random.nextInt(14); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      SipUri uri = SipUri.parse(text.toString());
      if (uri != null) {
        read++;
        assertThat(uri).hasToString(text.toString());
        assertThat(uri.isEquivalentTo(SipUri.parse(text.toString() + ""))).isTrue();
        Aor aor = Aor.of(uri);
        if (aor != null) {
          assertThat(Aor.parse(aor.uri())).isEqualTo(aor);
        }
      }
    }
    assertThat(read).isGreaterThan(500);
  }
}
