package dev.tandem.sip.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPolicyTest {
  private static final String HOST = "gw.example:8080";
  private final OriginPolicy policy =
      OriginPolicy.allowing(
          List.of(
              "https://app.example",
              "http://localhost:*",
              "https://pbx.example:8443",
              "capacitor://localhost"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example",
        "https://APP.example",
        "https://app.example:443",
        "http://localhost",
        "http://localhost:3000",
        "http://localhost:80",
        "https://pbx.example:8443",
        "capacitor://localhost"
      })
  void listedOriginsAreAllowed(String origin) {
    assertThat(policy.allows(origin, HOST, false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        "*",
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "https://evil-app.example",
        "https://app.example@evil.example",
        "https://evil.example/https://app.example",
        "https://app.example/",
        "https://app.example https://evil.example",
        "https://app.example,https://evil.example",
        "https://app.example\\.evil.example",
        "https://app.example:443.evil.example",
        "https://localhost:3000",
        "http://localhost.evil.example:3000",
        "http://localhost:3000@evil.example",
        "http://localhost:",
        "http://localhost:3000x",
        "http://localhost:*",
        "https://pbx.example",
        "ftp://app.example",
        "//app.example",
        "app.example",
        "https://[::1]:443evil"
      })
  void everythingElseIsNot(String origin) {
    assertThat(policy.allows(origin, HOST, false)).isFalse();
  }

  @Test
  void pageOfTheSameHostIsAllowedUnlessItCameByALesserScheme() {
    OriginPolicy none = OriginPolicy.allowing(List.of());
    assertThat(none.allows("http://gw.example:8080", HOST, false)).isTrue();
    assertThat(none.allows("https://gw.example", "gw.example", true)).isTrue();
    assertThat(none.allows("https://gw.example", "GW.example:443", true)).isTrue();
    // A proxy in front ended TLS.
    assertThat(none.allows("https://gw.example", "gw.example", false)).isTrue();
    assertThat(none.allows("http://gw.example", "gw.example", true)).isFalse();
    assertThat(none.allows("http://gw.example", HOST, false)).isFalse();
    assertThat(none.allows("http://gw.example:8080.evil.example", HOST, false)).isFalse();
    assertThat(none.allows("http://[::1]:8080", "[::1]:8080", false)).isTrue();
    assertThat(none.allows("https://gw.example", null, false)).isFalse();
    assertThat(none.allows("null", "null", false)).isFalse();
  }

  @Test
  void starAllowsEveryPageButNull() {
    OriginPolicy star = OriginPolicy.allowing(List.of("*"));
    assertThat(star.allows("https://anything.example", HOST, true)).isTrue();
    assertThat(star.allows("null", HOST, true)).isFalse();
    assertThat(star.allows("garbage", HOST, true)).isFalse();
  }

  @Test
  void nullIsAllowedWhereListed() {
    OriginPolicy local = OriginPolicy.allowing(List.of("null"));
    assertThat(local.allows("null", HOST, false)).isTrue();
    assertThat(local.allows("NULL", HOST, false)).isFalse();
  }

  @Test
  void missingOriginIsAllowedUnlessRequired() {
    assertThat(policy.allows(null, HOST, false)).isTrue();
    assertThat(policy.requiringOrigin().allows(null, HOST, false)).isFalse();
    assertThat(policy.requiringOrigin().allows("https://app.example", HOST, false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example",
        "https://app.example/",
        "https://*.example",
        "https://app.example:x",
        "http://localhost:80:*",
        "",
        "**"
      })
  void listThatIsNotOfOriginsIsRefusedByName(String entry) {
    assertThatThrownBy(() -> OriginPolicy.allowing(List.of("https://ok.example", entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an origin: " + entry + ";");
  }
}
