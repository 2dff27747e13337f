package dev.tandem.sip.ua;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.ContentType;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Offers and answers, message by message (RFC 3264, RFC 6337 §2). */
class DescriptionsTest {
  private static final boolean OURS = true;
  private static final boolean THEIRS = false;

  private final Descriptions descriptions = new Descriptions();

  @Test
  void anAnswerMakesAnAgreement() throws Exception {
    SIPRequest invite = request("INVITE", 1, "theirs");
    descriptions.request(THEIRS, invite);
    assertThat(descriptions.isOpen()).isTrue();
    descriptions.response(OURS, invite, response(183, "early"));
    assertThat(descriptions.isOpen()).isTrue();
    descriptions.response(OURS, invite, response(200, "ours"));
    assertThat(descriptions.isOpen()).isFalse();
    assertThat(text(descriptions.local())).isEqualTo("ours");
  }

  @Test
  void aRefusedOfferChangesNothing() throws Exception {
    agree("ours", "theirs");
    SIPRequest hold = request("INVITE", 2, "hold");
    descriptions.request(THEIRS, hold);
    descriptions.response(OURS, hold, response(183, "perhaps"));
    descriptions.response(OURS, hold, response(488, null));
    assertThat(descriptions.isOpen()).isFalse();
    assertThat(text(descriptions.local())).isEqualTo("ours");
    assertThat(text(descriptions.answerToRepeated(request("INVITE", 3, "theirs"))))
        .isEqualTo("ours");
  }

  @Test
  void anOfferOfOursThatNobodyAnswersChangesNothing() throws Exception {
    agree("ours", "theirs");
    SIPRequest update = request("UPDATE", 7, "new");
    descriptions.request(OURS, update);
    descriptions.refused(OURS, update);
    assertThat(descriptions.isOpen()).isFalse();
    assertThat(text(descriptions.local())).isEqualTo("ours");
  }

  @Test
  void aLateOfferIsAnsweredInTheAck() throws Exception {
    SIPRequest invite = request("INVITE", 1, null);
    descriptions.request(THEIRS, invite);
    descriptions.response(OURS, invite, response(200, "ours"));
    assertThat(descriptions.isOpen()).isTrue();
    descriptions.request(THEIRS, request("ACK", 1, "theirs"));
    assertThat(descriptions.isOpen()).isFalse();
    assertThat(text(descriptions.local())).isEqualTo("ours");
  }

  @Test
  void aLateOfferIsAnsweredInThePrackAndTheFinalResponseMaySayItAgain() throws Exception {
    SIPRequest invite = request("INVITE", 1, null);
    descriptions.request(OURS, invite);
    descriptions.response(THEIRS, invite, response(183, "theirs"));
    descriptions.request(OURS, request("PRACK", 2, "ours"));
    assertThat(descriptions.isOpen()).isFalse();
    descriptions.response(THEIRS, invite, response(200, "theirs"));
    assertThat(descriptions.isOpen()).isFalse();
    assertThat(text(descriptions.local())).isEqualTo("ours");
  }

  @Test
  void onlyTheSameTextIsARepetition() throws Exception {
    agree("ours", "theirs");
    assertThat(descriptions.answerToRepeated(request("INVITE", 3, "theirs "))).isNull();
    assertThat(descriptions.answerToRepeated(request("INVITE", 3, null))).isNull();
  }

  @Test
  void anOfferThatLeavesTheDtlsRoleOpenIsNoAnswer() throws Exception {
    SIPRequest invite = request("INVITE", 1, "v=0\r\na=setup:actpass\r\n");
    descriptions.request(OURS, invite);
    descriptions.response(THEIRS, invite, response(200, "theirs"));
    assertThat(descriptions.answerToRepeated(request("INVITE", 3, "theirs"))).isNull();
  }

  private void agree(String ours, String theirs) throws Exception {
    SIPRequest invite = request("INVITE", 1, theirs);
    descriptions.request(THEIRS, invite);
    descriptions.response(OURS, invite, response(200, ours));
  }

  private static SIPRequest request(String method, long cseq, String sdp) throws Exception {
    SIPRequest request = new SIPRequest();
    request.setMethod(method);
    request.setCSeq(new CSeq(cseq, method));
    return described(request, sdp);
  }

  private static SIPResponse response(int status, String sdp) throws Exception {
    SIPResponse response = new SIPResponse();
    response.setStatusCode(status);
    return described(response, sdp);
  }

  private static <T extends SIPMessage> T described(T message, String sdp) throws Exception {
    if (sdp != null) {
      message.setContent(
          sdp.getBytes(StandardCharsets.UTF_8), new ContentType("application", "sdp"));
    }
    return message;
  }

  private static String text(Description description) {
    SIPRequest message = new SIPRequest();
    description.putInto(message);
    return new String(message.getRawContent(), StandardCharsets.UTF_8);
  }
}
