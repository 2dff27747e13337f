package dev.tandem.gateway.guard;

import dev.tandem.gateway.limit.Busy;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.message.SipUri;
import dev.tandem.sip.stack.EarlyRefusal;
import dev.tandem.sip.stack.RawHeaders;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts off new calls while there is too much to do, before any parser and any transaction: to
 * refuse a call in their way costs a third of what it costs to carry one, so that with twice too
 * many calls most of the work would be refusals. Only on connections: a datagram may come again,
 * and only a transaction knows that it is the same.
 *
 * @param isEmergency whether a number is one that is never put off
 */
record NewCalls(Busy busy, Predicate<String> isEmergency) {
  static final NewCalls NEVER_PUT_OFF = new NewCalls(Busy.NEVER, number -> false);

  /** Null when the message may pass. */
  byte @Nullable [] refusal(byte[] message) {
    return Kind.of(message) == Kind.INVITE
            && isNew(message)
            && busy.isTooMuch()
            && !isEmergency.test(number(RawHeaders.requestUri(message)))
        ? EarlyRefusal.busy(message, busy.secondsToWait())
        : null;
  }

  private static boolean isNew(byte[] message) {
    return RawHeaders.values(message, "To", 't').stream()
        .noneMatch(to -> to.toLowerCase(Locale.ROOT).contains("tag="));
  }

  private static String number(String uri) {
    if (uri.toLowerCase(Locale.ROOT).startsWith("tel:")) {
      return uri.substring(4).replaceAll("[-.() ]|;.*", "");
    }
    SipUri sip = SipUri.parse(uri);
    Aor aor = sip == null || sip.user() == null ? null : Aor.parse("sip:" + sip.user() + "@x");
    return aor == null ? "" : aor.user();
  }
}
