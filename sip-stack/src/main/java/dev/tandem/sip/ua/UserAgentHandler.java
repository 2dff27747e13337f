package dev.tandem.sip.ua;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;

/**
 * Who decides what a request outside any dialog is answered with. Called on the thread that read
 * the request: must not block.
 */
public interface UserAgentHandler {

  /**
   * An INVITE that begins a call. Either {@link UserAgent#accept} answers it with 100 and makes a
   * dialog of it, or it is refused with {@link ServerExchange#respond}.
   */
  void invited(ServerExchange invite);

  /** Any other request outside a dialog, of a method that the agent allows. */
  void requested(ServerExchange request);

  /**
   * A request inside a dialog whose peer is on another WebSocket, or was. Either its sender is that
   * peer: then {@link InviteDialog#moveTo} brings the dialog to the request's flow first; or the
   * request is answered here.
   *
   * @return whether the dialog was moved
   */
  default boolean moves(InviteDialog dialog, ServerExchange request) {
    request.respond(481, "Call/Transaction Does Not Exist");
    return false;
  }

  /** After every dialog and exchange on the flow was told. */
  void flowEnded(Flow flow, FlowEnd end);
}
