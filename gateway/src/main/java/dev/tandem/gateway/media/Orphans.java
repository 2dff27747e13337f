package dev.tandem.gateway.media;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Calls in an rtpengine that this node made before it was started anew: nobody will delete them but
 * we. They are known by their names, which begin with the node's own.
 */
final class Orphans {
  /** As many as an answer in one datagram holds. */
  private static final long AT_ONCE = 500;

  private final Rtpengine engine;
  private final String ofNode;
  private final String ofThisRun;
  private final MediaObserver observer;
  private int removed;

  Orphans(Rtpengine engine, String ofNode, String ofThisRun, MediaObserver observer) {
    this.engine = engine;
    this.ofNode = ofNode;
    this.ofThisRun = ofThisRun;
    this.observer = observer;
  }

  /** Looks for them and deletes them one by one. */
  void remove() {
    var unused =
        engine
            .ask(Map.of("command", "list", "limit", AT_ONCE))
            .thenCompose(reply -> removeNext(reply.list("calls"), 0))
            .whenComplete(
                (done, thrown) -> {
                  if (removed > 0) {
                    observer.orphansRemoved(engine.name(), removed);
                  }
                });
  }

  private CompletableFuture<Void> removeNext(List<?> calls, int from) {
    for (int i = from; i < calls.size(); i++) {
      if (calls.get(i) instanceof String name
          && name.startsWith(ofNode)
          && !name.startsWith(ofThisRun)) {
        int next = i + 1;
        return engine
            .ask(Map.of("command", "delete", "call-id", name, "delete-delay", 0L))
            .thenCompose(
                reply -> {
                  removed += reply.isOk() ? 1 : 0;
                  return removeNext(calls, next);
                });
      }
    }
    return CompletableFuture.completedFuture(null);
  }
}
