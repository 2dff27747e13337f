package dev.tandem.gateway.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.gateway.TestGateway;
import dev.tandem.gateway.torture.TortureMessages.Message;
import dev.tandem.testkit.ManualClock;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every message of RFC 4475 and RFC 5118 by every transport. The gateway does what {@code
 * rfc4475.verdicts} and {@code rfc5118.verdicts} say, and whatever the message was, the next one on
 * the same connection is answered, or the connection is ended and the next one is.
 */
class TortureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Longer than any transaction or binding: the messages share branches and Call-IDs. */
  private static final Duration APART = Duration.ofHours(2);

  private final ManualClock clock = new ManualClock();
  private TestGateway gateway;

  @BeforeEach
  void start() throws Exception {
    gateway =
        TestGateway.start(
            """
            domain: example.com
            domainAliases: [example.net, example.org, company.com, "[2001:db8::10]"]
            http:
              listen: ["127.0.0.1:0"]
            sip:
              listen:
                udp: ["127.0.0.1:0"]
                tcp: ["127.0.0.1:0"]
            auth:
              enabled: false
            """,
            clock);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({"rfc4475,50", "rfc5118,12"})
  void theMessagesAreThoseOfTheRfc(String rfc, int count) throws Exception {
    List<String> sums = new ArrayList<>();
    for (Message message : TortureMessages.of(rfc)) {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(message.bytes());
      sums.add(HexFormat.of().formatHex(sum) + "  " + message.name());
    }
    assertThat(sums)
        .hasSize(count)
        .isEqualTo(TortureMessages.resource(rfc + ".sha256").lines().toList());
    assertThat(Verdicts.of(rfc).names())
        .startsWith(TortureMessages.of(rfc).stream().map(Message::name).toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "rfc4475,WEBSOCKET", "rfc4475,TCP", "rfc4475,UDP",
    "rfc5118,WEBSOCKET", "rfc5118,TCP", "rfc5118,UDP"
  })
  void eachMessageGetsItsVerdict(String rfc, Way way) throws Exception {
    Verdicts verdicts = Verdicts.of(rfc);
    SoftAssertions all = new SoftAssertions();
    for (Message message : TortureMessages.withMended(rfc, verdicts.names())) {
      String expected = verdicts.of(message.name(), way);
      all.assertThat(verdict(message, way, expected.contains("late end")))
          .as("%s (%s) by %s", message, message.section(), way)
          .isEqualTo(expected);
      clock.advance(APART);
    }
    all.assertAll();
  }

  /** What became of it; {@code clock} moves only when the message is expected to be waited for. */
  private String verdict(Message message, Way way, boolean late) throws IOException {
    try (Line line = Line.open(way, gateway)) {
      line.send(message.bytes());
      line.sendMarker(); // which a message without an end takes to be a part of itself
      line.sendMarker();
      await("the next message after " + message + " to be answered")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(2))
          .until(
              () -> {
                if (late) {
                  clock.advance(Duration.ofMillis(200));
                }
                return line.isMarkerAnswered() || line.isEnded();
              });
      String answers = line.answers().isEmpty() ? "nothing" : String.join(" ", line.answers());
      return answers + (line.isMarkerAnswered() ? "" : late ? ", late end" : ", end");
    }
  }
}
