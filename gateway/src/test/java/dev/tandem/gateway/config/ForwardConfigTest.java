package dev.tandem.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.gateway.config.ForwardConfig.Challenge;
import dev.tandem.gateway.config.ForwardConfig.Mode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForwardConfigTest {
  private static TandemConfig parse(String forward) throws Exception {
    return new ConfigLoader()
        .parse(
            "t.yaml",
            """
            domain: a.b
            users:
              - {user: "6001", password: x}
              - {user: "6002", ha1: 00112233445566778899aabbccddeeff}
            trunks: [{name: pbx, address: 192.0.2.1}]
            registrar: {forward: [{%s}]}
            """
                .formatted(forward),
            Path.of(""));
  }

  private static ForwardConfig forward(String text) throws Exception {
    return parse(text).registrar().forward().get(0);
  }

  @Test
  void usersAndATrunkAreEnough() throws Exception {
    ForwardConfig forward = forward("users: ['6*', alice], trunk: pbx");
    assertThat(forward.mode()).isEqualTo(Mode.PATH);
    assertThat(forward.challenge()).isEqualTo(Challenge.PASS);
    assertThat(forward.expires()).isEqualTo(Duration.ofHours(1));
    assertThat(forward.isOf("6")).isTrue();
    assertThat(forward.isOf("6999")).isTrue();
    assertThat(forward.isOf("alice")).isTrue();
    assertThat(forward.isOf("alicea")).isFalse();
    assertThat(forward.isOf("7001")).isFalse();
  }

  @Test
  void aTrunkThatThereIsNotIsAProblem() {
    assertThatThrownBy(() -> parse("users: '*', trunk: pbc"))
        .hasMessageContaining("registrar.forward[0].trunk")
        .hasMessageContaining("did you mean pbx");
  }

  @Test
  void whoIsAnsweredForNeedsAPassword() throws Exception {
    forward("users: ['6001'], trunk: pbx, challenge: answer");
    assertThatThrownBy(() -> parse("users: ['6002'], trunk: pbx, challenge: answer"))
        .hasMessageContaining("registrar.forward[0].users")
        .hasMessageContaining("6002");
  }

  @Test
  void wordsThatAreNotKnownAreToldWithThoseThatAre() {
    assertThatThrownBy(() -> parse("users: '*', trunk: pbx, mode: proxy"))
        .hasMessageContaining("one of path, contact");
    assertThatThrownBy(() -> parse("users: 'a*b', trunk: pbx"))
        .hasMessageContaining("such as alice, 60* or *");
    assertThatThrownBy(() -> parse("users: [], trunk: pbx")).hasMessageContaining("users");
  }
}
