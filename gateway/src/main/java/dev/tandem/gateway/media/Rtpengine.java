package dev.tandem.gateway.media;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
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

  /**
   * Of so many calls it is remembered that they must be deleted; others end by its own patience.
   */
  private static final int MOST_UNDELETED = 10_000;

  private final NgClient client;
  private final MediaObserver observer;
  private final NgAddress address;
  private final int weight;
  private final AtomicInteger calls = new AtomicInteger();
  private State state = State.UNKNOWN; // guarded by this
  private long answers; // guarded by this
  private Runnable atFirst = () -> {};

  /** Questions to delete a call that had no answer; guarded by this. */
  private final Queue<Map<String, Object>> undeleted = new ArrayDeque<>(0);

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

  /** The same to delete a call. When it is silent, it is asked again as soon as it is back. */
  CompletableFuture<NgReply> delete(Map<String, Object> question) {
    return ask(question)
        .whenComplete(
            (reply, thrown) -> {
              if (thrown != null && NgException.of(thrown).fault() == MediaFault.UNREACHABLE) {
                isUndeleted(question);
              }
            });
  }

  private synchronized void isUndeleted(Map<String, Object> question) {
    if (undeleted.size() < MOST_UNDELETED) {
      undeleted.add(question);
    }
  }

  private synchronized @Nullable Map<String, Object> nextUndeleted() {
    return undeleted.poll();
  }

  private void answers() {
    Map<String, Object> left = nextUndeleted(); // one after the other: each has an answer too
    if (left != null) {
      var unused = delete(left);
    }
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
