package dev.tandem.gateway.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HiddenEventsTest {
  private static final String SESSION = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";
  private static final String PCMU = "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";
  private static final String OPUS = "m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 opus/48000/2\r\n";
  private static final String OFFERED =
      "m=audio 5000 RTP/AVP 101 0 110 126\r\n"
          + "a=rtpmap:101 opus/48000/2\r\n"
          + "a=rtpmap:110 telephone-event/48000\r\n"
          + "a=rtpmap:126 telephone-event/8000\r\n";

  private static SdpText sdp(String... media) {
    return SdpText.parse((SESSION + String.join("", media)).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String text(SdpText sdp) {
    return new String(sdp.bytes(), StandardCharsets.ISO_8859_1).substring(SESSION.length());
  }

  @Test
  void theyAreTakenOutWithAllThatIsSaidOfThem() {
    assertThat(text(HiddenEvents.without(sdp(OFFERED + "a=fmtp:126 0-15\r\na=sendrecv\r\n"))))
        .isEqualTo("m=audio 5000 RTP/AVP 101 0\r\na=rtpmap:101 opus/48000/2\r\na=sendrecv\r\n");
    assertThat(HiddenEvents.without(sdp(PCMU))).isEqualTo(sdp(PCMU));
  }

  @Test
  void mediumOfEventsAloneAndOneThatIsRefusedStayAsTheyAre() {
    String alone = "m=audio 4000 RTP/AVP 97\r\na=rtpmap:97 telephone-event/8000\r\n";
    String refused = "m=audio 0 RTP/AVP 97 0\r\na=rtpmap:97 telephone-event/8000\r\n";
    String data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
    SdpText all = sdp(alone, refused, data);
    assertThat(HiddenEvents.without(all)).isEqualTo(all);
    assertThat(HiddenEvents.inOffer(all)).isEqualTo(all);
  }

  @Test
  void anOfferGetsThemByATypeThatItDoesNotUse() {
    assertThat(text(HiddenEvents.inOffer(sdp(PCMU))))
        .isEqualTo(
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
                + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n");
    assertThat(text(HiddenEvents.inOffer(sdp(OPUS))))
        .contains("RTP/AVP 101 96\r\n", "a=rtpmap:96 telephone-event/48000\r\n");
    assertThat(HiddenEvents.inOffer(sdp(OFFERED))).isEqualTo(sdp(OFFERED));
    String video = "m=video 4000 RTP/AVP 97\r\na=rtpmap:97 VP8/90000\r\n";
    assertThat(HiddenEvents.inOffer(sdp(video))).isEqualTo(sdp(video));
  }

  @Test
  void anAnswerGetsThoseOfTheOfferThatHaveTheClockOfItsCodec() {
    assertThat(text(HiddenEvents.inAnswer(sdp(PCMU), sdp(OFFERED))))
        .contains("RTP/AVP 0 126\r\n", "a=rtpmap:126 telephone-event/8000\r\n");
    assertThat(text(HiddenEvents.inAnswer(sdp(OPUS), sdp(OFFERED))))
        .contains("RTP/AVP 101 110\r\n");
    assertThat(HiddenEvents.inAnswer(sdp(PCMU), sdp(PCMU))).isEqualTo(sdp(PCMU));
    String has = PCMU.replace(" 0\r", " 0 126\r") + "a=rtpmap:126 telephone-event/8000\r\n";
    assertThat(HiddenEvents.inAnswer(sdp(has), sdp(OFFERED))).isEqualTo(sdp(has));
  }

  @Test
  void lastLineWithoutEndHasOneWhenAnotherFollows() {
    assertThat(text(HiddenEvents.inOffer(sdp(PCMU.stripTrailing()))))
        .endsWith(
            "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n");
  }

  /** Whatever a peer says, something comes of it. */
  @Test
  void noDescriptionIsTooStrange() {
    Random random = new Random(3);
    String good = SESSION + OFFERED + "a=fmtp:126 0-15\r\n" + PCMU;
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int changes = random.nextInt(6); changes >= 0; changes--) {
        int at = random.nextInt(text.length());
        text.replace(
            at,
            Math.min(text.length(), at + random.nextInt(9)),
            "=a/ :\r\n0m".substring(random.nextInt(10)));
      }
      SdpText strange = SdpText.parse(text.toString().getBytes(StandardCharsets.ISO_8859_1));
      assertThat(HiddenEvents.without(strange).media()).hasSameSizeAs(strange.media());
      SdpText offer = HiddenEvents.inOffer(strange);
      assertThat(offer.media()).hasSameSizeAs(strange.media());
      assertThat(HiddenEvents.inAnswer(strange, offer).media()).hasSameSizeAs(strange.media());
    }
  }
}
