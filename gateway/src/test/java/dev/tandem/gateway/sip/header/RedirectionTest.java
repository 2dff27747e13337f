package dev.tandem.gateway.sip.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contacts of a 3xx (RFC 3261 §8.1.3.4, §20.10). */
class RedirectionTest {

  @Test
  void contactsOfEqualPreferenceStandTogether() {
    assertThat(
            contacts(
                "<sip:a@example.test>;q=0.5, \"B\" <sip:b@example.test;x=1>;q=0.50",
                "sip:c@example.test",
                "<tel:+4930123>;q=0.1"))
        .containsExactly(
            List.of("sip:c@example.test"),
            List.of("sip:a@example.test", "sip:b@example.test;x=1"),
            List.of("tel:+4930123"));
  }

  @Test
  void whatCannotBeUnderstoodLeadsNowhere() {
    assertThat(contacts("*", "<sip:a@example.test")).isEmpty();
    assertThat(contacts()).isEmpty();
  }

  private static List<List<String>> contacts(String... values) {
    List<Header> headers =
        Arrays.stream(values).map(value -> new Header("Contact", value)).toList();
    return Redirection.contacts(new Payload(null, headers)).stream()
        .map(equals -> equals.stream().map(Object::toString).toList())
        .toList();
  }
}
