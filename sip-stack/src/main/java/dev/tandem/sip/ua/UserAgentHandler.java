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

  /** After every dialog and exchange on the flow was told. */
  void flowEnded(Flow flow, FlowEnd end);
}
