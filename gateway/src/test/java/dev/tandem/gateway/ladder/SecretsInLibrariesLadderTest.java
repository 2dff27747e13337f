package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.token.TestTokens;
import dev.tandem.testkit.FakeDns;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The libraries below us log, too, when they are let: at {@code trace} neither the HTTP server nor
 * DNS, SIP or what we say to an rtpengine shows a secret; {@link SecretsLadderTest} has the rest.
 */
class SecretsInLibrariesLadderTest extends RelayLadderTest {
  private static final String TRUNK_PASSWORD = "trunk-s3cret-77aa";
  private static final String MEDIA_KEY = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
  private static final String ICE_PASSWORD = "1cePassw0rdOfAlice4242";

  private final FakeDns dns = FakeDns.start();
  private final Map<String, String> secrets = new TreeMap<>();

  @AfterEach
  void stopDns() {
    dns.close();
  }

  @Override
  String yaml() {
    String address = carrier.address();
    String port = address.substring(address.indexOf(':') + 1);
    dns.knows(
        "_sip._udp.named.example 600 SRV 1 0 " + port + " a.named.example.",
        "a.named.example 600 A 127.0.0.2");
    return super.yaml()
            .replace(
                "trunks:\n",
                "trunks:\n  - {name: named, address: named.example, transport: udp, media: rtp,"
                    + " largeRequests: udp,\n     auth: {user: acc1, realm: named.example, password: "
                    + TRUNK_PASSWORD
                    + "}}\n")
            .replace("routes:\n", "routes:\n  - {number: \"91*\", trunk: named}\n")
            .replace(
                "  listen:\n    udp:",
                "  dns: {servers: [\"127.0.0.1:%d\"]}\n  listen:\n    udp:"
                    .formatted(dns.address().getPort()))
        + "auth: {tokens: {secret: \"%s\", inQuery: true}}\n".formatted(TestTokens.SECRET);
  }

  @Test
  void noneIsLogged() throws IOException {
    try (EveryLogLine log = new EveryLogLine()) {
      secrets.put("trunk's password", TRUNK_PASSWORD);
      secrets.put("key of the media", MEDIA_KEY);
      secrets.put("password of ICE", ICE_PASSWORD);
      secrets.put("key that signs tokens", TestTokens.SECRET);
      callsByNameAndRelay();
      upgrades();
      settle();
      String logged = log.text();
      assertThat(log.loggers())
          .as("all is logged")
          .anyMatch(name -> name.startsWith("io.undertow"))
          .anyMatch(name -> name.startsWith("org.xnio"))
          .anyMatch(name -> name.startsWith("dev.tandem"));
      secrets.forEach(
          (what, secret) -> assertThat(linesWith(logged, secret)).as("the " + what).isEmpty());
    }
  }

  private static List<String> linesWith(String text, String secret) {
    return text.lines().filter(line -> line.contains(secret)).limit(3).toList();
  }

  private void callsByNameAndRelay() {
    Phone alice = jsSip("alice");
    alice.describes(
        Sdp.browser().replaceAll("a=ice-pwd:[^\r]*", "a=ice-pwd:" + ICE_PASSWORD)
            + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"
            + MEDIA_KEY
            + "\r\n");
    alice.invites(sip("91550100"));
    carrier.receives(INVITE);
    String challenge = "Digest realm=\"named.example\", nonce=\"n\"";
    carrier.answers(407, answer -> answer.add("Proxy-Authenticate", challenge));
    carrier.receives(ACK);
    String signed = carrier.receives(INVITE).header("Proxy-Authorization");
    secrets.put("digest", signed.replaceFirst("(?s).*response=\"([0-9a-f]+)\".*", "$1"));
    carrier.answers(486);
    carrier.receives(ACK);
    alice.receives(486);
  }

  /** Tokens wherever a page or a proxy in front may put them, in requests right and wrong. */
  private void upgrades() throws IOException {
    String token = TestTokens.shared("bob");
    secrets.put("token", token.substring(token.lastIndexOf('.') + 1));
    String bad = "bad-t0ken-ff88ee";
    secrets.put("bad token", bad);
    String upgrade =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sip\r\n";
    for (String value : new String[] {token, bad}) {
      for (String request :
          List.of(
              "GET /ws?access_token=" + value + " HTTP/1.1\r\nHost: x\r\n" + upgrade,
              "GET /ws HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + value + "\r\n" + upgrade,
              "GET /ws HTTP/1.1\r\nHost: x\r\nCookie: tandem_token=" + value + "\r\n" + upgrade,
              "GET /ws?access_token=" + value + "&access_token=x HTTP/1.1\r\nHost: x\r\n",
              "GET /nothing?access_token=" + value + " HTTP/1.1\r\nHost: x\r\n",
              "GET /ws HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.7\r\n"
                  + "Forwarded: for=192.0.2.7\r\nProxy-Authorization: Basic "
                  + value
                  + "\r\nAuthorization: Bearer "
                  + value
                  + "\r\n"
                  + upgrade,
              "POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nAuthorization: Bearer "
                  + value
                  + "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}",
              "GET /ice-servers HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: JWT "
                  + value
                  + "\r\n")) {
        String answer = RawPages.answer(gateway.address("http"), request + "\r\n");
        assertThat(answer).doesNotContain(value);
      }
    }
  }
}
