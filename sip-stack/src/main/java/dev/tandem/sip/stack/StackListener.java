package dev.tandem.sip.stack;

import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.Transport;

/** Hears what passes the stack, for counters and traces. Cheap, or off. Called from any thread. */
public interface StackListener {

  /** A listener that hears nothing. */
  StackListener SILENT = new StackListener() {};

  default void flowOpened(Flow flow) {}

  default void flowEnded(Flow flow, FlowEnd end) {}

  default void requestReceived(String method, Transport transport) {}

  default void responseReceived(int status, Transport transport) {}

  default void requestSent(String method, Transport transport) {}

  default void responseSent(int status, Transport transport) {}

  /** A request other than ACK got its final response, so long after it came. */
  default void requestAnswered(String method, long nanos) {}

  /**
   * Bytes that were no acceptable SIP message, or a request whose body is none.
   *
   * @param answered whether a 400 (or 415, 505, 513) could be sent
   */
  default void badMessage(Transport transport, BadMessage.Fault fault, boolean answered) {}
}
