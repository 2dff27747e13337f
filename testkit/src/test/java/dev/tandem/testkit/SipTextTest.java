package dev.tandem.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SipTextTest {
  private static final String INVITE =
      """
      INVITE sip:bob@example.test SIP/2.0
      v: SIP/2.0/WS a.invalid;branch=z9hG4bKone, SIP/2.0/UDP b;branch=z9hG4bKtwo
      Via: SIP/2.0/TCP c
      f: "Alice, at \\"home\\" <x>" <sip:alice@example.test;user=phone>;tag=abc;x="1"
      To: sip:bob@example.test;tag=def
      i: id@x
      CSeq: 7   INVITE
      Subject: one
       and two
      m: <sip:a@a.invalid;transport=ws;ob>;expires=10
      l: 3

      abc"""
          .replace("\n", "\r\n");

  @Test
  void readsWhatIsThereInAnyForm() {
    SipText text = SipText.parse(INVITE);
    assertThat(text.isRequest()).isTrue();
    assertThat(text.method()).isEqualTo("INVITE");
    assertThat(text.requestUri()).isEqualTo("sip:bob@example.test");
    assertThat(text.values("VIA"))
        .containsExactly(
            "SIP/2.0/WS a.invalid;branch=z9hG4bKone",
            "SIP/2.0/UDP b;branch=z9hG4bKtwo",
            "SIP/2.0/TCP c");
    assertThat(text.branch()).isEqualTo("z9hG4bKone");
    assertThat(text.fromTag()).isEqualTo("abc");
    assertThat(text.toTag()).isEqualTo("def");
    assertThat(SipText.uriOf(text.header("To"))).isEqualTo("sip:bob@example.test");
    assertThat(text.callId()).isEqualTo("id@x");
    assertThat(text.cseqNumber()).isEqualTo(7);
    assertThat(text.header("subject")).isEqualTo("one and two");
    assertThat(text.contactUri()).isEqualTo("sip:a@a.invalid;transport=ws;ob");
    assertThat(text.bodyText()).isEqualTo("abc");
  }

  @Test
  void quotedCommaDoesNotEndValue() {
    assertThat(SipText.parse(INVITE).values("From")).hasSize(1);
    assertThat(SipText.parameter("\"a;tag=no\" <sip:x;tag=no>;tag=\"y\\\"es\"", "TAG"))
        .isEqualTo("y\"es");
  }

  @Test
  void whatIsBuiltCanBeRead() {
    SipText built =
        SipText.response(200, "OK").add("Via", "SIP/2.0/WS x").add("CSeq", "1 INVITE").sdp("v=0é");
    SipText read = SipText.parse(built.bytes());
    assertThat(read.toString()).isEqualTo(built.toString());
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.reasonPhrase()).isEqualTo("OK");
    assertThat(read.method()).isEqualTo("INVITE");
    assertThat(read.header("Content-Length")).isEqualTo("5");
    assertThat(read.body()).isEqualTo(built.body());
  }

  @Test
  void setReplacesAllInPlace() {
    SipText text = SipText.parse(INVITE).set("Via", "SIP/2.0/WS z").set("New", "1").remove("f");
    assertThat(text.headers("v")).containsExactly("SIP/2.0/WS z");
    assertThat(text.lines().get(0).name()).isEqualTo("v");
    assertThat(text.has("From")).isFalse();
    assertThat(text.header("new")).isEqualTo("1");
  }

  @Test
  void refusesWhatIsNoMessage() {
    assertThatThrownBy(() -> SipText.parse("INVITE sip:x SIP/2.0\r\nVia: x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SipText.parse("INVITE  sip:x SIP/2.0\r\n\r\n"))
        .hasMessageContaining("start line");
    assertThatThrownBy(() -> SipText.parse("SIP/2.0 999 Odd\r\n\r\n"))
        .hasMessageContaining("start line");
  }
}
