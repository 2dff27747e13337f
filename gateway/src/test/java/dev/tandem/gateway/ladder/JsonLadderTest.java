package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Sdp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Ladders with JSON clients. When they have gone, their sessions end with time. */
abstract class JsonLadderTest extends LadderTest {
  private final List<JsonPhone> phones = new ArrayList<>();

  JsonPhone json(String name) {
    JsonPhone phone = new JsonPhone(ladder, name, webSocket());
    phones.add(phone);
    return phone;
  }

  JsonPhone json(String user, String... features) {
    return json(user).registers(user, features);
  }

  @Override
  void settle() {
    super.settle();
    for (JsonPhone phone : phones) {
      try {
        phone.roundTrip();
      } catch (java.io.UncheckedIOException e) {
        continue; // it has gone
      }
    }
  }

  @AfterEach
  void jsonClientsGo() {
    phones.forEach(JsonPhone::close);
    await("all JSON sessions to end")
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              clock.advance(Duration.ofSeconds(30));
              assertThat(gateway.gateway().json().sessions()).isZero();
              assertThat(gateway.gateway().json().roomCount()).isZero();
            });
  }

  /** A description like a browser's before it has gathered: no candidates. */
  static String ungathered() {
    return Sdp.browser().replaceAll("a=candidate:[^\r]*\r\n", "");
  }
}
