package dev.tandem.sip.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AorTest {

  @ParameterizedTest
  @CsvSource({
    "sip:alice@example.test, alice@example.test",
    "sip:Alice@EXAMPLE.Test, Alice@example.test",
    "sips:alice:secret@example.test:5071;transport=ws?x=y, alice@example.test",
    "sip:%61lice@example.test, alice@example.test",
    "sip:j%c3%b6rg@example.test, j\u00f6rg@example.test",
    "sip:a%40b@example.test, a@b@example.test",
  })
  void canonicalForm(String uri, String canonical) {
    assertThat(Aor.parse(uri)).hasToString(canonical);
  }

  @Test
  void escapesAreUndoneOnceAndDoneAgain() {
    Aor aor = Aor.parse("sip:a%40b%2520@example.test");
    assertThat(aor.user()).isEqualTo("a@b%20");
    assertThat(aor.host()).isEqualTo("example.test");
    assertThat(aor.uri()).isEqualTo("sip:a%40b%2520@example.test");
    assertThat(Aor.of("j\u00f6rg", "Example.TEST").uri()).isEqualTo("sip:j%C3%B6rg@example.test");
  }

  @Test
  void caseOfTheUserCounts() {
    assertThat(Aor.parse("sip:Alice@a")).isNotEqualTo(Aor.parse("sip:alice@a"));
    assertThat(Aor.parse("sip:alice@A")).isEqualTo(Aor.of("alice", "a"));
  }

  @Test
  void octetsThatAreNoUtf8StayEscaped() {
    Aor aor = Aor.parse("sip:a%ff@b");
    assertThat(aor.user()).isEqualTo("a%ff");
    assertThat(Aor.parse(aor.uri())).isEqualTo(Aor.of("a%ff", "b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sip:example.test", "tel:+1", "alice@example.test", "sip:a%00@b", "sip:a%0d%0a@b"})
  void withoutAProperUserThereIsNone(String uri) {
    assertThat(Aor.parse(uri)).isNull();
  }

  @Test
  void madeFromPartsItMustHaveBoth() {
    assertThatThrownBy(() -> Aor.of("", "b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Aor.of("a", "")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Aor.of("a\n", "b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void userThatNoUriHoldsIsNone() {
    assertThat(Aor.parse("sip:" + "\u00e9".repeat(300) + "@a.b")).isNotNull();
    assertThat(Aor.parse("sip:" + "\u00e9".repeat(400) + "@a.b")).isNull();
  }
}
