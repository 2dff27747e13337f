package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** One device of a user: by its GRUU (RFC 5627), its flows (RFC 5626), its Path (RFC 3327). */
class DeviceLadderTest extends LadderTest {

  @Override
  String yaml() {
    return super.yaml() + "registrar:\n  serviceRoute: [\"sip:edge.example.test;lr\"]\n";
  }

  private static String gruu(SipText registered, String kind, Phone phone) {
    for (String contact : registered.values("Contact")) {
      Matcher found = Pattern.compile(";" + kind + "=\"([^\"]+)\"").matcher(contact);
      if (contact.contains(phone.contactUri()) && found.find()) {
        return found.group(1);
      }
    }
    throw new AssertionError("no " + kind + " for " + phone.name() + " in\n" + registered);
  }

  /** The two devices of bob; only the first is called. */
  private void ringsAlone(Phone called, Phone other, String uri) {
    Phone alice = sipJs("alice");
    alice.invites(uri);
    assertThat(called.receives(INVITE).requestUri()).isEqualTo(called.contactUri());
    called.answers(486);
    called.receives(ACK);
    alice.receives(486);
    assertThat(other.isIdle()).isTrue();
    ladder.nothingMore();
  }

  @Test
  void publicGruuReachesOneDevice() {
    Phone desk = phone("jsSip", "bob desk", "bob");
    Phone mobile = phone("jsSip", "bob mobile", "bob");
    String gruu = gruu(desk.registers(), "pub-gruu", desk);
    mobile.registers();
    assertThat(gruu).startsWith("sip:bob@example.test;gr=urn:uuid:");
    ringsAlone(desk, mobile, gruu);
  }

  @Test
  void temporaryGruuReachesOneDeviceAndDoesNotNameItsUser() {
    Phone desk = phone("jsSip", "bob desk", "bob");
    Phone mobile = phone("jsSip", "bob mobile", "bob");
    desk.registers();
    String first = gruu(mobile.registers(), "temp-gruu", mobile);
    String second = gruu(mobile.registers(), "temp-gruu", mobile);
    assertThat(first).doesNotContain("bob").endsWith("@example.test;gr").isNotEqualTo(second);
    ringsAlone(mobile, desk, first);
  }

  @Test
  void gruuOfADeviceThatIsGoneReachesNobodyElse() {
    Phone desk = phone("jsSip", "bob desk", "bob");
    Phone mobile = phone("jsSip", "bob mobile", "bob");
    String gruu = gruu(desk.registers(), "pub-gruu", desk);
    mobile.registers();
    desk.registers(0);
    Phone alice = sipJs("alice");
    alice.invites(gruu);
    alice.receives(480);
    ladder.nothingMore();
  }

  @Test
  void guessedTemporaryGruuLeadsNowhere() {
    Phone alice = jsSip("alice");
    alice.invites("sip:tgruu.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@example.test;gr");
    alice.receives(404);
    ladder.nothingMore();
  }

  @Test
  void clientWithoutInstanceGetsItsContactAsItWas() {
    Phone bob = sipJs("bob");
    assertThat(bob.registers().header("Contact")).doesNotContain("gruu");
  }

  @Test
  void requestsInsideTheCallFindAContactThatIsAGruu() {
    Phone bob = phone("udp", "bob");
    String instance = ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-0000000000AB>\"";
    bob.sendsRegister(
        600,
        it -> it.set("Contact", "<" + bob.contactUri() + ">" + instance).add("Supported", "gruu"));
    String gruu = gruu(bob.receives(200, REGISTER), "pub-gruu", bob);
    Phone alice = jsSip("alice");
    alice.registers();
    bob.invites(sip("alice"), it -> it.set("Contact", "<" + gruu + ">"));
    alice.receives(INVITE);
    alice.answers(200);
    bob.receives(200);
    bob.sends(ACK);
    alice.receives(ACK);
    alice.sends(BYE);
    alice.receives(200);
    assertThat(bob.receives(BYE).requestUri()).isEqualTo(gruu);
    bob.answers(200);
    ladder.nothingMore();
  }

  // Outbound.

  @Test
  void deviceWithTwoFlowsRingsOnTheLatest() {
    Phone first = phone("jsSip", "bob first", "bob");
    Phone second = phone("jsSip", "bob second", "bob");
    String instance = ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-0000000000AC>\"";
    first.sendsRegister(
        600, it -> it.set("Contact", "<" + first.contactUri() + ">;reg-id=1" + instance));
    assertThat(first.receives(200, REGISTER).header("Require")).isEqualTo("outbound");
    second.sendsRegister(
        600, it -> it.set("Contact", "<" + second.contactUri() + ">;reg-id=2" + instance));
    assertThat(second.receives(200, REGISTER).values("Contact")).hasSize(2);
    ringsAlone(second, first, sip("bob"));
  }

  @Test
  void clientWithoutRegIdIsNotToldOfOutbound() {
    assertThat(sipJs("bob").registers().has("Require")).isFalse();
  }

  // Path and Service-Route.

  @Test
  void requestsGoByThePathOfTheRegistration() {
    Phone bob = phone("udp", "bob"); // who is the edge proxy as well
    String edge = "<sip:edge@" + bob.address() + ";lr;ob>";
    String behind = "<sip:bob@192.0.2.77:5060>";
    bob.sendsRegister(600, it -> it.set("Contact", behind).add("Path", edge));
    SipText registered = bob.receives(200, REGISTER);
    assertThat(registered.headers("Path")).containsExactly(edge);
    assertThat(registered.header("Service-Route")).isEqualTo("<sip:edge.example.test;lr>");
    Phone alice = sipJs("alice");
    alice.invites(sip("bob"));
    SipText invite = bob.receives(INVITE);
    assertThat(invite.requestUri()).isEqualTo("sip:bob@192.0.2.77:5060");
    assertThat(invite.headers("Route")).containsExactly(edge);
    bob.answers(180);
    alice.receives(180);
    alice.sends(CANCEL);
    alice.receives(200, CANCEL);
    alice.receives(487, INVITE);
    assertThat(bob.receives(CANCEL).headers("Route")).containsExactly(edge);
    bob.answers(487, INVITE);
    assertThat(bob.receives(ACK).headers("Route")).containsExactly(edge);
    ladder.nothingMore();
  }
}
