package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.sip.time.Timers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replies to the frames of one POST: answered together, once all are there or {@link #WAIT} is
 * over. Those that come later the client finds among its events. Thread-safe.
 */
final class Replies implements Connection.Asker {
  static final Duration WAIT = Duration.ofSeconds(2);

  private final Consumer<HttpAnswer> to;
  private final Timers.Timer timer;
  private final Set<String> awaited = new HashSet<>(); // guarded by this
  private final ArrayNode said = JsonNodeFactory.instance.arrayNode(); // guarded by this
  private boolean allTaken; // guarded by this
  private boolean given; // guarded by this

  /**
   * Begins to collect.
   *
   * @param frames whose replies are waited for
   */
  Replies(List<ObjectNode> frames, Timers timers, Consumer<HttpAnswer> to) {
    this.to = to;
    for (ObjectNode frame : frames) {
      if (frame.path("id").isTextual()) {
        awaited.add(frame.path("id").textValue());
      }
    }
    this.timer = timers.schedule(WAIT, this::give);
  }

  @Override
  public void hears(ObjectNode frame) {
    synchronized (this) {
      if (given) {
        return;
      }
      said.add(frame.deepCopy());
      awaited.remove(frame.path("re").asText());
      if (!allTaken || !awaited.isEmpty()) {
        return;
      }
    }
    give();
  }

  /** The last frame was taken; without ids there is nothing to wait for. */
  void allTaken() {
    synchronized (this) {
      allTaken = true;
      if (!awaited.isEmpty()) {
        return;
      }
    }
    give();
  }

  private void give() {
    timer.cancel();
    HttpAnswer answer = answer();
    if (answer != null) {
      to.accept(answer);
    }
  }

  private synchronized @Nullable HttpAnswer answer() {
    if (given) {
      return null;
    }
    given = true;
    return HttpAnswer.ok(said);
  }
}
