package dev.tandem.gateway.sip.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.event.Subscriber.Answer;
import dev.tandem.gateway.sip.header.DeviceName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small rules about SUBSCRIBE and NOTIFY. */
class EventRulesTest {

  @ParameterizedTest
  @CsvSource({
    "application/pidf+xml, true",
    "'text/plain, application/pidf+xml;q=0.5', true",
    "Application/PIDF+XML, true",
    "application/*, true",
    "*/*, true",
    "text/plain, false",
    "'', false"
  })
  void whatASubscriberTakes(String accept, boolean taken) {
    assertThat(SubscribeHandler.accepts(List.of(accept), "application/pidf+xml")).isEqualTo(taken);
  }

  @Test
  void subscriberWithoutAcceptTakesThePackagesType() {
    assertThat(SubscribeHandler.accepts(List.of(), "application/pidf+xml")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "200, TAKEN",
    "202, TAKEN",
    "481, GONE",
    "408, GONE",
    "489, GONE",
    "404, GONE",
    "604, GONE",
    "500, REFUSED",
    "503, REFUSED",
    "486, REFUSED",
    "401, REFUSED"
  })
  void whatAnAnswerToANotifyMeans(int status, Answer meaning) {
    assertThat(SipSubscriber.meaning(status)).isEqualTo(meaning);
  }

  @ParameterizedTest
  @CsvSource({
    "sip:a@x.invalid;transport=ws, sip:a@x.invalid;transport=ws;ob, true",
    "sip:a@x.invalid, sip:b@x.invalid, false",
    "sip:a@x.invalid, sip:a@y.invalid, false",
    "sip:a@192.0.2.1:5060, sip:a@192.0.2.1:5062, false"
  })
  void deviceIsToldByUserAndHostOfItsContact(String one, String other, boolean same) {
    assertThat(DeviceName.of(one).equals(DeviceName.of(other))).isEqualTo(same);
  }
}
