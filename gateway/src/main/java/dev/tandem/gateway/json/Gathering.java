package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One description of a client's, and the candidates that trickle in for it. SIP user agents do not
 * trickle: theirs is complete when the client says so, when a candidate that others can reach has
 * been followed by none for a while, or after the longest time. On the call's executor.
 */
final class Gathering {
  /** More than any browser has. */
  static final int MAX = 100;

  private final String sdp;
  private final Timers timers;
  private final Executor executor;
  private final Duration longest;
  private final Duration quiet;
  private final List<JsonNode> candidates = new ArrayList<>();
  private final CompletableFuture<String> complete = new CompletableFuture<>();
  private Timers.@Nullable Timer cap;
  private Timers.@Nullable Timer pause;
  private boolean over;
  private boolean left; // what it describes is with the other end
  private int told; // so many candidates are, too

  Gathering(
      String sdp,
      boolean trickles,
      Timers timers,
      Executor executor,
      Duration longest,
      Duration quiet) {
    this.sdp = sdp;
    this.timers = timers;
    this.executor = executor;
    this.longest = longest;
    this.quiet = quiet;
    this.over = !trickles || sdp.contains("\na=end-of-candidates");
  }

  /** Whether the client has said that there are no more. */
  boolean isOver() {
    return over;
  }

  String sdp() {
    return sdp;
  }

  List<JsonNode> candidates() {
    return candidates;
  }

  void add(JsonNode candidate) {
    if (candidates.size() >= MAX) {
      throw Refusal.later("more than " + MAX + " candidates for one description", 1);
    }
    candidates.add(candidate);
    if (Candidates.isEnd(candidate)) {
      over = true;
      end();
    } else if (Candidates.isReachable(candidate) && cap != null && !complete.isDone()) {
      settleSoon();
    }
  }

  /** The description with all candidates; begins to wait for them if it must. */
  CompletableFuture<String> complete() {
    if (over) {
      end();
    } else if (cap == null && !complete.isDone()) {
      cap = timers.schedule(longest, () -> executor.execute(this::end));
      if (candidates.stream().anyMatch(Candidates::isReachable)) {
        settleSoon();
      }
    }
    return complete;
  }

  private void settleSoon() {
    stop(pause);
    pause = timers.schedule(quiet, () -> executor.execute(this::end));
  }

  private void end() {
    stop(cap);
    stop(pause);
    if (!left) {
      left = true;
      told = candidates.size();
    }
    complete.complete(Candidates.into(sdp, candidates, over));
  }

  /** The description is told as it is: candidates follow it. */
  void leavesAtOnce() {
    left = true;
  }

  /** Whether there are candidates of which only the client knows; asked once for each. */
  boolean hasNews() {
    boolean news = left && candidates.size() > told;
    told = left ? candidates.size() : told;
    return news;
  }

  /** Nobody waits any more. */
  void drop() {
    stop(cap);
    stop(pause);
  }

  private static void stop(Timers.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
