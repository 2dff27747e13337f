package dev.tandem.gateway.sip.identity;

import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.Gateway;
import dev.tandem.gateway.GatewayEnvironment;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayNameTest {

  @ParameterizedTest
  @CsvSource({
    "'', '\"Alice Liddell\" <sip:alice@a.b>'",
    "'\"Al\" ', '\"Al\" <sip:alice@a.b>'",
  })
  void theConfiguredNameStandsInForAMissingOne(String sent, String received) throws Exception {
    String yaml =
        """
        domain: a.b
        http: {listen: "127.0.0.1:0"}
        sip: {listen: {udp: [], tcp: []}}
        users:
          - {user: alice, password: x, displayName: Alice Liddell}
          - {user: bob, password: x}
        """;
    try (Gateway gateway =
            Gateway.start(
                new ConfigLoader().parse("test", yaml, Path.of("")), GatewayEnvironment.system());
        Ladder ladder = new Ladder()) {
      InetSocketAddress http = gateway.endpoints().get(0).address();
      URI url = URI.create("ws://127.0.0.1:" + http.getPort() + "/ws");
      Phone alice = Phone.sipJs(ladder, "alice", new PhoneIdentity("alice", "a.b", "x"), url);
      Phone bob = Phone.jsSip(ladder, "bob", new PhoneIdentity("bob", "a.b", "x"), url);
      bob.registers();

      alice.invites(
          bob.aor(), invite -> invite.set("From", sent + "<sip:alice@a.b>;tag=" + "abc123"));

      assertThat(bob.receives(INVITE).header("From")).startsWith(received + ";tag=");
      bob.answers(486);
      alice.receives(486);
    }
  }
}
