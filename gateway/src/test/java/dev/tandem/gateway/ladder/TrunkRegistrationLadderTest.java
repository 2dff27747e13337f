package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.OPTIONS;
import static dev.tandem.testkit.Sip.REGISTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.trunk.TrunkReport;
import dev.tandem.testkit.Digest;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A carrier that we register with, and that is asked whether it is there. */
class TrunkRegistrationLadderTest extends LadderTest {
  private static final Duration START = Duration.ofSeconds(3);

  @Override
  String yaml() {
    return super.yaml()
        .replace(
            "transport: udp}",
            "transport: udp, domain: carrier.example,"
                + " auth: {user: acc1, password: s3cret, realm: carrier.example},"
                + " register: {user: \"4930123\", expires: 10m},"
                + " health: {interval: 60s, timeout: 5s, down: 2}}");
  }

  private TrunkReport report() {
    return gateway.gateway().trunks().reports().get(0);
  }

  private boolean isRegistered() {
    TrunkReport.Registered registered = report().registered();
    return registered != null && registered.registered();
  }

  /** REGISTER and OPTIONS come in any order at the start; here OPTIONS is answered on the way. */
  private SipText receivesRegister() {
    while (true) {
      passesUntilReceived(carrier, Duration.ofMinutes(11));
      SipText request = carrier.receivesAny();
      if (request.isRequest() && request.method().equals(REGISTER)) {
        return request;
      }
      assertThat(request.method()).isEqualTo(OPTIONS);
      carrier.answers(200);
    }
  }

  private void challenges(int status, String nonce) {
    String header = status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
    carrier.answers(
        status,
        response ->
            response.add(
                header, "Digest realm=\"carrier.example\", nonce=\"" + nonce + "\", qop=\"auth\""));
  }

  private void grants(SipText register, int seconds) {
    carrier.answers(
        200,
        response -> response.set("Contact", register.header("Contact") + ";expires=" + seconds));
  }

  private SipText registers() {
    receivesRegister();
    challenges(401, "n1");
    SipText signed = receivesRegister();
    grants(signed, 600);
    await().until(this::isRegistered);
    return signed;
  }

  @Test
  void registersWithAChallengeAndRefreshes() {
    SipText first = receivesRegister();
    assertThat(first.requestUri()).isEqualTo("sip:carrier.example");
    assertThat(SipText.uriOf(first.header("To"))).isEqualTo("sip:4930123@carrier.example");
    assertThat(SipText.uriOf(first.header("From"))).isEqualTo("sip:4930123@carrier.example");
    assertThat(first.contactUri())
        .isEqualTo("sip:4930123@127.0.0.1:" + gateway.address("udp").getPort());
    assertThat(first.header("Expires")).isEqualTo("600");
    challenges(401, "n1");
    SipText signed = receivesRegister();
    assertThat(signed.callId()).isEqualTo(first.callId());
    assertThat(signed.cseqNumber()).isEqualTo(first.cseqNumber() + 1);
    Digest.Challenge given = Digest.Challenge.parse(signed.header("Authorization"));
    assertThat(given.get("response"))
        .isEqualTo(
            Digest.response(
                given,
                "acc1",
                "s3cret",
                REGISTER,
                "sip:carrier.example",
                given.get("nc"),
                given.get("cnonce")));
    grants(signed, 600);
    await().until(this::isRegistered);
    SipText refresh = receivesRegister();
    assertThat(refresh.callId()).isEqualTo(first.callId());
    assertThat(refresh.cseqNumber()).isEqualTo(signed.cseqNumber() + 1);
    assertThat(Digest.Challenge.parse(refresh.header("Authorization")).get("nc"))
        .isEqualTo("00000002");
    grants(refresh, 600);
    settle();
    assertThat(isRegistered()).isTrue();
  }

  @Test
  void tooBriefIsFollowed() {
    receivesRegister();
    carrier.answers(423, response -> response.add("Min-Expires", "1800"));
    SipText longer = receivesRegister();
    assertThat(longer.header("Expires")).isEqualTo("1800");
    grants(longer, 1800);
    await().until(this::isRegistered);
  }

  @Test
  void wrongPasswordIsToldAndNotTriedSoon() {
    receivesRegister();
    challenges(401, "n1");
    receivesRegister();
    challenges(401, "n2");
    await().untilAsserted(() -> assertThat(report().registered().words()).contains(": 401 "));
    assertThat(report().registered().registered()).isFalse();
    assertThat(report().registered().next()).isAfter(clock.instant().plusSeconds(800));
    assertThat(report().up()).isTrue(); // calls may still be taken
  }

  /** The number that was dialled is in To, since the Request-URI is the Contact that we gave. */
  @Test
  void callToTheRegisteredContactIsForTheNumberInTo() {
    SipText register = registers();
    Phone bob = sipJs("bob");
    bob.registers();
    carrier.invites(register.contactUri(), invite -> invite.set("To", "<sip:bob@carrier.example>"));
    SipText invite = bob.receives(INVITE);
    assertThat(SipText.uriOf(invite.header("From"))).isEqualTo("sip:carrier@carrier.test");
    bob.answers(200);
    carrier.receives(200);
    carrier.sends(ACK);
    bob.receives(ACK);
    assertThat(gateway.gateway().trunks().calls("carrier")).isEqualTo(1);
    settle();
    carrier.sends(BYE);
    carrier.receives(200);
    bob.receives(BYE);
    bob.answers(200);
    await().until(() -> gateway.gateway().trunks().calls("carrier") == 0);
  }

  @Test
  void optionsOfTheTrunkAreAnswered() {
    carrier.asks(OPTIONS, sip("qualify"), request -> {});
    carrier.receives(200, OPTIONS);
  }

  @Test
  void silenceBringsTheTrunkDownAndAnAnswerUp() {
    registers();
    while (report().up()) {
      clock.advance(Duration.ofSeconds(1)); // nobody answers
    }
    assertThat(report().reason()).isEqualTo("no answer to OPTIONS within 5000 ms");
    assertThat(report().addresses()).hasSize(1);
    Set<String> answered = new HashSet<>();
    while (!report().up()) {
      clock.advance(Duration.ofSeconds(1));
      settle();
      while (!carrier.isIdle()) {
        SipText request = carrier.receivesAny();
        if (request.method().equals(OPTIONS) && answered.add(request.callId())) {
          carrier.answers(request, 200); // and not what is repeated of it
        }
      }
      settle();
    }
    assertThat(report().reason()).isEqualTo("OPTIONS was answered 200 OK");
  }

  @Test
  void leavingTakesTheRegistrationBack() {
    SipText register = registers();
    var left = gateway.gateway().trunks().leave();
    SipText last = receivesRegister();
    assertThat(last.header("Expires")).isEqualTo("0");
    assertThat(last.contactUri()).isEqualTo(register.contactUri());
    assertThat(last.cseqNumber()).isGreaterThan(register.cseqNumber());
    carrier.answers(200);
    await().until(left::isDone);
    assertThat(isRegistered()).isFalse();
  }
}
