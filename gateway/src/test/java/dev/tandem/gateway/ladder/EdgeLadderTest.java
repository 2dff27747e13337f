package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;

/** The carrier is a PBX that keeps alice and bob; carol is the gateway's own user. */
abstract class EdgeLadderTest extends LadderTest {
  static final String CHALLENGE =
      "Digest realm=\"pbx\", nonce=\"n1\", opaque=\"o\", algorithm=MD5, qop=\"auth\"";

  /** The settings of the forward, beside its users and its trunk, as in braces. */
  abstract String forward();

  @Override
  String yaml() {
    return super.yaml()
            .replace("transport: udp}", "transport: udp, headers: {remove: [X-Internal]}}")
        + "registrar:\n  forward:\n    - {users: [alice, bob], trunk: carrier, "
        + forward()
        + "}\n";
  }

  /** The PBX asks for a password; the client answers by itself, and that comes to the PBX. */
  SipText pbxChallenges(String method, int status) {
    SipText asked = carrier.receives(method);
    carrier.answers(
        status,
        it ->
            it.add(status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate", CHALLENGE)
                .add(
                    status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate",
                    CHALLENGE.replace("MD5", "SHA-256")));
    return asked;
  }

  /** The PBX registers what it is asked to, as a registrar does. */
  SipText pbxRegisters(int expires) {
    SipText asked = carrier.receives(REGISTER);
    carrier.answers(200, it -> it.set("Contact", contactOf(asked) + ";expires=" + expires));
    return asked;
  }

  static String contactOf(SipText register) {
    return "<" + uriOf(register) + ">";
  }

  static String uriOf(SipText register) {
    String contact = register.header("Contact");
    return contact.substring(contact.indexOf('<') + 1, contact.indexOf('>'));
  }

  /** A browser that is a phone of the PBX, after a challenge. */
  SipText registers(Phone browser) {
    browser.sendsRegister(600, it -> {});
    pbxChallenges(REGISTER, 401);
    SipText asked = pbxRegisters(600);
    browser.receives(200, REGISTER);
    return asked;
  }

  /** Loses its connection, and the gateway knows. */
  void goesOffline(Phone browser) {
    browser.losesConnection();
    await("no bindings")
        .untilAsserted(() -> assertThat(gateway.gateway().registrar().bindingCount()).isZero());
    settle();
  }
}
