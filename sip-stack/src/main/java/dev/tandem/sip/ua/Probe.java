package dev.tandem.sip.ua;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowEnd;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks a peer whether it still knows the dialog; only 481 and silence mean anything (RFC 3261
 * §12.2.1.2). One that has no session timers is asked now and then, by OPTIONS (§11). A WebSocket
 * has its pings, so its peer is asked only when it has come back on another connection: what it
 * said last, perhaps BYE, may have been lost with the one before. That is by UPDATE (RFC 3311),
 * because JsSIP answers OPTIONS in any dialog; SIP.js, which has no UPDATE, says 501 where it knows
 * the dialog. Used on the dialog's executor.
 */
final class Probe {
  /** Who has come back says what it had to say, or hears it, before it is asked. */
  private static final Duration RETURNED = Duration.ofSeconds(2);

  private final InviteDialog dialog;
  private final @Nullable Duration interval;
  private Timers.@Nullable Timer timer;
  private Timers.@Nullable Timer returned;

  /** Never asks when the interval is null. */
  Probe(InviteDialog dialog, @Nullable Duration interval) {
    this.dialog = dialog;
    this.interval = interval;
  }

  /** The dialog is established. */
  void start() {
    Duration pause = interval;
    if (pause != null && timer == null && !dialog.flow().transport().isWebSocket()) {
      timer = dialog.agent().timers().repeat(pause, () -> dialog.run(this::ask));
    }
  }

  private void ask() {
    if (timer == null || dialog.isOver() || dialog.timer().isAgreed()) {
      return;
    }
    dialog.send(
        "OPTIONS",
        MessageEdit.NONE,
        (status, reason, response) -> {
          if ((status == 408 || status == 481) && timer != null) {
            stop();
            dialog.listener().expired(status, "Peer Is Gone");
          }
        });
  }

  /** The peer is back on another connection; unless it says something, it is asked soon. */
  void peerReturned() {
    heardPeer();
    returned = dialog.agent().timers().schedule(RETURNED, () -> dialog.run(this::askIfSilent));
  }

  /** The peer shows that it knows the dialog, or is away. */
  void heardPeer() {
    Timers.Timer waiting = returned;
    returned = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private void askIfSilent() {
    if (returned != null && !dialog.isOver() && !dialog.isEarly() && !dialog.isAsking()) {
      askWhoReturned();
    }
  }

  /** Asks a peer that is back on another connection, whatever is open. */
  void askWhoReturned() {
    heardPeer();
    dialog.send(
        "UPDATE",
        MessageEdit.NONE,
        (status, reason, response) -> {
          if (status == 481 || status == 408) {
            dialog.lose(FlowEnd.of(FlowEnd.Cause.PEER_LEFT, "the device has ended the call"));
          }
        });
  }

  void stop() {
    heardPeer();
    Timers.Timer running = timer;
    timer = null;
    if (running != null) {
      running.cancel();
    }
  }
}
