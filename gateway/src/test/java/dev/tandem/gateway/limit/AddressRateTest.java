package dev.tandem.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressRateTest {
  private final AtomicLong millis = new AtomicLong();
  private final AddressRate rate = new AddressRate(2, millis::get);

  /** No name is looked up: it is an address. */
  private static InetAddress address(String literal) throws Exception {
    return InetAddress.getAllByName(literal)[0];
  }

  @Test
  void eachAddressHasItsOwnAndGetsNewOnesWithTime() throws Exception {
    InetAddress one = address("192.0.2.1");
    assertThat(rate.isExhausted(one)).isFalse();
    assertThat(rate.take(one)).isTrue();
    assertThat(rate.take(one)).isTrue();
    assertThat(rate.isExhausted(one)).isTrue();
    assertThat(rate.take(one)).isFalse();
    assertThat(rate.secondsToWait(one)).isEqualTo(30);
    assertThat(rate.take(address("192.0.2.2"))).isTrue();
    millis.addAndGet(30_000);
    assertThat(rate.isExhausted(one)).isFalse();
    assertThat(rate.take(one)).isTrue();
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() throws Exception {
    assertThat(rate.take(address("2001:db8:1:2::1"))).isTrue();
    assertThat(rate.take(address("2001:db8:1:2:ffff::2"))).isTrue();
    assertThat(rate.take(address("2001:db8:1:2::3"))).isFalse();
    assertThat(rate.take(address("2001:db8:1:3::1"))).isTrue();
  }
}
