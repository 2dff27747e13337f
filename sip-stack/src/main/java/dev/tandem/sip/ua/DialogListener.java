package dev.tandem.sip.ua;

import dev.tandem.sip.transport.FlowEnd;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens to one end of a call. Always on the executor given with the listener, in order. */
public interface DialogListener {

  // At the UAC, until the INVITE has its outcome.

  /** 101–199. */
  void progressed(SIPResponse response);

  /** The first 2xx; {@link InviteDialog#ack} is due. */
  void answered(SIPResponse response);

  /**
   * The INVITE came to nothing.
   *
   * @param response null when the status stands for silence (408), a dead flow (480) or a CANCEL
   *     that was never answered (487)
   */
  void refused(int status, String reason, @Nullable SIPResponse response);

  // At the UAS.

  /**
   * The PRACK for a reliable response of ours that had a description. It is answered already,
   * unless it has one too: the answer to an offer of ours, or an offer. Then it wants a response.
   */
  void pracked(ServerExchange prack);

  /** The first INVITE was cancelled; the CANCEL has its 200, the INVITE wants its 487. */
  void cancelled(SIPRequest cancel);

  // At either.

  /** The ACK for a 2xx of ours came. */
  void acked(ServerExchange invite, SIPRequest ack);

  /** It did not, for 64*T1 (RFC 3261 §13.3.1.4). */
  void ackMissing(ServerExchange invite);

  /** A request inside the dialog, other than BYE, ACK and CANCEL. It wants a response. */
  void requested(ServerExchange request);

  /** A re-INVITE was cancelled; it wants its 487. */
  void requestCancelled(ServerExchange invite);

  /** BYE, answered already. The dialog is over. */
  void hungUp(SIPRequest bye);

  /**
   * The session was not refreshed in time (RFC 4028 §10), the peer knows it no more, or has never
   * acknowledged a reliable response (RFC 3262 §3): the call is to be ended.
   *
   * @param status 408, 481 or 504
   */
  void expired(int status, String reason);

  /**
   * The connection that the peer came on is gone, and only the peer can make another.
   *
   * @return how long to wait for that; zero to end the dialog, of which {@link #flowEnded} then
   *     tells
   */
  default Duration connectionLost(FlowEnd end) {
    return Duration.ZERO;
  }

  /** The peer has another connection, after {@link #connectionLost} or before that was known. */
  default void connectionReplaced() {}

  /** The peer has no connection and is not expected to come back. The dialog is over. */
  void flowEnded(FlowEnd end);

  /** What the dialog answers its peer's challenges with; null when there is nothing. Asked once. */
  default @Nullable PeerCredentials credentials() {
    return null;
  }

  /** The dialog is forgotten: the last that is heard of it. */
  default void released() {}
}
