package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import org.junit.jupiter.api.Test;

/** {@code registrar.path: require-supported}: RFC 3327 §5.3 to the letter. */
class PathPolicyLadderTest extends LadderTest {

  @Override
  String yaml() {
    return super.yaml() + "registrar:\n  path: require-supported\n";
  }

  @Test
  void aPathOfWhichTheClientSaysNothingIsRefused() {
    Phone bob = phone("udp", "bob");
    String edge = "<sip:edge@" + bob.address() + ";lr>";
    bob.sendsRegister(600, it -> it.add("Path", edge));
    assertThat(bob.receives(420, REGISTER).headers("Unsupported")).containsExactly("path");
    assertThat(gateway.gateway().registrar().bindingCount()).isZero();
  }

  @Test
  void aPathThatTheClientSupportsIsTaken() {
    Phone bob = phone("udp", "bob");
    String edge = "<sip:edge@" + bob.address() + ";lr>";
    bob.sendsRegister(600, it -> it.add("Path", edge).add("Supported", "path"));
    assertThat(bob.receives(200, REGISTER).headers("Path")).containsExactly(edge);
  }

  @Test
  void withoutAPathNobodyNeedsToSupportIt() {
    phone("udp", "bob").registers();
  }
}
