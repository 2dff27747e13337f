package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import dev.tandem.testkit.RawWebSocket;
import org.junit.jupiter.api.Test;

/** Addresses of {@code limits.allow}, and others under the same limits, which are very tight. */
class AllowListLadderTest extends LadderTest {
  private static final String ALLOWED = "127.0.0.1";
  private static final String STRANGE = "127.0.0.5";

  @Override
  String yaml() {
    return super.yaml()
        + """
        limits:
          rates: {perConnection: 1, perAddress: 2, registers: 1, connects: 2}
          connections: {perAddress: 2}
          ban: {after: 2, within: 1m, for: 5m}
          allow: [127.0.0.1, 10.0.0.0/8]
        """;
  }

  private RawWebSocket upgrade(String from) {
    return RawWebSocket.to(webSocket()).subprotocol("sip").from(from).connect();
  }

  @Test
  void whoIsAllowedHasNoRatesNoBansAndAsManyConnectionsAsItLikes() {
    Phone mallory =
        Phone.jsSip(ladder, "mallory", new PhoneIdentity("alice", DOMAIN, "wrong"), webSocket());
    for (int guess = 0; guess < 5; guess++) {
      mallory.sendsRegister(600, register -> {});
      mallory.receives(401);
    }
    Phone alice = sipJs("alice");
    for (int i = 0; i < 20; i++) {
      alice.registers();
    }
    for (int i = 0; i < 10; i++) {
      assertThat(upgrade(ALLOWED).status()).isEqualTo(101);
    }
    assertThat(metric("tandem_guard_turned_total.*")).isZero();
    assertThat(metric("tandem_guard_addresses")).isZero();
  }

  @Test
  void whoIsNotHasThem() {
    RawWebSocket first = upgrade(STRANGE);
    RawWebSocket second = upgrade(STRANGE);
    assertThat(first.status()).isEqualTo(101);
    assertThat(second.status()).isEqualTo(101);
    assertThat(upgrade(STRANGE).receive().closeCode()).isEqualTo(1008);
    assertThat(upgrade(STRANGE).receive().closeCode()).isEqualTo(1008);
    assertThat(upgrade(STRANGE).status()).isEqualTo(503); // two a second, and twice as many at once
    assertThat(metric("tandem_guard_turned_total\\{why=\"connect_rate\"}")).isEqualTo(1);
    assertThat(upgrade(ALLOWED).status()).isEqualTo(101);
  }
}
