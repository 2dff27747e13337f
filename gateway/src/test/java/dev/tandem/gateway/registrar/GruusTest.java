package dev.tandem.gateway.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.message.Aor;
import dev.tandem.sip.message.SipUri;
import org.junit.jupiter.api.Test;

/** RFC 5627. */
class GruusTest {
  private static final Aor BOB = Aor.of("bob", "example.test");
  private static final String URN = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

  private final Gruus gruus = new Gruus();

  @Test
  void thePublicOneNamesTheDevice() {
    assertThat(gruus.publicUri(BOB, URN)).isEqualTo("sip:bob@example.test;gr=" + URN);
    assertThat(gruus.publicUri(BOB, "a b;\"é"))
        .isEqualTo("sip:bob@example.test;gr=a%20b%3B%22%C3%A9");
  }

  @Test
  void aTemporaryOneIsUnderstoodOnlyByWhoMadeIt() {
    SipUri uri = SipUri.parse(gruus.temporaryUri(BOB, URN));
    assertThat(uri).isNotNull();
    String user = String.valueOf(uri.user());

    assertThat(gruus.temporary(user)).isEqualTo(new Gruus.Named("bob", URN));
    assertThat(new Gruus().temporary(user)).isNull();
    String changed =
        user.substring(0, 20) + (user.charAt(20) == 'A' ? 'B' : 'A') + user.substring(21);
    assertThat(gruus.temporary(changed)).isNull();
  }

  @Test
  void othersUsersAreNoTemporaryOnes() {
    for (String user : new String[] {"bob", "tgruu.", "tgruu.*", "tgruu.AAAA", "", "TGRUU.x"}) {
      assertThat(gruus.temporary(user)).as(user).isNull();
    }
  }

  @Test
  void aDeviceWithoutInstanceGetsNone() {
    assertThat(parameters("<sip:x@y.invalid>")).isEmpty();
    assertThat(parameters("<sip:x@y.invalid>;+sip.instance=\"<" + URN + ">\""))
        .startsWith(";pub-gruu=\"sip:bob@example.test;gr=" + URN + "\";temp-gruu=\"sip:tgruu.")
        .endsWith("@example.test;gr\"");
  }

  private String parameters(String contact) {
    Contacts read = Contacts.parse(java.util.List.of(contact));
    return gruus.parameters(BOB, ((Contacts.Listed) read).contacts().get(0));
  }
}
