package dev.tandem.sip.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.testkit.Mutations;
import gov.nist.javax.sip.address.AddressFactoryImpl;
import java.text.ParseException;
import java.util.List;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where JAIN-SIP and we read a SIP URI, both read the same user and the same place in it. */
class SipUriFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "sip:alice@tandem.example",
          "sips:al%69ce:geheim@[2001:db8::1]:5061;transport=ws;lr?Subject=x&Replaces=a%3Bb",
          "sip:+15550100;phone-context=+1@192.0.2.1:5060;user=phone;ob",
          "sip:df7jal23ls0d.invalid;maddr=192.0.2.9");
  private static final List<String> WORDS =
      List.of(
          "sip:",
          "sips:",
          "@",
          "%40",
          "%00",
          ":",
          ";",
          "?",
          "&",
          "=",
          "[",
          "]",
          "[::1]",
          ".",
          ";lr",
          ";transport=tcp",
          ";maddr=",
          "//",
          "tel:",
          "\u00e9",
          " ",
          "\t",
          "<",
          ">",
          ",");

  @Test
  void nearlyRightUrisAreReadAlike() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(3986, Mutations.count(100_000), this::anyUriIsReadAlike);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyUriIsReadAlike(byte[] bytes) {
    SipUri ours = SipUri.parse(new String(bytes, UTF_8));
    if (ours == null) {
      return;
    }
    assertThat(ours.isEquivalentTo(ours)).isTrue();
    Aor aor = Aor.of(ours);
    assertThat(aor == null ? null : Aor.parse(aor.uri())).isEqualTo(aor);
    URI theirs;
    try {
      theirs = new AddressFactoryImpl().createURI(ours.toString());
    } catch (ParseException | RuntimeException e) {
      return;
    }
    assertThat(theirs)
        .isInstanceOfSatisfying(
            SipURI.class,
            uri -> {
              assertThat(uri.getUser()).as(uri.getHost()).isEqualTo(ours.user());
              assertThat(uri.getHost().toLowerCase(java.util.Locale.ROOT)).isEqualTo(ours.host());
              assertThat(uri.getPort()).isEqualTo(ours.port());
              assertThat(uri.isSecure()).isEqualTo(ours.isSecure());
            });
  }
}
