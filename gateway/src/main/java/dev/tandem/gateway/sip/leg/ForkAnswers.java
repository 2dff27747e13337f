package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Payload;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each phone behind one branch has answered to our offer before it took the call, by To tag. A
 * 2xx need not say again what a reliable response said (RFC 3262 §5), but a caller who never
 * acknowledged that must find it there. Used on the call's executor.
 */
final class ForkAnswers {
  private static final int MAX_FORKS = 16;

  private final Map<String, Body> early = new HashMap<>(2);

  void progressed(SIPResponse response, Payload payload) {
    String tag = response.getTo().getTag();
    Body body = payload.body();
    if (tag != null && body != null && (early.size() < MAX_FORKS || early.containsKey(tag))) {
      early.put(tag, body);
    }
  }

  /** The answer of the phone that took the call. */
  Payload complete(SIPResponse answer, Payload payload) {
    String tag = answer.getTo().getTag();
    @Nullable Body body = tag == null ? null : early.get(tag);
    return payload.hasBody() || body == null ? payload : new Payload(body, payload.headers());
  }
}
