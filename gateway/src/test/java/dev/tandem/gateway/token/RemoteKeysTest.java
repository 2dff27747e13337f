package dev.tandem.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.tandem.gateway.config.ConfigLoader;
import dev.tandem.gateway.config.TokenConfig;
import dev.tandem.gateway.token.TokenOutcome.Bad;
import dev.tandem.gateway.token.TokenOutcome.Fault;
import dev.tandem.gateway.token.TokenOutcome.Good;
import dev.tandem.sip.time.Timers;
import dev.tandem.testkit.ManualClock;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteKeysTest {
  private final ManualClock clock = new ManualClock();
  private final AtomicInteger fetches = new AtomicInteger();
  private final PublicJsonWebKey first = TestTokens.pair("ES256");
  private final PublicJsonWebKey second = TestTokens.pair("ES256");
  private volatile String published = TestTokens.published(first);
  private HttpServer server;
  private TokenService service;

  @BeforeEach
  void publish() throws Exception {
    second.setKeyId("second");
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/jwks.json",
        exchange -> {
          byte[] body = published.getBytes(StandardCharsets.UTF_8);
          fetches.incrementAndGet();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    TokenConfig config =
        new ConfigLoader()
            .parse(
                "test.yaml",
                "domain: a.b\nauth: {tokens: {jwks: 'http://127.0.0.1:"
                    + server.getAddress().getPort()
                    + "/jwks.json'}}",
                Path.of(""))
            .auth()
            .tokens();
    service = new TokenService(config, new Timers(clock, clock), fault -> {});
  }

  @AfterEach
  void stop() {
    service.close();
    server.stop(0);
  }

  private TokenOutcome verify(PublicJsonWebKey key) {
    return service
        .verifier()
        .verify(
            TestTokens.sign(
                TestTokens.claims("alice"), "ES256", key.getPrivateKey(), key.getKeyId()));
  }

  private void awaitGood(PublicJsonWebKey key) {
    await().pollInterval(Duration.ofMillis(5)).until(() -> verify(key) instanceof Good);
  }

  @Test
  void keysAreFetchedAtStartAndFollowedWhenTheyChange() {
    awaitGood(first);
    published = TestTokens.published(second);
    clock.advance(Duration.ofSeconds(31));
    awaitGood(second); // the first of these tokens makes it fetch
    assertThat(verify(first)).isEqualTo(new Bad(Fault.SIGNATURE));
  }

  @Test
  void strangersCannotMakeItFetchAtWill() {
    awaitGood(first);
    int before = fetches.get();
    for (int i = 0; i < 50; i++) {
      verify(second);
    }
    clock.advance(Duration.ofSeconds(31));
    for (int i = 0; i < 50; i++) {
      verify(second);
    }
    await().until(() -> fetches.get() == before + 1);
    clock.advance(Duration.ofMinutes(10)); // the fetch of every ten minutes comes after all others
    await().until(() -> fetches.get() == before + 2);
  }

  @Test
  void oldKeysStayWhenTheServerIsBroken() {
    awaitGood(first);
    int before = fetches.get();
    published = "{\"keys\": []}";
    clock.advance(Duration.ofMinutes(10));
    await().until(() -> fetches.get() == before + 1);
    published = "x".repeat(300_000);
    clock.advance(Duration.ofMinutes(10));
    await().until(() -> fetches.get() == before + 2);
    server.stop(0);
    clock.advance(Duration.ofMinutes(10));
    assertThat(verify(first)).isInstanceOf(Good.class);
  }
}
