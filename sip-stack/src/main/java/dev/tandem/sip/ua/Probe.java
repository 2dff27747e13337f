package dev.tandem.sip.ua;

import dev.tandem.sip.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks a peer that has no session timers, now and then, whether it still knows the dialog: by
 * OPTIONS, of which only 481 and silence mean anything (RFC 3261 §11, §12.2.1.2). A WebSocket has
 * its pings, so its peer is not asked. Used on the dialog's executor.
 */
final class Probe {
  private final InviteDialog dialog;
  private final @Nullable Duration interval;
  private Timers.@Nullable Timer timer;

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

  void stop() {
    Timers.Timer running = timer;
    timer = null;
    if (running != null) {
      running.cancel();
    }
  }
}
