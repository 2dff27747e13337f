package dev.tandem.sip.ua;

import dev.tandem.sip.dialog.Dialog;
import dev.tandem.sip.transport.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The peer's requests inside one dialog (RFC 3261 §12.2.2): their order, what is answered here, and
 * what the owner of the dialog is asked. Used on the dialog's executor.
 */
final class PeerRequests {
  private static final long NO_CSEQ = -1;
  private static final String UNKNOWN = "Call/Transaction Does Not Exist";

  private final InviteDialog dialog;
  private final Session session;
  private final List<ServerExchange> open = new ArrayList<>(2); // those that want an answer
  private long refusedWith491 = NO_CSEQ; // the last INVITE, if that is how it ended

  PeerRequests(InviteDialog dialog, Session session) {
    this.dialog = dialog;
    this.session = session;
  }

  void receive(ServerExchange exchange) {
    Dialog here = dialog.state();
    if (here == null) {
      receiveEarly(exchange);
      return;
    }
    boolean triedAgain = exchange.isInvite() && exchange.cseq() == refusedWith491;
    if (!triedAgain && !here.isInOrder(exchange.cseq())) {
      takeOutOfOrder(exchange);
      return;
    }
    dialog.answer().forgottenFor(exchange);
    // JsSIP tries an INVITE again after 491 under its old number, and hangs up if that is refused.
    Dialog next = triedAgain ? here : here.withRemoteCseq(exchange.cseq());
    if (exchange.isInvite()) {
      refusedWith491 = NO_CSEQ;
    }
    String method = exchange.method();
    if (method.equals("BYE")) {
      dialog.becomes(next);
      dialog.isHungUpBy(exchange);
      return;
    }
    if (dialog.isOver()) {
      dialog.becomes(next);
      exchange.respond(481, UNKNOWN);
      return;
    }
    if (method.equals("INVITE") || method.equals("UPDATE")) {
      next = next.refreshedBy(exchange.request());
      dialog.connection().use(exchange.flow());
    }
    dialog.becomes(next);
    if (method.equals("PRACK")) {
      takePrack(exchange);
    } else if (Session.isChange(exchange.request()) && session.timer().isReInviting()) {
      exchange.respond(491, "Request Pending");
    } else {
      ask(exchange);
    }
  }

  /** The owner answers, unless it is only the last description once more. */
  private void ask(ServerExchange exchange) {
    Description same =
        dialog.isChanging() ? null : session.descriptions().answerToRepeated(exchange.request());
    session.received(exchange.request());
    if (same == null) {
      open.add(exchange);
      dialog.listener().requested(exchange);
    } else {
      exchange.isRefresh();
      exchange.respond(200, "OK", same::putInto);
    }
  }

  /** A request of the callee before it has answered: it belongs to one of the early dialogs. */
  private void receiveEarly(ServerExchange exchange) {
    EarlyDialogs early = dialog.early();
    Dialog here = early.get(exchange.request().getFrom().getTag());
    if (here == null || dialog.isOver() || exchange.isInvite() || exchange.method().equals("BYE")) {
      exchange.respond(481, UNKNOWN);
    } else if (!here.isInOrder(exchange.cseq())) {
      exchange.respond(500, "CSeq Out Of Order");
    } else {
      early.put(here.withRemoteCseq(exchange.cseq()).refreshedBy(exchange.request()));
      session.received(exchange.request());
      open.add(exchange);
      dialog.listener().requested(exchange);
    }
  }

  /** RFC 3262 §3. */
  private void takePrack(ServerExchange prack) {
    ReliableProgress to = dialog.reliableProgress();
    if (to == null || !to.isAcknowledgedBy(prack.request())) {
      prack.respond(481, UNKNOWN);
      return;
    }
    session.received(prack.request());
    boolean describes = Description.of(prack.request()) != null;
    if (describes) {
      open.add(prack);
    } else {
      prack.respond(200, "OK");
    }
    if (describes || to.wasDescribed()) {
      dialog.listener().pracked(prack);
    }
    to.next();
  }

  private void takeOutOfOrder(ServerExchange exchange) {
    if (!dialog.answer().repeatsFor(exchange)) {
      exchange.respond(500, "CSeq Out Of Order");
    }
  }

  /** One of them has its final response. */
  void answered(ServerExchange exchange, int status) {
    open.remove(exchange);
    if (exchange.isInvite() && status == 491) {
      refusedWith491 = exchange.cseq();
    }
  }

  /** Whether one that changes the session has no answer yet. */
  boolean isChanging() {
    return open.stream().anyMatch(each -> Session.isChange(each.request()));
  }

  /** Whether one with one of these methods has no answer yet. */
  boolean owesResponseTo(Set<String> methods) {
    return open.stream().anyMatch(exchange -> methods.contains(exchange.method()));
  }

  /** §15.1.2: what is still unanswered when the dialog ends is answered with 487. */
  void end() {
    for (ServerExchange pending : List.copyOf(open)) {
      pending.respond(487, "Request Terminated");
    }
  }

  /** The peer will not be heard again. */
  void endWithFlow() {
    open.forEach(ServerExchange::endsWithFlow);
  }

  /** The peer is on another flow now. */
  void moveTo(Flow next) {
    open.forEach(exchange -> exchange.moveTo(next));
  }
}
