package dev.tandem.sip.ua;

import dev.tandem.sip.message.Tokens;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests outside a dialog that belong together, as the REGISTERs of one registration do: one
 * Call-ID, and a CSeq that rises (RFC 3261 §10.2). Thread-safe.
 */
public final class RequestSeries {
  private final String callId = Tokens.callId();
  private final String localTag = Tokens.tag();
  private final AtomicLong cseq = new AtomicLong();

  String callId() {
    return callId;
  }

  String localTag() {
    return localTag;
  }

  long next() {
    return cseq.incrementAndGet();
  }
}
