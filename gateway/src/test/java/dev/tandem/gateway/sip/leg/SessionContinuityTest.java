package dev.tandem.gateway.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Payload;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a peer is told stays one session, whoever describes it (RFC 3264 §8). */
class SessionContinuityTest {
  private static final String AUDIO =
      "m=audio 5000 RTP/AVP 8\r\na=mid:0\r\na=x-unknown: \u00e9\r\n";
  private static final String OTHER = "m=audio 6000 RTP/AVP 0\r\na=mid:0\r\n";
  private static final String VIDEO = "m=video 5002 RTP/AVP 96\r\na=mid:1\r\n";

  private final SessionContinuity session = new SessionContinuity();

  private static String sdp(String origin, String... media) {
    return "v=0\r\no=" + origin + "\r\ns=-\r\nt=0 0\r\n" + String.join("", media);
  }

  private static Payload carrying(String sdp) {
    return Payload.of(Body.sdp(sdp));
  }

  private static String text(Payload payload) {
    Body body = payload.body();
    return body == null ? "" : new String(body.bytes(), StandardCharsets.UTF_8);
  }

  private String offer(String sdp) {
    return text(session.offer(carrying(sdp)));
  }

  private String answer(String sdp) {
    return text(session.answer(carrying(sdp)));
  }

  @Test
  void oneSessionPassesByteForByte() {
    String first = sdp("- 11 2 IN IP4 127.0.0.1", AUDIO);
    String odd = "v=0\no=- 11 2 IN IP4 127.0.0.1\nx=unknown\nm=audio 0 RTP/AVP 8\n";
    assertThat(offer(first)).isEqualTo(first);
    assertThat(answer(odd)).isEqualTo(odd);
    assertThat(offer("v=0\r\ns=no origin\r\n")).isEqualTo("v=0\r\ns=no origin\r\n");
  }

  @Test
  void anotherPeersDescriptionContinuesTheSession() {
    offer(sdp("alice 11 7 IN IP4 192.0.2.1", AUDIO));
    session.meetsAnother();
    assertThat(answer(sdp("carol 99 1 IN IP4 192.0.2.3", OTHER)))
        .isEqualTo(sdp("alice 11 8 IN IP4 192.0.2.1", OTHER));
    assertThat(offer(sdp("carol 99 2 IN IP4 192.0.2.3", VIDEO, AUDIO)))
        .isEqualTo(sdp("alice 11 9 IN IP4 192.0.2.1", AUDIO, VIDEO));
  }

  @Test
  void theSameAgainKeepsItsVersion() {
    offer(sdp("alice 11 7 IN IP4 192.0.2.1", AUDIO));
    session.meetsAnother();
    String once = offer(sdp("carol 99 1 IN IP4 192.0.2.3", VIDEO, AUDIO));
    assertThat(offer(sdp("carol 99 1 IN IP4 192.0.2.3", VIDEO, AUDIO))).isEqualTo(once);
  }

  @Test
  void mediumThatIsGoneIsRefusedInItsPlaceAndTakenOutOfTheAnswer() {
    offer(sdp("alice 11 7 IN IP4 192.0.2.1", VIDEO, AUDIO));
    session.meetsAnother();
    assertThat(offer(sdp("carol 99 1 IN IP4 192.0.2.3", AUDIO)))
        .isEqualTo(
            sdp(
                "alice 11 8 IN IP4 192.0.2.1",
                "m=video 0 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:1\r\n",
                AUDIO));
    String theirs = sdp("bob 5 5 IN IP4 192.0.2.2", "m=video 0 RTP/AVP 96\r\n", AUDIO);
    assertThat(text(session.answered(carrying(theirs))))
        .isEqualTo(sdp("bob 5 5 IN IP4 192.0.2.2", AUDIO));
  }

  @Test
  void offerThatWasRefusedWasNeverTold() {
    offer(sdp("alice 11 7 IN IP4 192.0.2.1", AUDIO));
    session.meetsAnother();
    offer(sdp("carol 99 1 IN IP4 192.0.2.3", AUDIO, VIDEO));
    session.refused();
    assertThat(offer(sdp("dave 1 1 IN IP4 192.0.2.4", OTHER)))
        .isEqualTo(sdp("alice 11 8 IN IP4 192.0.2.1", OTHER));
  }

  @Test
  void whatStoodCanBeSaidAgainAsAnAnswer() {
    String setup = AUDIO + "a=setup:actpass\r\n";
    offer(sdp("alice 11 7 IN IP4 192.0.2.1", setup));
    assertThat(text(session.asBefore()))
        .isEqualTo(sdp("alice 11 8 IN IP4 192.0.2.1", AUDIO + "a=setup:passive\r\n"));
  }
}
