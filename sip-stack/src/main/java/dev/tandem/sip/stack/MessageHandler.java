package dev.tandem.sip.stack;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;

/**
 * The transaction user (RFC 3261 §5): hears what the transaction layer lets through. Called on the
 * thread that read the message, with the lock of its transaction held: must not block.
 */
public interface MessageHandler {

  /**
   * A request that is no retransmission. An ACK comes with a transaction that is not in the table
   * and takes no response.
   *
   * @param raw the bytes as they came, for what a parser does not keep
   */
  void request(ServerTransaction transaction, SIPRequest request, Flow flow, byte[] raw);

  /** A response that belongs to no client transaction: a late or forked 2xx, or noise. */
  void strayResponse(SIPResponse response, Flow flow);

  /** The flow is gone; client transactions on it were told before. */
  void flowEnded(Flow flow, FlowEnd end);
}
