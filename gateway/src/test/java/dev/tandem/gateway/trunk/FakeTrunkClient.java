package dev.tandem.gateway.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.sip.ua.RequestSeries;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Writes down what is sent, and answers when the test says so. */
final class FakeTrunkClient implements TrunkClient {
  /** In words: "REGISTER 10.0.0.1:5060 600" or "OPTIONS 10.0.0.1:5060". */
  final List<String> sent = new ArrayList<>();

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private boolean crossing;
  private final Deque<Consumer<TrunkAnswer>> open = new ArrayDeque<>();

  @Override
  public Pending options(
      Trunk trunk, PeerAddress peer, InetSocketAddress to, Consumer<TrunkAnswer> outcome) {
    return add("OPTIONS " + words(to), outcome);
  }

  @Override
  public Pending register(
      Trunk trunk,
      RequestSeries registration,
      PeerAddress peer,
      InetSocketAddress to,
      Duration expires,
      Consumer<TrunkAnswer> outcome) {
    return add("REGISTER " + words(to) + " " + expires.toSeconds(), outcome);
  }

  private static String words(InetSocketAddress to) {
    return to.getAddress().getHostAddress() + ":" + to.getPort();
  }

  private Pending add(String words, Consumer<TrunkAnswer> outcome) {
    sent.add(words);
    open.add(outcome);
    return () -> {
      open.remove(outcome);
      if (crossing) {
        cross(outcome);
      }
    };
  }

  /** From now on an answer comes in, on another thread, for whatever is just being abandoned. */
  void answersCross() {
    crossing = true;
  }

  /** As a transaction does: who abandons it waits until the answer has been told. */
  private static void cross(Consumer<TrunkAnswer> outcome) {
    Thread answering =
        new Thread(() -> outcome.accept(new TrunkAnswer(200, "OK", true, null, null, null)));
    answering.start();
    try {
      answering.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    assertThat(answering.isAlive()).as("the answer waits for who abandons it").isFalse();
  }

  /** How many wait for an answer. */
  int open() {
    return open.size();
  }

  void answers(int status) {
    answers(new TrunkAnswer(status, "Words", true, null, null, null));
  }

  void grants(int seconds) {
    answers(new TrunkAnswer(200, "OK", true, Duration.ofSeconds(seconds), null, null));
  }

  void wants(int minSeconds) {
    answers(new TrunkAnswer(423, "Too Brief", true, null, Duration.ofSeconds(minSeconds), null));
  }

  void wantsLater(int status, int seconds) {
    answers(new TrunkAnswer(status, "Later", true, null, null, Duration.ofSeconds(seconds)));
  }

  void saysNothing() {
    answers(TrunkAnswer.missing(408, "no answer"));
  }

  private void answers(TrunkAnswer answer) {
    open.remove().accept(answer);
  }
}
