package dev.tandem.sip.ua;

import gov.nist.javax.sip.header.Require;
import gov.nist.javax.sip.header.extensions.MinSE;
import gov.nist.javax.sip.header.extensions.SessionExpires;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import javax.sip.InvalidArgumentException;
import org.jspecify.annotations.Nullable;

/**
 * What two ends agree on in Session-Expires (RFC 4028 §7–§9): after how many seconds without a
 * refresh the session is over, and who refreshes. A value; the rules of who may ask for what.
 *
 * @param ours we refresh
 */
record SessionInterval(long seconds, boolean ours) {
  /**
   * Whether a request asks for less than we accept, and understands to be told so (§9): then 422.
   */
  static boolean isTooSmall(SIPRequest request, SessionTimerSettings settings) {
    SessionExpires asked = asked(request);
    return asked != null
        && asked.getExpires() < settings.min().toSeconds()
        && OptionTags.supports(request, OptionTags.TIMER);
  }

  /**
   * What our 2xx says to an INVITE or UPDATE (§9): never more than was asked for, and who refreshes
   * as the request wishes, or else the one who asked. A peer that knows timers and asked for
   * nothing is refreshed by us. Null when the peer has no part in it.
   */
  static @Nullable SessionInterval asUas(SIPRequest request, SessionTimerSettings settings) {
    SessionExpires asked = asked(request);
    boolean supported = OptionTags.supports(request, OptionTags.TIMER);
    long most = Math.max(settings.expires().toSeconds(), minSe(request));
    if (asked == null) {
      return supported ? new SessionInterval(most, true) : null;
    }
    long seconds = Math.max(Math.min(asked.getExpires(), most), settings.min().toSeconds());
    return new SessionInterval(seconds, !supported || "uas".equalsIgnoreCase(asked.getRefresher()));
  }

  /** What a 2xx to a request of ours says (§7.2); null when the session does not expire. */
  static @Nullable SessionInterval asUac(SIPResponse response) {
    SessionExpires said = asked(response);
    if (said == null) {
      return null;
    }
    long seconds = Math.max(said.getExpires(), SessionTimerSettings.LEAST_SECONDS);
    return new SessionInterval(seconds, !"uas".equalsIgnoreCase(said.getRefresher()));
  }

  /** Adds Session-Expires to a request of ours. */
  void addTo(SIPRequest request) {
    request.setHeader(sessionExpires(seconds, ours ? "uac" : "uas"));
  }

  /** The same for our 2xx; a peer that knows timers is told that it must (§9). */
  void addTo(SIPResponse response, SIPRequest answered) {
    response.setHeader(sessionExpires(seconds, ours ? "uas" : "uac"));
    if (OptionTags.supports(answered, OptionTags.TIMER)) {
      response.addHeader(new Require(OptionTags.TIMER));
    }
  }

  static SessionExpires sessionExpires(long seconds, @Nullable String refresher) {
    SessionExpires header = new SessionExpires();
    try {
      header.setExpires((int) Math.min(seconds, Integer.MAX_VALUE));
    } catch (InvalidArgumentException e) {
      throw new IllegalArgumentException(e);
    }
    if (refresher != null) {
      header.setRefresher(refresher);
    }
    return header;
  }

  static MinSE minSe(long seconds) {
    MinSE header = new MinSE();
    try {
      header.setExpires((int) Math.min(seconds, Integer.MAX_VALUE));
    } catch (InvalidArgumentException e) {
      throw new IllegalArgumentException(e);
    }
    return header;
  }

  /** The Min-SE of a message; 90 where there is none. */
  static long minSe(SIPMessage message) {
    return message.getHeader(MinSE.NAME) instanceof MinSE min
        ? Math.max(min.getExpires(), SessionTimerSettings.LEAST_SECONDS)
        : SessionTimerSettings.LEAST_SECONDS;
  }

  private static @Nullable SessionExpires asked(SIPMessage message) {
    return message.getHeader(SessionExpires.NAME) instanceof SessionExpires header ? header : null;
  }
}
