package dev.tandem.sip.ua;

import dev.tandem.sip.time.Timers;
import gov.nist.javax.sip.header.RAck;
import gov.nist.javax.sip.header.RSeq;
import gov.nist.javax.sip.header.Require;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import javax.sip.InvalidArgumentException;
import javax.sip.header.RAckHeader;
import org.jspecify.annotations.Nullable;

/**
 * Our provisional responses to the first INVITE, reliable where the caller requires that, or knows
 * it and there is a description to be heard (RFC 3262 §3): numbered, one at a time, repeated after
 * T1 and then at doubled intervals for 64*T1 until the PRACK comes. The 2xx waits while one with a
 * description is not acknowledged. Used on the dialog's executor.
 */
final class ReliableProgress {
  /** What waits for its turn; more than a callee says while one PRACK is under way. */
  private static final int MAX_WAITING = 8;

  private record Progress(int status, String reason, boolean described, MessageEdit edit) {}

  private record Answer(String reason, MessageEdit edit) {}

  private final InviteDialog dialog;
  private final ServerExchange invite;
  private final boolean required;
  private final boolean supported;
  private final Deque<Progress> waiting = new ArrayDeque<>(0);
  private long rseq;
  private boolean unacked; // the one numbered rseq
  private boolean unackedDescribed;
  private boolean over; // the final response is out
  private @Nullable Answer held;
  private Duration interval = Duration.ZERO;
  private Duration left = Duration.ZERO;
  private Timers.@Nullable Timer timer;

  ReliableProgress(InviteDialog dialog, ServerExchange invite) {
    this.dialog = dialog;
    this.invite = invite;
    this.required = OptionTags.requires(invite.request(), OptionTags.RELIABLE);
    this.supported = OptionTags.supports(invite.request(), OptionTags.RELIABLE);
    this.rseq = ThreadLocalRandom.current().nextLong(1, 1_000_000);
  }

  /** 101–199. */
  void progress(int status, String reason, boolean described, MessageEdit edit) {
    if (over || held != null) {
      return;
    }
    if (!unacked) {
      send(new Progress(status, reason, described, edit));
    } else if (waiting.size() < MAX_WAITING) {
      waiting.add(new Progress(status, reason, described, edit));
    }
  }

  private void send(Progress next) {
    if (!required && !(supported && next.described())) {
      invite.respond(next.status(), next.reason(), next.edit());
      return;
    }
    rseq++;
    unacked = true;
    unackedDescribed = next.described();
    invite.respond(next.status(), next.reason(), message -> number(next.edit(), message));
    interval = dialog.agent().settings().t1();
    left = dialog.agent().settings().patience();
    if (!dialog.connection().isLost()) {
      schedule();
    }
  }

  private void number(MessageEdit edit, SIPMessage message) {
    RSeq header = new RSeq();
    try {
      header.setSeqNumber(rseq);
    } catch (InvalidArgumentException e) {
      throw new IllegalStateException(e);
    }
    edit.apply(message);
    message.addHeader(new Require(OptionTags.RELIABLE));
    message.setHeader(header);
  }

  private void schedule() {
    Duration next = interval.compareTo(left) < 0 ? interval : left;
    left = left.minus(next);
    timer = dialog.agent().timers().schedule(next, () -> dialog.run(this::fire));
  }

  private void fire() {
    if (!unacked || over || invite.isAnswered()) {
      return;
    }
    if (!left.isZero()) {
      invite.repeatResponse();
      interval = interval.multipliedBy(2);
      schedule();
    } else if (held != null) {
      answerAtLast();
    } else {
      stop();
      dialog.listener().expired(504, "No PRACK"); // §3: a 5xx
    }
  }

  /** 200, now or when what goes before it is acknowledged. */
  void answer(String reason, MessageEdit edit) {
    held = new Answer(reason, edit);
    waiting.clear();
    if (!(unacked && unackedDescribed)) {
      answerAtLast();
    }
  }

  /** Sends the 2xx that waits. */
  private void answerAtLast() {
    Answer answer = held;
    stop();
    if (answer != null) {
      held = null;
      invite.respond(200, answer.reason(), answer.edit());
    }
  }

  /**
   * A CANCEL came while the 2xx waits: it has crossed that, and the caller gets the 2xx (RFC 3261
   * §9.2).
   *
   * @return false when none waits
   */
  boolean isAnsweredInstead() {
    boolean waits = held != null;
    if (waits) {
      answerAtLast();
    }
    return waits;
  }

  /**
   * Whether a PRACK is for what was sent last; from then on that counts as acknowledged (§3). Also
   * when the final response has gone out meanwhile.
   */
  boolean isAcknowledgedBy(SIPRequest prack) {
    boolean matches =
        unacked
            && prack.getHeader(RAckHeader.NAME) instanceof RAck rack
            && rack.getRSequenceNumber() == rseq
            && rack.getCSequenceNumber() == invite.cseq()
            && "INVITE".equals(rack.getMethod());
    if (matches) {
      unacked = false;
      cancelTimer();
    }
    return matches;
  }

  /** Whether what was sent last had a description. */
  boolean wasDescribed() {
    return unackedDescribed;
  }

  /** After its PRACK has been answered: what waits may go. */
  void next() {
    if (held != null) {
      answerAtLast();
    }
    while (!unacked && !over && !waiting.isEmpty()) {
      send(waiting.remove());
    }
  }

  /** The final response goes out, or the dialog is over. */
  void stop() {
    over = true;
    waiting.clear();
    cancelTimer();
  }

  /** The peer has lost its connection: nothing is repeated, and no time passes. */
  void pause() {
    cancelTimer();
  }

  /** The peer is back, and has been told again. */
  void resume() {
    if (unacked && !over) {
      cancelTimer();
      interval = dialog.agent().settings().t1();
      left = dialog.agent().settings().patience();
      schedule();
    }
  }

  private void cancelTimer() {
    Timers.Timer pending = timer;
    timer = null;
    if (pending != null) {
      pending.cancel();
    }
  }
}
