package dev.tandem.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which trunk a request is from. */
class TrunksTest extends TrunkTest {
  private static final Trunks.Claims NOBODY = new Trunks.Claims("123", "elsewhere.example");

  private static @Nullable String who(Trunks trunks, String source, Trunks.Claims claims) {
    String[] hostPort = source.split("#", -1);
    Trunk found =
        trunks.of(
            new FakeFlow(
                Transport.UDP, new InetSocketAddress(hostPort[0], Integer.parseInt(hostPort[1]))),
            claims);
    return found == null ? null : found.name();
  }

  @Test
  void addressesOfNamesAreKnown() {
    names.put("pbx.example", "10.0.0.7");
    names.put("proxy.example", "10.0.0.8");
    Trunks trunks = trunks("  - {name: pbx, address: pbx.example, outboundProxy: proxy.example}\n");
    assertThat(who(trunks, "10.0.0.7#40000", NOBODY)).isEqualTo("pbx");
    assertThat(who(trunks, "10.0.0.8#5060", NOBODY)).isEqualTo("pbx");
    assertThat(who(trunks, "10.0.0.9#5060", NOBODY)).isNull();
  }

  @Test
  void sourcesReplaceTheAddress() {
    Trunks trunks =
        trunks("  - {name: c, address: 10.0.0.1, sources: [192.0.2.0/24, \"2001:db8::/32\"]}\n");
    assertThat(who(trunks, "192.0.2.200#5060", NOBODY)).isEqualTo("c");
    assertThat(who(trunks, "2001:db8:1::7#5060", NOBODY)).isEqualTo("c");
    assertThat(who(trunks, "10.0.0.1#5060", NOBODY)).isNull();
    assertThat(who(trunks, "2001:db9::7#5060", NOBODY)).isNull();
  }

  @Test
  void longestPrefixIsMeant() {
    Trunks trunks =
        trunks(
            """
              - {name: wide, address: 10.9.9.9, sources: [192.0.2.0/24]}
              - {name: narrow, address: 10.9.9.8, sources: [192.0.2.128/25]}
              - {name: one, address: 192.0.2.129}
              - {name: all, address: 10.9.9.7, sources: [0.0.0.0/0]}
            """);
    assertThat(who(trunks, "192.0.2.1#5060", NOBODY)).isEqualTo("wide");
    assertThat(who(trunks, "192.0.2.130#5060", NOBODY)).isEqualTo("narrow");
    assertThat(who(trunks, "192.0.2.129#5060", NOBODY)).isEqualTo("one");
    assertThat(who(trunks, "198.51.100.1#5060", NOBODY)).isEqualTo("all");
  }

  @Test
  void networkThatHoldsEverybodyExemptsNobodyFromLimits() throws Exception {
    Trunks trunks =
        trunks(
            """
              - {name: all, address: 10.9.9.7, sources: [0.0.0.0/0, "::/0", 192.0.2.7]}
              - {name: big, address: 10.9.9.6, sources: [198.0.0.0/8, "2001:db8::/32"]}
              - {name: pbx, address: 10.9.9.5}
            """);
    for (String known : List.of("192.0.2.7", "198.51.100.1", "2001:db8::1", "10.9.9.5")) {
      assertThat(trunks.isPeer(InetAddress.getByName(known))).as(known).isTrue();
    }
    for (String stranger : List.of("192.0.2.8", "2001:db9::1", "10.9.9.7")) {
      assertThat(trunks.isPeer(InetAddress.getByName(stranger))).as(stranger).isFalse();
    }
    assertThat(who(trunks, "192.0.2.8#5060", NOBODY)).isEqualTo("all");
  }

  @Test
  void trunksBehindOneAddressAreToldApart() {
    Trunks trunks =
        trunks(
            """
              - {name: a, address: 10.0.0.1, domain: a.example}
              - {name: b, address: "10.0.0.1:5070", domain: b.example}
              - {name: line1, address: 10.0.0.1, register: {user: "4930111"}}
              - {name: line2, address: 10.0.0.1, register: {user: "4930222"}, contactUser: l2}
            """);
    assertThat(who(trunks, "10.0.0.1#40000", new Trunks.Claims("4930111", "b.example")))
        .isEqualTo("line1");
    assertThat(who(trunks, "10.0.0.1#5070", new Trunks.Claims("l2", "b.example")))
        .isEqualTo("line2");
    assertThat(who(trunks, "10.0.0.1#5070", new Trunks.Claims("4930222", "a.example")))
        .isEqualTo("b");
    assertThat(who(trunks, "10.0.0.1#40000", new Trunks.Claims("1", "b.example"))).isEqualTo("b");
    assertThat(who(trunks, "10.0.0.1#40000", NOBODY)).isEqualTo("a");
  }

  @Test
  void browserIsNeverATrunk() {
    Trunks trunks = trunks("  - {name: a, address: 10.0.0.1}\n");
    Flow flow = new FakeFlow(Transport.WSS, new InetSocketAddress("10.0.0.1", 5060));
    assertThat(trunks.of(flow, NOBODY)).isNull();
  }

  @Test
  void unknownTrunkIsDownAndIdle() {
    Trunks trunks = trunks("  - {name: a, address: 10.0.0.1}\n");
    assertThat(trunks.isUp("a")).isTrue();
    assertThat(trunks.isUp("b")).isFalse();
    assertThat(trunks.calls("b")).isZero();
    trunks.all().get(0).callBegins();
    assertThat(trunks.calls("a")).isEqualTo(1);
    trunks.all().get(0).callEnds();
  }

  record FakeFlow(Transport transport, InetSocketAddress remote) implements Flow {
    @Override
    public FlowId id() {
      throw new UnsupportedOperationException();
    }

    @Override
    public InetSocketAddress local() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean send(byte[] message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close(FlowEnd why) {
      throw new UnsupportedOperationException();
    }
  }
}
