package dev.tandem.gateway.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.registrar.FlowTokens.Reading;
import dev.tandem.sip.message.SipUri;
import dev.tandem.sip.transport.FlowId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowTokensTest {
  private final FlowTokens tokens = new FlowTokens();

  @Test
  void aTokenNamesItsFlow() {
    for (long id : new long[] {1, 255, 256, Integer.MAX_VALUE + 1L, Long.MAX_VALUE}) {
      FlowId flow = new FlowId(id);
      assertThat(tokens.read(tokens.of(flow))).isEqualTo(new Reading.Live(flow));
    }
  }

  @Test
  void aFlowHasOneToken() {
    assertThat(tokens.of(new FlowId(7))).isEqualTo(tokens.of(new FlowId(7)));
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      assertThat(made.add(tokens.of(new FlowId(i)))).isTrue();
    }
  }

  @Test
  void aTokenIsTheUserPartOfAUriAsItIs() {
    String token = tokens.of(new FlowId(1));
    SipUri uri = SipUri.parse("sip:" + token + "@192.0.2.1:5060;transport=tcp;lr;ob");
    assertThat(uri).isNotNull();
    assertThat(uri.user()).isEqualTo(token).matches("[A-Za-z0-9_-]{30,40}");
  }

  @Test
  void aTokenWithOneBitChangedIsForged() {
    String token = tokens.of(new FlowId(42));
    int unchanged = 0;
    for (int i = 0; i < token.length(); i++) {
      for (char other : new char[] {'A', 'B', 'z', '-'}) {
        String changed = token.substring(0, i) + other + token.substring(i + 1);
        Reading reading = tokens.read(changed);
        if (changed.equals(token)) {
          unchanged++;
        } else {
          assertThat(reading).as(changed).isNotInstanceOf(Reading.Live.class);
        }
      }
    }
    assertThat(unchanged).isLessThan(token.length());
  }

  @Test
  void aTokenSignedWithAnotherKeyIsForged() {
    byte[] run = {1, 2, 3, 4, 5, 6};
    FlowTokens ours = new FlowTokens(run, new byte[32]);
    FlowTokens theirs = new FlowTokens(run, new byte[] {1});
    assertThat(ours.read(theirs.of(new FlowId(9)))).isEqualTo(new Reading.Forged());
  }

  @Test
  void aTokenOfAFormerRunIsDead() {
    assertThat(tokens.read(new FlowTokens().of(new FlowId(1)))).isEqualTo(new Reading.Dead());
  }

  @Test
  void whatOnlyBeginsLikeATokenIsForged() {
    assertThat(tokens.read("ft-")).isEqualTo(new Reading.Forged());
    assertThat(tokens.read("ft-%2F%2F")).isEqualTo(new Reading.Forged());
    assertThat(tokens.read(tokens.of(new FlowId(1)) + "AAAA")).isEqualTo(new Reading.Forged());
  }

  @Test
  void anybodyElsesNameIsNoToken() {
    assertThat(tokens.read("alice")).isEqualTo(new Reading.Other());
    assertThat(tokens.read("")).isEqualTo(new Reading.Other());
    assertThat(tokens.read("6001")).isEqualTo(new Reading.Other());
  }
}
