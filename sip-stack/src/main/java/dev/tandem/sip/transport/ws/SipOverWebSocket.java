package dev.tandem.sip.transport.ws;

import dev.tandem.sip.transport.FlowListener;

/** The sub-protocol {@code sip} (RFC 7118): each connection is a flow of a listener. */
public final class SipOverWebSocket implements SubProtocol {
  private final FlowListener flows;

  public SipOverWebSocket(FlowListener flows) {
    this.flows = flows;
  }

  @Override
  public String name() {
    return "sip";
  }

  @Override
  public WebSocketListener opened(WebSocketConnection connection) {
    WsFlow flow = new WsFlow(connection, flows);
    flows.opened(flow);
    return flow;
  }
}
