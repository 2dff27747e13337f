package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.SipText;
import org.junit.jupiter.api.Test;

/** The PBX is reached as it is by default: by UDP, and by TCP when a request is too large. */
class EdgeSizeLadderTest extends EdgeLadderTest {
  @Override
  String forward() {
    return "mode: path";
  }

  @Override
  String yaml() {
    return super.yaml().replace("largeRequests: udp, ", "");
  }

  @Test
  void aRegisterOfOrdinarySizeGoesByUdp() {
    SipText asked = registers(jsSip("alice"));
    assertThat(asked.header("Via")).startsWith("SIP/2.0/UDP ");
    assertThat(asked.header("Path")).contains("@127.0.0.1:" + udp().getPort() + ";lr;ob>");
  }
}
