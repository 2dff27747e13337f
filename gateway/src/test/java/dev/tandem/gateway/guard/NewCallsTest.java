package dev.tandem.gateway.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.LimitsConfig;
import dev.tandem.sip.stack.EarlyRefusal;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import dev.tandem.sip.transport.Transport;
import dev.tandem.sip.transport.http.IoThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused at the door while there is too much to do. */
class NewCallsTest {
  private static final String NEW = "To: <sip:bob@example.test>\r\n";
  private static final String BOB = "sip:bob@example.test";

  private final List<String> passed = new ArrayList<>();
  private final List<Turned> turned = new ArrayList<>();
  private final Overload overload =
      new Overload(
          new LimitsConfig.Overload(1, Duration.ofMillis(100), Duration.ofMillis(200)), () -> 0);
  private final NewCalls calls =
      new NewCalls(overload, Duration.ofMillis(100), "112"::equals, turned::add, new Passed());
  private final StrangersFlow browser = new StrangersFlow(Transport.WS, "192.0.2.9");

  private final class Passed implements FlowListener {
    @Override
    public void opened(Flow flow) {}

    @Override
    public void received(Flow flow, byte[] message) {
      passed.add(new String(message, ISO_8859_1));
    }

    @Override
    public void ended(Flow flow, FlowEnd end) {}
  }

  /** This thread, in whose rounds nothing else happens. */
  private static final class Io implements IoThread {
    final Queue<Runnable> later = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void executeAfter(Runnable task, long millis) {
      later.add(task);
    }
  }

  private static byte[] message(String method, String uri, String to) {
    return (method
            + " "
            + uri
            + " SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
            + "From: <sip:alice@example.test>;tag=1\r\n"
            + to
            + "Call-ID: 1\r\nCSeq: 1 "
            + method
            + "\r\nContent-Length: 0\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  private void thereIsTooMuch() {
    overload.began(OverloadTest.call(1), 1);
  }

  private String refusal(String method, String uri, String to) {
    thereIsTooMuch();
    int before = passed.size();
    calls.received(browser, message(method, uri, to));
    boolean refused = passed.size() == before;
    assertThat(browser.sent).hasSize(refused ? 1 : 0);
    return refused ? browser.sent.remove(0) : "";
  }

  @Test
  void newCallIsToldWhenToComeAgain() {
    assertThat(refusal("INVITE", BOB, NEW))
        .startsWith("SIP/2.0 503 ")
        .containsPattern("Retry-After: \\d+\r\n")
        .contains("Call-ID: 1\r\n", "CSeq: 1 INVITE\r\n");
    assertThat(turned).containsExactly(Turned.OVERLOAD);
  }

  @Test
  void tagInTheAddressMakesNoCallOfIt() {
    assertThat(refusal("INVITE", BOB, "To: <sip:bob@example.test;tag=2>\r\n")).isNotEmpty();
  }

  @Test
  void itsAckGoesNoFurther() {
    String to =
        refusal("INVITE", BOB, NEW)
            .lines()
            .filter(line -> line.startsWith("To: "))
            .findFirst()
            .orElseThrow();
    calls.received(browser, message("ACK", BOB, to + "\r\n"));
    assertThat(passed).isEmpty();
    calls.received(browser, message("ACK", BOB, NEW));
    calls.received(browser, message("BYE", BOB, to + "\r\n"));
    assertThat(passed).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"To: <sip:bob@example.test>;tag=2\r\n", "t:<sip:bob@x>; TAG=2\r\n"})
  void whatBelongsToACallPasses(String to) {
    assertThat(refusal("INVITE", BOB, to)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS"})
  void onlyCallsArePutOff(String method) {
    assertThat(refusal(method, BOB, NEW)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sip:112@example.test", "sip:%31%31%32@x;user=phone", "tel:1-1-2;a=b", "TEL:112"})
  void whoeverCallsForHelpIsNotPutOff(String uri) {
    assertThat(refusal("INVITE", uri, NEW)).isEmpty();
  }

  @Test
  void numberThatOnlyBeginsLikeThatIsPutOff() {
    assertThat(refusal("INVITE", "tel:1123", NEW)).isNotEmpty();
    assertThat(refusal("INVITE", "garbage", NEW)).isNotEmpty();
  }

  @Test
  void datagramsAreLeftToTheirTransactions() {
    thereIsTooMuch();
    calls.received(new StrangersFlow(Transport.UDP, "192.0.2.9"), message("INVITE", BOB, NEW));
    assertThat(passed).hasSize(1);
  }

  @Test
  void burstWaitsForItsTurnAndNobodyIsLost() {
    Io io = new Io();
    calls.queueOn(List.of(io));
    for (int i = 0; i < 100; i++) {
      calls.received(browser, message("INVITE", BOB, NEW));
    }
    assertThat(passed).hasSizeLessThan(100);
    while (!io.later.isEmpty()) {
      io.later.remove().run();
    }
    assertThat(passed).hasSize(100);
  }

  @Test
  void whoIsCancelledWhileItWaitsIsRefused() {
    calls.queueOn(List.of(new Io()));
    for (int i = 0; i < 100; i++) {
      calls.received(new StrangersFlow(Transport.WS, "192.0.2.8"), message("INVITE", BOB, NEW));
    }
    calls.received(browser, message("INVITE", BOB, NEW));
    assertThat(browser.sent).isEmpty();
    int before = passed.size();
    calls.received(browser, message("CANCEL", BOB, NEW));
    assertThat(browser.sent).singleElement().asString().startsWith("SIP/2.0 503 ");
    assertThat(passed).hasSize(before + 1);
    assertThat(EarlyRefusal.isAck(message("CANCEL", BOB, NEW))).isFalse();
  }
}
