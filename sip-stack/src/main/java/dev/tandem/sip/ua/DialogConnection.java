package dev.tandem.sip.ua;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/**
 * The way to the peer of one dialog, which may be lost and come back. A WebSocket can only be made
 * by the client (RFC 7118 §5), so while there is none, requests, responses and ACKs wait here, as
 * long as the dialog's listener says; then the dialog is lost. On the next connection everything
 * goes out that the peer has not certainly got: its transactions absorb what it had already.
 *
 * <p>Used on the dialog's executor, but {@link #flow} by any thread.
 */
final class DialogConnection {
  /** More open requests than any call has; the rest is refused. */
  private static final int MAX_WAITING = 64;

  private final InviteDialog dialog;
  private volatile Flow flow;
  private final List<ClientExchange> asked = new ArrayList<>(2); // without a final response
  private final List<Answer> answers = new ArrayList<>(1); // that the peer may not have got
  private final Deque<Search> searches = new ArrayDeque<>(0); // the first one is under way
  private Timers.@Nullable Timer window;
  private boolean lost;
  private boolean released;

  /** A final response of ours, and when it was given. */
  private record Answer(ServerExchange exchange, long millis) {}

  /** A request that waits for its way, in the order in which they are to go. */
  private record Search(URI nextHop, Consumer<@Nullable Flow> then) {}

  DialogConnection(InviteDialog dialog, Flow flow) {
    this.dialog = dialog;
    this.flow = flow;
  }

  Flow flow() {
    return flow;
  }

  /** Another way to the same peer, on a transport where either side can find one. */
  void use(Flow found) {
    flow = found;
  }

  /**
   * Finds the way to the next hop, uses it from now on, and goes on: at once where the way is known
   * and nothing waits for its own; otherwise later, in order. The way is null when there is none.
   */
  void find(URI nextHop, Consumer<@Nullable Flow> then) {
    if (searches.isEmpty()) {
      CompletableFuture<Optional<Flow>> way = dialog.agent().finder().find(nextHop, flow);
      if (way.isDone()) {
        found(way.join().orElse(null), then);
      } else {
        searches.add(new Search(nextHop, then));
        await(way);
      }
    } else if (searches.size() < MAX_WAITING) {
      searches.add(new Search(nextHop, then));
    } else {
      then.accept(null);
    }
  }

  private void await(CompletableFuture<Optional<Flow>> way) {
    var unused = way.whenComplete((found, never) -> dialog.run(() -> take(found.orElse(null))));
  }

  private void take(@Nullable Flow found) {
    Flow way = found;
    for (Search next = searches.poll(); next != null; next = searches.poll()) {
      found(way, next.then());
      Search after = searches.peek();
      if (after == null) {
        return;
      }
      CompletableFuture<Optional<Flow>> other = dialog.agent().finder().find(after.nextHop(), flow);
      if (!other.isDone()) {
        await(other);
        return;
      }
      way = other.join().orElse(null);
    }
  }

  private void found(@Nullable Flow way, Consumer<@Nullable Flow> then) {
    if (way != null) {
      use(way);
    }
    then.accept(way);
  }

  /** Whether nothing can be sent now, but perhaps later. */
  boolean isLost() {
    return lost || (mayReturn() && !flow.isOpen());
  }

  /** Whether the end of the flow is not the end: it will be told, and decided on, yet. */
  boolean mayReturn() {
    return !released && flow.transport().isWebSocket();
  }

  /** Sends a request, or lets it wait; {@code way} is null when there is none. */
  void send(ClientExchange exchange, @Nullable Flow way) {
    if (asked.size() >= MAX_WAITING || (way == null && !isLost())) {
      exchange.giveUp(503, "Connection Lost");
      return;
    }
    asked.add(exchange);
    if (way == null || lost) {
      exchange.awaitPeer();
    } else {
      exchange.start(way);
    }
  }

  /** Whether a request of ours has no final response. */
  boolean isAsking() {
    return !asked.isEmpty();
  }

  /** A request needs the peer no more. */
  void answered(ClientExchange exchange) {
    asked.remove(exchange);
  }

  /** We gave a final response. A 2xx to INVITE has its own repetition. */
  void responded(ServerExchange exchange, int status) {
    if (flow.transport().isWebSocket() && !(exchange.isInvite() && status < 300)) {
      if (!isLost()) {
        answers.clear();
      }
      answers.add(new Answer(exchange, dialog.agent().timers().millis()));
    }
  }

  /** A flow has ended. */
  void flowEnded(Flow ended, FlowEnd end) {
    if (ended != flow || lost || released) {
      return;
    }
    boolean nothingToSay = dialog.isOver() && asked.isEmpty() && !dialog.isInviting();
    if (nothingToSay && answers.isEmpty()) {
      return; // it stays for what may still come, and is released by a timer
    }
    Duration wait = dialog.listener().connectionLost(end);
    if (wait.isZero()) {
      dialog.lose(end);
      return;
    }
    lost = true;
    window =
        dialog.agent().timers().schedule(wait, () -> dialog.run(() -> windowClosed(ended, end)));
    asked.forEach(ClientExchange::awaitPeer);
    dialog.connectionPaused();
  }

  private void windowClosed(Flow ended, FlowEnd end) {
    if (lost && flow == ended) {
      dialog.lose(end);
    }
  }

  /** The peer has another connection. */
  void moveTo(Flow next) {
    if (released || next == flow || !next.isOpen()) {
      return;
    }
    Flow before = flow;
    flow = next;
    lost = false;
    stopWindow();
    dialog.agent().moved(dialog, before, next);
    long since = dialog.agent().timers().millis() - dialog.agent().settings().patience().toMillis();
    List<ServerExchange> recent = new ArrayList<>(answers.size());
    for (Answer answer : answers) {
      if (!before.isOpen() || answer.millis() >= since) {
        recent.add(answer.exchange());
      }
    }
    answers.clear();
    dialog.repeatOn(next, recent, since);
    for (ClientExchange exchange : List.copyOf(asked)) {
      exchange.repeat(next);
    }
    dialog.connectionResumed();
    dialog.listener().connectionReplaced();
    if (dialog.isOver() && asked.isEmpty() && !dialog.isInviting()) {
      dialog.release();
    }
  }

  /** Nobody will answer any more. */
  void giveUp() {
    for (ClientExchange exchange : List.copyOf(asked)) {
      exchange.giveUp(503, "Connection Lost");
    }
    asked.clear();
  }

  /**
   * The dialog is over.
   *
   * @return false when it was already
   */
  boolean release() {
    boolean first = !released;
    released = true;
    lost = false;
    stopWindow();
    if (first) {
      asked.forEach(ClientExchange::dialogEnded);
    }
    return first;
  }

  private void stopWindow() {
    Timers.Timer waiting = window;
    if (waiting != null) {
      waiting.cancel();
      window = null;
    }
  }
}
