package dev.tandem.gateway.registrar;

import dev.tandem.sip.transport.FlowId;
import java.util.List;

/**
 * One way to reach an AOR (RFC 3261 §10): a contact, and the flow it was registered on.
 *
 * @param contact as the device wrote it
 * @param callId Call-ID of the REGISTER that made or refreshed it
 * @param cseq number of its CSeq
 * @param flow the flow that the REGISTER came on; requests to the contact go there (RFC 5626 §5.3)
 * @param path values of its Path headers, topmost first (RFC 3327); empty when there were none
 * @param expiresAt when it ends, milliseconds since the epoch
 * @param mayDial user parts that the device may call, as its REGISTER proved it; a {@code *} at the
 *     end stands for any more
 * @param change counts the REGISTERs of this registrar: the higher, the more recent
 */
public record Binding(
    ContactSpec contact,
    String callId,
    long cseq,
    FlowId flow,
    List<String> path,
    long expiresAt,
    List<String> mayDial,
    long change) {

  /**
   * The Request-URI for requests to the device: the contact's URI, without headers if it had any.
   */
  public String requestUri() {
    String uri = contact.uri();
    int headers = uri.indexOf('?', uri.indexOf('@') + 1);
    return headers < 0 ? uri : uri.substring(0, headers);
  }

  boolean isLive(long nowMillis) {
    return expiresAt > nowMillis;
  }

  /** Those that have not ended: usually the same list, without an allocation. */
  static List<Binding> live(List<Binding> bindings, long nowMillis) {
    for (Binding binding : bindings) {
      if (!binding.isLive(nowMillis)) {
        return bindings.stream().filter(b -> b.isLive(nowMillis)).toList();
      }
    }
    return bindings;
  }

  /** Seconds until it ends, rounded up. */
  public long expiresIn(long nowMillis) {
    return Math.max(0, (expiresAt - nowMillis + 999) / 1000);
  }

  /** A Contact value for the 200: everything as the device sent it, and the time that remains. */
  public String contactValue(long nowMillis) {
    return contact.text() + ";expires=" + expiresIn(nowMillis);
  }
}
