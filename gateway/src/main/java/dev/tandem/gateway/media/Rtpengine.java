package dev.tandem.gateway.media;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One rtpengine: where it is, and whether it answers. Thread-safe. */
final class Rtpengine {

  /** Whether it answers. */
  enum State {
    /** Nobody has asked it yet, or it has not answered since the start. */
    UNKNOWN,
    UP,
    DOWN
  }

  private final NgClient client;
  private final MediaObserver observer;
  private final NgAddress address;
  private final int weight;
  private final AtomicInteger calls = new AtomicInteger();
  private State state = State.UNKNOWN; // guarded by this
  private long answers; // guarded by this
  private Runnable atFirst = () -> {};

  Rtpengine(NgClient client, MediaObserver observer, NgAddress address, int weight) {
    this.client = client;
    this.observer = observer;
    this.address = address;
    this.weight = weight;
  }

  /** What is done when it answers for the first time. Before anything is asked. */
  void whenFirstUp(Runnable task) {
    atFirst = task;
  }

  /** For logs and metrics. */
  String name() {
    return address.toString();
  }

  int weight() {
    return weight;
  }

  synchronized State state() {
    return state;
  }

  /** Calls of ours that it has now. */
  int calls() {
    return calls.get();
  }

  void takes() {
    calls.incrementAndGet();
  }

  void gives() {
    calls.decrementAndGet();
  }

  /** Asks it; any answer shows that it is there, and silence that it is not. */
  CompletableFuture<NgReply> ask(Map<String, Object> question) {
    long before = answersSoFar();
    return client
        .ask(address, question)
        .whenComplete(
            (reply, thrown) -> {
              if (thrown == null) {
                answers();
              } else if (NgException.of(thrown).fault() == MediaFault.UNREACHABLE) {
                isSilent(before, NgException.of(thrown).getMessage());
              }
            });
  }

  private void answers() {
    Runnable first;
    synchronized (this) {
      answers++;
      if (state == State.UP) {
        return;
      }
      state = State.UP;
      first = atFirst;
      atFirst = () -> {};
    }
    observer.cameUp(name());
    first.run();
  }

  private synchronized long answersSoFar() {
    return answers;
  }

  /** A question had no answer; if another has had one meanwhile, that says more. */
  private void isSilent(long answersBefore, @Nullable String why) {
    synchronized (this) {
      if (state == State.DOWN || answers != answersBefore) {
        return;
      }
      state = State.DOWN;
    }
    observer.wentDown(name(), String.valueOf(why));
  }
}
