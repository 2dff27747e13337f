package dev.tandem.gateway.sip.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refer-To as clients write it (RFC 3515 §2.1, RFC 3891 §6.1). */
class ReferToTest {

  @ParameterizedTest
  @CsvSource({
    "sip:carol@example.test, sip:carol@example.test",
    "<sip:carol@example.test>, sip:carol@example.test",
    "\"Carol <x>\" <sip:carol@example.test;transport=ws>;p=1, sip:carol@example.test;transport=ws",
    "<sip:carol@example.test>;p=\"<sip:mallory@example.test>\", sip:carol@example.test",
    "\"<sip:mallory@x> \\\"\" <sip:carol@example.test>, sip:carol@example.test",
    "<sip:carol@example.test;method=INVITE>, sip:carol@example.test;method=INVITE",
    "<sip:car?ol@example.test?X=y>, sip:car?ol@example.test",
    "<tel:+4930123>, tel:+4930123"
  })
  void blind(String value, String uri) {
    ReferTo parsed = ReferTo.parse(value);
    assertThat(parsed).isNotNull();
    assertThat(parsed.uri().toString()).isEqualTo(uri);
    assertThat(parsed.replaces()).isNull();
  }

  @Test
  void attendedAsSipJsAndJsSipEncodeIt() {
    ReferTo parsed =
        ReferTo.parse(
            "\"\" <sip:tandem@127.0.0.1:8080;transport=ws"
                + "?Replaces=a%2Bb%40c%3Bto-tag%3Dt1%3Bfrom-tag%3Df1>");
    assertThat(parsed).isNotNull();
    assertThat(parsed.replaces()).isEqualTo(new Replaces("a+b@c", "t1", "f1", false));
    assertThat(parsed.uri().toString()).isEqualTo("sip:tandem@127.0.0.1:8080;transport=ws");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<mailto:carol@example.test>",
        "<sip:carol@example.test;method=BYE>",
        "<sip:carol@example.test;METHOD=bye;method=INVITE>",
        "<sip:carol@example.test;method>",
        "<sip:carol@example.test;method,x=INVITE>",
        "<sip:carol@example.test?Replaces=a%3Bto-tag%3Db>",
        "<sip:carol@example.test?Replaces=%zz>",
        "<sip:carol@example.test?Replaces=a%0d%0aX%3A1%3Bto-tag%3Db%3Bfrom-tag%3Dc>",
        "sip:carol@example.test>,<sip:mallory@example.test",
        "sip:car>ol@example.test",
        "<sip:@example.test>",
        "<sip:car\"ol@example.test>",
        "<sip:carol@example.test x>",
        "<sip:carol@example.test;x=<>"
      })
  void whatAsksForNoCallIsRefused(String value) {
    assertThat(ReferTo.parse(value)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        ";to-tag=b;from-tag=c",
        "a;to-tag=b",
        "a;to-tag=b;to-tag=c;from-tag=d",
        "a;to-tag=;from-tag=c",
        "a\r\nb;to-tag=b;from-tag=c",
        "a;to-tag=b\tb;from-tag=c",
        "a b;to-tag=b;from-tag=c"
      })
  void replacesNamesOneWholeDialog(String value) {
    assertThat(Replaces.parse(value)).isNull();
  }

  @Test
  void replacesMayBeForEarlyDialogsOnly() {
    Replaces parsed = Replaces.parse("a@b;from-tag=f;to-tag=t;early-only");
    assertThat(parsed).isEqualTo(new Replaces("a@b", "t", "f", true));
    assertThat(parsed.turned()).isEqualTo(new Replaces("a@b", "f", "t", true));
  }
}
