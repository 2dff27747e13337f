package dev.tandem.sip.ua;

import dev.tandem.sip.time.Timers;
import gov.nist.javax.sip.header.Allow;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.sip.header.AllowHeader;
import org.jspecify.annotations.Nullable;

/**
 * Finds a peer dead that says nothing (RFC 4028): agrees on an interval in each INVITE and UPDATE,
 * refreshes the session at half of it when that is ours to do, and tells the listener when the
 * session was not refreshed in time. One for each dialog, on its executor.
 */
final class SessionTimer {
  /** The methods that we ask a peer with only if it takes them. */
  private static final Set<String> INTERESTING = Set.of("UPDATE", "REFER");

  private static final int MAX_REFUSALS = 4; // 422s in a row that we follow

  private final InviteDialog dialog;
  private final @Nullable SessionTimerSettings settings; // null: off
  private @Nullable SessionInterval agreed;
  private long minSe = SessionTimerSettings.LEAST_SECONDS; // the most that was asked of us (§7.4)
  private int refusals;
  private boolean raised; // by the last response to a request of ours inside the dialog
  private Set<String> peerMethods = Set.of(); // by its last Allow
  private boolean refreshing;
  private boolean reInviting;
  private boolean stopped;
  private long expiresAt; // by the timers' clock, in ms
  private Timers.@Nullable Timer timer;

  SessionTimer(InviteDialog dialog, @Nullable SessionTimerSettings settings) {
    this.dialog = dialog;
    this.settings = settings;
  }

  // What goes out and comes in.

  /** Adds our wish to an INVITE or UPDATE of ours. */
  void propose(SIPRequest request) {
    SessionTimerSettings wish = settings;
    if (wish == null || !changes(request)) {
      return;
    }
    SessionInterval now = agreed;
    if (now != null) {
      new SessionInterval(Math.max(now.seconds(), minSe), now.ours()).addTo(request);
    } else if (request.getTo().getTag() == null) {
      request.setHeader(
          SessionInterval.sessionExpires(Math.max(wish.expires().toSeconds(), minSe), null));
    } else {
      return; // a peer that has no timers
    }
    long least = Math.max(wish.min().toSeconds(), minSe);
    if (least > SessionTimerSettings.LEAST_SECONDS) {
      request.setHeader(SessionInterval.minSe(least));
    }
  }

  /** A response to it came. */
  void heard(SIPRequest request, SIPResponse response) {
    heardOf(response);
    if (settings == null || !changes(request) || response.getStatusCode() / 100 != 2) {
      raised = request.getTo().getTag() != null && isRaisedBy(response);
      return;
    }
    refusals = 0;
    SessionInterval said = SessionInterval.asUac(response);
    SessionInterval before = agreed;
    if (said != null) {
      agreeOn(said);
    } else if (before != null && before.ours()) {
      agreeOn(before); // it answers, which is what we want to know (§10)
    } else {
      agreeOn(null);
    }
  }

  /**
   * The peer wants a longer interval (§7.4).
   *
   * @return whether the same request with that interval may be sent
   */
  boolean isRaisedBy(SIPResponse response) {
    long least = SessionInterval.minSe(response);
    if (settings == null
        || response.getStatusCode() != 422
        || least <= minSe
        || ++refusals > MAX_REFUSALS) {
      return false;
    }
    minSe = least;
    return true;
  }

  /** Whether the peer has session timers too. */
  boolean isAgreed() {
    return agreed != null;
  }

  /** What the peer said last that it takes, of the methods that matter here. */
  Set<String> peerMethods() {
    return peerMethods;
  }

  /** What the peer says of itself. */
  void heardOf(SIPMessage message) {
    if (message.hasHeader(AllowHeader.NAME)) {
      Set<String> methods = new HashSet<>();
      for (Iterator<?> i = message.getHeaders(AllowHeader.NAME); i.hasNext(); ) {
        String method = ((Allow) i.next()).getMethod();
        if (INTERESTING.contains(method)) {
          methods.add(method);
        }
      }
      peerMethods = Set.copyOf(methods);
    }
  }

  /** Completes our 2xx to an INVITE or UPDATE. */
  void answer(SIPRequest request, SIPResponse response) {
    if (settings == null || !changes(request)) {
      return;
    }
    minSe = Math.max(minSe, SessionInterval.minSe(request));
    SessionInterval said = SessionInterval.asUas(request, settings);
    if (said != null) {
      said.addTo(response, request);
    }
    agreeOn(said);
  }

  private static boolean changes(SIPRequest request) {
    return request.getMethod().equals("INVITE") || request.getMethod().equals("UPDATE");
  }

  // Time.

  private void agreeOn(@Nullable SessionInterval interval) {
    cancel();
    agreed = interval;
    if (interval == null || stopped) {
      return;
    }
    Timers timers = dialog.agent().timers();
    expiresAt = timers.millis() + interval.seconds() * 1000;
    if (interval.ours()) {
      after(Duration.ofMillis(interval.seconds() * 500), this::refresh);
    } else {
      // §10: a third of the interval early, but not more than 32 s.
      long early = Math.min(32_000, interval.seconds() * 1000 / 3);
      after(Duration.ofMillis(interval.seconds() * 1000 - early), this::expire);
    }
  }

  private void after(Duration delay, Runnable what) {
    cancel();
    timer =
        dialog
            .agent()
            .timers()
            .schedule(
                delay,
                () ->
                    dialog.run(
                        () -> {
                          if (!stopped) {
                            what.run();
                          }
                        }));
  }

  private void cancel() {
    Timers.Timer waiting = timer;
    timer = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private void expire() {
    stop();
    dialog.listener().expired(408, "Session Expired");
  }

  private void refresh() {
    if (refreshing) {
      return; // its outcome decides
    }
    if (peerMethods.contains("UPDATE")) {
      refreshing = true;
      dialog.send("UPDATE", MessageEdit.NONE, (status, reason, response) -> refreshed(status));
      return;
    }
    Description sdp = dialog.session().descriptions().local();
    if (sdp == null || dialog.isChanging()) {
      later();
      return;
    }
    refreshing = true;
    Description peers = dialog.session().descriptions().remote();
    ClientExchange[] sent = new ClientExchange[1];
    sent[0] =
        dialog.send(
            "INVITE",
            sdp::putInto,
            (status, reason, response) -> {
              reInviting = false;
              if (status < 300) {
                dialog.ack(sent[0], MessageEdit.NONE);
              }
              refreshed(status);
              if (status < 300 && response != null) {
                tellOfChange(peers, response);
              }
            });
    reInviting = true;
  }

  private void tellOfChange(@Nullable Description before, SIPResponse answer) {
    Description now = Description.of(answer);
    if (before != null && now != null && now.changes(before)) {
      dialog.listener().changed(answer);
    }
  }

  private void refreshed(int status) {
    refreshing = false;
    if (stopped || status < 300) {
      return; // heard() has set the next time
    }
    if (status == 408 || status == 481) {
      stop();
      dialog.listener().expired(status, "Session Refresh Failed");
    } else if (raised) {
      raised = false;
      refresh();
    } else {
      if (status == 405 || status == 501) {
        peerMethods = peerMethods.contains("REFER") ? Set.of("REFER") : Set.of();
      }
      later();
    }
  }

  /** Tries again, as after a collision (RFC 3261 §14.1), while the session lasts. */
  private void later() {
    long left = expiresAt - dialog.agent().timers().millis();
    long pause = 2_100 + 10 * ThreadLocalRandom.current().nextLong(190);
    if (left <= pause) {
      after(Duration.ofMillis(Math.max(left, 0)), this::expire);
    } else {
      after(Duration.ofMillis(pause), this::refresh);
    }
  }

  /** The peer has lost its connection: it is not asked and not expected to say anything. */
  void pause() {
    cancel();
  }

  /** The peer is back on another connection, and the interval begins anew. */
  void resume() {
    agreeOn(agreed);
    SessionInterval now = agreed;
    if (now != null && now.ours() && !stopped) {
      refresh(); // and so we know at once whether it still knows the session
    }
  }

  /** A re-INVITE of its own is under way: no other may begin (§14.1, §14.2). */
  boolean isReInviting() {
    return reInviting;
  }

  /** The dialog is over. */
  void stop() {
    stopped = true;
    cancel();
  }
}
