package dev.tandem.gateway.event.presence;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.event.presence.Pidf.Basic;
import dev.tandem.sip.message.Aor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PidfTest {
  private static final String NAMESPACE = "urn:ietf:params:xml:ns:pidf";
  private static final String SOUND =
      "<?xml version='1.0' encoding='UTF-8'?><p:presence xmlns:p='"
          + NAMESPACE
          + "' entity='pres:a@b'><p:tuple id='x'><p:status/></p:tuple></p:presence>";

  @Test
  void whatWeWriteWeRead() {
    for (Basic basic : Basic.values()) {
      byte[] written = Pidf.of(Aor.of("a<&\"b", "example.test"), basic, "busy", "a<&b").bytes();
      assertThat(Pidf.isSound(written)).isTrue();
      assertThat(Pidf.read(written))
          .isEqualTo(
              new Presence(
                  basic == Basic.OPEN ? Presence.Status.BUSY : Presence.Status.OFFLINE, "a<&b"));
      assertThat(new String(written, UTF_8)).doesNotContain("a<&");
    }
  }

  @Test
  void anyPrefixWillDoButOnlyUtf8() {
    assertThat(Pidf.isSound(SOUND.getBytes(UTF_8))).isTrue();
    assertThat(Pidf.isSound(SOUND.replace("UTF-8", "UTF-16").getBytes(UTF_16))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "<presence/>",
        "<presence xmlns='urn:other'/>",
        "<tuple xmlns='urn:ietf:params:xml:ns:pidf'/>",
        "<presence xmlns='urn:ietf:params:xml:ns:pidf'>",
        "<presence xmlns='urn:ietf:params:xml:ns:pidf'/><again/>",
        "<!DOCTYPE presence><presence xmlns='urn:ietf:params:xml:ns:pidf'/>",
        "<!DOCTYPE p [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
            + "<presence xmlns='urn:ietf:params:xml:ns:pidf'>&a;</presence>",
        "<!DOCTYPE p [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
            + "<presence xmlns='urn:ietf:params:xml:ns:pidf'>&b;&b;&b;</presence>",
        "<presence xmlns='urn:ietf:params:xml:ns:pidf'>&undeclared;</presence>"
      })
  void unsoundDocuments(String document) {
    assertThat(Pidf.isSound(document.getBytes(UTF_8))).isFalse();
  }

  @Test
  void garbageIsNoDocument() {
    Random random = new Random(42);
    for (int i = 0; i < 2000; i++) {
      byte[] garbage = SOUND.getBytes(UTF_8);
      for (int n = random.nextInt(1, 8); n > 0; n--) {
        garbage[random.nextInt(garbage.length)] = (byte) random.nextInt();
      }
      Pidf.isSound(garbage); // either answer, but one
    }
    byte[] noise = new byte[4096];
    random.nextBytes(noise);
    assertThat(Pidf.isSound(noise)).isFalse();
  }
}
