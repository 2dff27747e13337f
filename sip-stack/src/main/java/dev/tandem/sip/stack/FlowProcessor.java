package dev.tandem.sip.stack;

import gov.nist.core.HostPort;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.io.IOException;
import java.net.InetAddress;

/**
 * What JAIN-SIP takes for its socket layer. It opens nothing: flows come from our transports, and a
 * channel is made from a flow, never from an address.
 */
final class FlowProcessor extends MessageProcessor {
  private final SIPTransactionStack stack;

  FlowProcessor(InetAddress address, int port, String transport, SIPTransactionStack stack) {
    super(address, port, transport, stack);
    this.stack = stack;
  }

  @Override
  public SIPTransactionStack getSIPStack() {
    return stack;
  }

  @Override
  public MessageChannel createMessageChannel(HostPort target) throws IOException {
    throw new IOException("a channel is made from a flow, not from " + target);
  }

  @Override
  public MessageChannel createMessageChannel(InetAddress host, int port) throws IOException {
    throw new IOException("a channel is made from a flow, not from " + host);
  }

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public int getDefaultTargetPort() {
    return 5060;
  }

  @Override
  public boolean isSecure() {
    return getTransport().equalsIgnoreCase("TLS") || getTransport().equalsIgnoreCase("WSS");
  }

  @Override
  public int getMaximumMessageSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean inUse() {
    return false;
  }
}
