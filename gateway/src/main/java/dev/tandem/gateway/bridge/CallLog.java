package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.call.LegId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Tells the story of each call in a few INFO lines, keyed by {@code call} and {@code callId}. */
public final class CallLog implements CallObserver {
  private static final Logger log = LoggerFactory.getLogger("dev.tandem.call");

  @Override
  public void began(CallInfo call, int branches) {
    line(
        call,
        "call from {} to {} goes to {}, {} {}",
        call.from(),
        call.to(),
        call.via(),
        branches,
        branches == 1 ? "branch" : "branches");
  }

  @Override
  public void ringing(CallInfo call, Duration sinceBegan) {
    line(call, "call rings after {} ms", sinceBegan.toMillis());
  }

  @Override
  public void answered(CallInfo call, Duration sinceBegan) {
    line(call, "call answered after {} ms", sinceBegan.toMillis());
  }

  @Override
  public void detached(CallInfo call, LegId leg, String why) {
    line(call, "{} lost its connection ({}), and the call waits for it", name(leg), why);
  }

  @Override
  public void returned(CallInfo call, LegId leg) {
    line(call, "{} is back on another connection", name(leg));
  }

  @Override
  public void gone(CallInfo call, LegId leg) {
    line(call, "{} did not come back to the call", name(leg));
  }

  @Override
  public void sounded(CallInfo call, LegId leg, String summary) {
    line(call, "{} heard it with {}", name(leg), summary);
  }

  private static String name(LegId leg) {
    return leg.isCaller() ? "the caller" : "callee " + leg.number();
  }

  @Override
  public void ended(CallInfo call, CallEnd end, Duration talked) {
    line(
        call,
        "call ended by {}: {} {}{}, talked {} ms",
        end.by().name().toLowerCase(Locale.ROOT),
        end.cause().status(),
        end.cause().text(),
        reasons(end.cause().reasons()),
        talked.toMillis());
  }

  private static String reasons(List<String> reasons) {
    return reasons.isEmpty() ? "" : " (" + String.join(", ", reasons) + ")";
  }

  private static void line(CallInfo call, String format, Object... values) {
    if (!log.isInfoEnabled()) {
      return;
    }
    MDC.put("call", call.key());
    MDC.put("callId", call.callId());
    try {
      log.info(format, values);
    } finally {
      MDC.remove("call");
      MDC.remove("callId");
    }
  }
}
