package dev.tandem.sip.ua;

import gov.nist.javax.sip.message.SIPRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The INVITEs that peers have sent: by what a CANCEL names, while there is something to cancel, and
 * by what is equal in two that are one. Thread-safe.
 */
final class ReceivedInvites {
  private final Map<String, ServerExchange> pending = new ConcurrentHashMap<>();
  private final Map<String, ServerExchange> firsts = new ConcurrentHashMap<>();

  /**
   * Enters an INVITE in the tables. A second one of the same call that comes by another way is a
   * merged request (RFC 3261 §8.2.2.2); one that comes the same way is a retransmission whose
   * transaction is over, because we answered 2xx.
   */
  boolean isFirst(ServerExchange invite) {
    if (invite.request().getTo().getTag() == null) {
      ServerExchange earlier =
          firsts.putIfAbsent(ServerExchange.mergeKey(invite.request()), invite);
      if (earlier != null) {
        if (earlier.branch().equals(invite.branch())) {
          earlier.repeatResponse();
        } else {
          invite.respond(482, "Loop Detected");
        }
        return false;
      }
    }
    pending.put(ServerExchange.cancelKey(invite.request()), invite);
    return true;
  }

  /** It has its final response, and a 2xx its ACK: there is nothing to cancel any more. */
  void settled(ServerExchange invite) {
    pending.remove(ServerExchange.cancelKey(invite.request()), invite);
  }

  /** It was refused before it began a dialog. */
  void refused(ServerExchange invite) {
    firsts.remove(ServerExchange.mergeKey(invite.request()), invite);
  }

  /** The dialog that it began is over. */
  void forget(ServerExchange invite) {
    refused(invite);
    settled(invite);
  }

  /**
   * The one with the branch and sent-by of a CANCEL (RFC 3261 §9.2), which may differ from it in
   * more; null when there is none.
   */
  @Nullable ServerExchange namedBy(SIPRequest cancel) {
    return pending.get(ServerExchange.cancelKey(cancel));
  }
}
