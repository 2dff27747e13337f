package dev.tandem.gateway.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a peer may be told of media, and what stays as it is. */
class MediaPolicyTest {
  private static final String SESSION =
      "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\n";
  private static final String AUDIO =
      """
      m=audio 50102 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
      c=IN IP4 192.0.2.7
      a=mid:0
      a=rtpmap:111 opus/48000/2
      a=rtcp-fb:111 transport-cc
      a=fmtp:111 minptime=10;useinbandfec=1
      a=rtpmap:63 red/48000/2
      a=fmtp:63 111/111
      a=rtpmap:9 G722/8000
      a=rtpmap:0 PCMU/8000
      a=rtpmap:8 PCMA/8000
      a=rtpmap:13 CN/8000
      a=rtpmap:110 telephone-event/48000
      a=rtpmap:126 telephone-event/8000
      a=x-unknown:111 stays
      """
          .replace("\n", "\r\n");
  private static final String VIDEO =
      """
      m=video 50104 UDP/TLS/RTP/SAVPF 96 97 102 103
      c=IN IP4 192.0.2.7
      b=AS:2000
      a=mid:1
      a=rtpmap:96 VP8/90000
      a=rtcp-fb:* nack
      a=rtcp-fb:96 nack pli
      a=rtpmap:97 rtx/90000
      a=fmtp:97 apt=96
      a=rtpmap:102 H264/90000
      a=fmtp:102 packetization-mode=1
      a=rtpmap:103 rtx/90000
      a=fmtp:103 apt=102
      """
          .replace("\n", "\r\n");
  private static final String DATA =
      "m=application 50106 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\na=sctp-port:5000\r\n";

  private static MediaPolicy codecs(String... names) {
    return new MediaPolicy(Set.of(), List.of(names), Map.of());
  }

  private static SdpText sdp(String text) {
    return SdpText.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String under(MediaPolicy policy, String text) {
    return new String(policy.apply(sdp(text)).bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void withoutRulesTheSameObjectComesBack() {
    SdpText given = sdp(SESSION + AUDIO + VIDEO);
    assertThat(MediaPolicy.ALL.apply(given)).isSameAs(given);
    assertThat(codecs("pcma").apply(sdp("no description at all")))
        .isEqualTo(sdp("no description at all"));
  }

  @Test
  void codecsComeInTheOrderOfThePolicyAndDtmfIsKeptAtEveryRate() {
    assertThat(under(codecs("PCMA", "PCMU"), SESSION + AUDIO))
        .isEqualTo(
            SESSION
                + """
                m=audio 50102 UDP/TLS/RTP/SAVPF 8 0 110 126
                c=IN IP4 192.0.2.7
                a=mid:0
                a=rtpmap:0 PCMU/8000
                a=rtpmap:8 PCMA/8000
                a=rtpmap:110 telephone-event/48000
                a=rtpmap:126 telephone-event/8000
                a=x-unknown:111 stays
                """
                    .replace("\n", "\r\n"));
  }

  @Test
  void retransmissionGoesWithWhatItRepeats() {
    assertThat(under(codecs("H264", "opus"), SESSION + VIDEO))
        .isEqualTo(
            SESSION
                + """
                m=video 50104 UDP/TLS/RTP/SAVPF 102 103
                c=IN IP4 192.0.2.7
                b=AS:2000
                a=mid:1
                a=rtcp-fb:* nack
                a=rtpmap:102 H264/90000
                a=fmtp:102 packetization-mode=1
                a=rtpmap:103 rtx/90000
                a=fmtp:103 apt=102
                """
                    .replace("\n", "\r\n"));
  }

  @Test
  void plainTypesNeedNoMap() {
    String bare =
        SESSION + "m=audio 4000 RTP/AVP 0 8 18 101\r\na=rtpmap:101 telephone-event/8000\r\n";
    assertThat(under(codecs("g729", "pcma"), bare))
        .isEqualTo(
            SESSION + "m=audio 4000 RTP/AVP 18 8 101\r\na=rtpmap:101 telephone-event/8000\r\n");
  }

  @Test
  void mediaThatMayNotCrossKeepTheirPlaceAndLeaveTheGroup() {
    MediaPolicy audioOnly = new MediaPolicy(Set.of("audio"), List.of(), Map.of());
    assertThat(under(audioOnly, SESSION + AUDIO + VIDEO + DATA))
        .isEqualTo(
            SESSION.replace("BUNDLE 0 1 2", "BUNDLE 0")
                + AUDIO
                + "m=video 0 UDP/TLS/RTP/SAVPF 96 97 102 103\r\n"
                + "c=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:1\r\n"
                + "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"
                + "c=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:2\r\n");
  }

  @Test
  void bandwidthIsLoweredNeverRaised() {
    MediaPolicy narrow = new MediaPolicy(Set.of(), List.of(), Map.of("audio", 64, "video", 512));
    assertThat(under(narrow, SESSION + AUDIO))
        .isEqualTo(SESSION + AUDIO.replace("192.0.2.7\r\n", "192.0.2.7\r\nb=AS:64\r\n"));
    assertThat(under(narrow, SESSION + VIDEO)).isEqualTo(SESSION + VIDEO.replace("2000", "512"));
    String less = SESSION + VIDEO.replace("b=AS:2000", "b=AS:300\r\nb=TIAS:280000");
    assertThat(under(narrow, less)).isEqualTo(less);
    assertThat(under(narrow, less.replace("280000", "900000")))
        .isEqualTo(less.replace("b=TIAS:280000\r\n", ""));
  }

  @Test
  void dtmfAloneIsNoCodec() {
    MediaPolicy foreign = codecs("g729", "telephone-event", "cn");
    assertThat(foreign.leavesNothingOf(sdp(SESSION + AUDIO))).isTrue();
    assertThat(under(foreign, SESSION + AUDIO)).contains("m=audio 0 ").contains("a=mid:0");
    assertThat(codecs("pcma").leavesNothingOf(sdp(SESSION + AUDIO))).isFalse();
    assertThat(codecs("pcma").leavesNothingOf(sdp(SESSION))).isFalse();
  }

  @Test
  void applyingTwiceIsApplyingOnce() {
    MediaPolicy policy =
        new MediaPolicy(Set.of("audio"), List.of("pcma", "opus"), Map.of("audio", 80));
    String once = under(policy, SESSION + AUDIO + VIDEO + DATA);
    assertThat(under(policy, once)).isEqualTo(once);
  }
}
