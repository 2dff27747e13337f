package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one reply to a request, which may come later than what else follows from it. A request
 * without {@code id} hears of failures only, as {@code error}. Thread-safe; a second reply is none.
 */
final class Reply {
  private final String type;
  private final @Nullable String id;
  private final boolean always;
  private final Consumer<ObjectNode> sender;
  private boolean given; // guarded by this

  /**
   * Makes one.
   *
   * @param always whether it is sent although the request has no id
   */
  Reply(String type, @Nullable String id, boolean always, Consumer<ObjectNode> sender) {
    this.type = type;
    this.id = id;
    this.always = always;
    this.sender = sender;
  }

  ObjectNode begin() {
    ObjectNode reply = Frames.of(type + "_response");
    if (id != null) {
      reply.put("re", id);
    }
    return reply.put("ok", true);
  }

  void ok() {
    ok(begin());
  }

  void ok(ObjectNode reply) {
    if (take() && (id != null || always)) {
      sender.accept(reply);
    }
  }

  void fail(Refusal refusal) {
    if (!take()) {
      return;
    }
    ObjectNode reply = id == null ? Frames.of("error") : begin().put("ok", false);
    reply.set("error", refusal.toJson());
    sender.accept(reply);
  }

  private synchronized boolean take() {
    boolean first = !given;
    given = true;
    return first;
  }
}
