package dev.tandem.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class SubnetTest {

  /** No name is looked up: it is an address. */
  private static InetAddress subnet(String literal) throws Exception {
    return Subnet.of(InetAddress.getAllByName(literal)[0]);
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() throws Exception {
    assertThat(subnet("2001:db8:1:2::1"))
        .isEqualTo(subnet("2001:db8:1:2:ffff::2"))
        .isNotEqualTo(subnet("2001:db8:1:3::1"));
  }

  @Test
  void anAddressOfIpv4IsItself() throws Exception {
    assertThat(subnet("192.0.2.1").getHostAddress()).isEqualTo("192.0.2.1");
  }
}
