package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.bridge.TransferWish;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.sip.time.Timers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transfer that this client is asked to carry out: it waits until the client calls, refuses, or
 * does neither for too long; then for what becomes of that call. The client's session has those
 * that wait, by the names by which it was told of them. Thread-safe.
 */
final class AskedTransfer {
  private final Session session;
  private final JsonLeg leg;
  private final TransferWish wish;
  private final String name;
  private Timers.@Nullable Timer deadline; // guarded by this
  private boolean taken; // guarded by this
  private boolean over; // guarded by this

  private AskedTransfer(Session session, JsonLeg leg, TransferWish wish) {
    this.session = session;
    this.leg = leg;
    this.wish = wish;
    this.name = "t" + Session.token(6);
  }

  /** Asks the client; on the executor of the leg's call. */
  static AskedTransfer of(JsonLeg leg, TransferWish wish) {
    AskedTransfer asked = new AskedTransfer(leg.session(), leg, wish);
    asked.begin();
    return asked;
  }

  private void begin() {
    synchronized (this) {
      deadline =
          leg.parts()
              .timers()
              .schedule(wish.longest(), () -> failed(Cause.of(408, "Request Timeout")));
    }
    session.isAsked(this);
    ObjectNode event = leg.event("transfer_request").put("ref", name);
    event.put("to", Texts.shortened(wish.to(), 512));
    String by = wish.by();
    if (by != null) {
      event.put("by", Texts.shortened(Texts.callerId(by).uri(), 512));
    }
    String replaces = replaces();
    if (replaces != null) {
      event.put("replaces", replaces);
    }
    leg.send(event);
  }

  String name() {
    return name;
  }

  /** Whom the client is to call. */
  TransferWish wish() {
    return wish;
  }

  /** What the client says again to take a place in another call; null when it just calls. */
  @Nullable String replaces() {
    return wish.place() == null ? null : "place-of-" + name;
  }

  /** What the INVITE that follows it says. */
  List<Header> headers() {
    String by = wish.by();
    return by == null ? List.of() : List.of(new Header("Referred-By", by));
  }

  /** The client follows it, or refuses; only once. */
  void take() {
    boolean first;
    synchronized (this) {
      first = !taken && !over;
      taken = true;
    }
    session.isAskedNoMore(this);
    if (!first) {
      throw none();
    }
  }

  static Refusal none() {
    return Refusal.of(ErrorCode.NO_SUCH_CALL, "nobody asks for such a transfer");
  }

  synchronized boolean isOver() {
    return over;
  }

  // What becomes of it.

  void progressed(int status, String reason) {
    if (!isOver()) {
      wish.progressed(status, reason);
    }
  }

  void succeeded() {
    if (ends()) {
      wish.succeeded();
    }
  }

  void failed(Cause cause) {
    if (ends()) {
      wish.failed(cause);
    }
  }

  /** The client has hung up, and not called. */
  void dropped() {
    boolean unanswered;
    synchronized (this) {
      unanswered = !taken;
    }
    if (unanswered) {
      failed(Cause.of(487, "Request Terminated"));
    }
  }

  private synchronized boolean ends() {
    if (over) {
      return false;
    }
    over = true;
    taken = true;
    session.isAskedNoMore(this);
    Timers.Timer waiting = deadline;
    if (waiting != null) {
      waiting.cancel();
    }
    return true;
  }
}
