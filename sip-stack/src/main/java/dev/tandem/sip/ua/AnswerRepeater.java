package dev.tandem.sip.ua;

import dev.tandem.sip.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a 2xx to an INVITE until its ACK comes: after T1, then at doubled intervals up to T2, for
 * 64*T1 in all and over any transport (RFC 3261 §13.3.1.4). Used on the dialog's executor.
 */
final class AnswerRepeater {
  private final ServerExchange invite;
  private final InviteDialog dialog;
  private final UaSettings settings;
  private final Timers timers;
  private Duration interval;
  private Duration left;
  private Timers.@Nullable Timer timer;
  private boolean paused;
  private boolean stopped;
  private boolean moved;

  AnswerRepeater(ServerExchange invite, InviteDialog dialog) {
    this.invite = invite;
    this.dialog = dialog;
    this.settings = dialog.agent().settings();
    this.timers = dialog.agent().timers();
    this.interval = settings.t1();
    this.left = settings.patience();
    if (!dialog.connection().isLost()) {
      schedule();
    }
  }

  /** The peer is away: nothing is repeated, and no time passes. */
  void pause() {
    Timers.Timer waiting = timer;
    if (waiting != null) {
      waiting.cancel();
    }
    paused = true;
  }

  /** The peer is back, and has been told again: all the time there is begins once more. */
  void resume() {
    moved = true;
    pause();
    paused = false;
    interval = settings.t1();
    left = settings.patience();
    if (!stopped) {
      schedule();
    }
  }

  /**
   * Whether this INVITE tells that the peer has forgotten the one before: JsSIP forgets its
   * requests with their connection, and will not acknowledge the 2xx that comes by the next one.
   */
  boolean isForgottenFor(ServerExchange next) {
    return moved && next.isInvite() && next.cseq() > invite.cseq();
  }

  ServerExchange invite() {
    return invite;
  }

  private void schedule() {
    Duration next = interval.compareTo(left) < 0 ? interval : left;
    left = left.minus(next);
    timer = timers.schedule(next, () -> dialog.run(this::fire));
  }

  private void fire() {
    if (stopped || paused) {
      return;
    }
    if (left.isZero()) {
      stopped = true;
      dialog.answer().missing(this);
      return;
    }
    invite.repeatResponse();
    Duration doubled = interval.multipliedBy(2);
    interval = doubled.compareTo(settings.t2()) < 0 ? doubled : settings.t2();
    schedule();
  }

  void stop() {
    stopped = true;
    Timers.Timer waiting = timer;
    if (waiting != null) {
      waiting.cancel();
    }
  }
}
