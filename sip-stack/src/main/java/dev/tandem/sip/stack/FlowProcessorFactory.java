package dev.tandem.sip.stack;

import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.MessageProcessorFactory;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.net.InetAddress;

/** Gives JAIN-SIP a {@link FlowProcessor} for every transport. Made by its class name. */
public final class FlowProcessorFactory implements MessageProcessorFactory {
  @Override
  public MessageProcessor createMessageProcessor(
      SIPTransactionStack stack, InetAddress address, int port, String transport) {
    return new FlowProcessor(address, port, transport, stack);
  }
}
