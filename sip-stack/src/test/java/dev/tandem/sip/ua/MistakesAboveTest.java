package dev.tandem.sip.ua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.stack.MessageHandler;
import dev.tandem.sip.stack.MessageLimits;
import dev.tandem.sip.stack.ServerTransaction;
import dev.tandem.sip.stack.SipStack;
import dev.tandem.sip.stack.StackListener;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.Transport;
import dev.tandem.testkit.ManualClock;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a request when the code above the transactions fails. */
class MistakesAboveTest {
  private final ManualClock clock = new ManualClock();
  private final SipStack stack =
      new SipStack(
          new Timers(clock, clock), MessageLimits.DEFAULT, StackListener.SILENT, new Failing());

  @ParameterizedTest
  @CsvSource({"INVITE, WS", "INVITE, UDP", "MESSAGE, WS", "MESSAGE, UDP", "ACK, UDP"})
  void requestIsAnsweredAndNothingStays(String method, Transport transport) {
    SipStack nobody =
        new SipStack(
            new Timers(clock, clock), MessageLimits.DEFAULT, StackListener.SILENT, new Failing());
    Wire wire = new Wire(transport, nobody.flows(), stack.flows());
    wire.left.send(
        String.join(
                "\r\n",
                method + " sip:bob@tandem.example SIP/2.0",
                "Via: SIP/2.0/" + transport + " 127.0.0.1:5071;branch=z9hG4bK1",
                "Max-Forwards: 69",
                "From: <sip:alice@tandem.example>;tag=a",
                "To: <sip:bob@tandem.example>",
                "Call-ID: c1",
                "CSeq: 7 " + method,
                "Content-Length: 0",
                "",
                "")
            .getBytes(StandardCharsets.UTF_8));
    wire.settle();
    assertThat(stack.transactions()).isZero();
    if (method.equals("ACK")) {
      assertThat(wire.seen).hasSize(1);
    } else {
      assertThat(wire.seen).last().isEqualTo("< SIP/2.0 500 Server Internal Error");
    }
    stack.close();
    nobody.close();
  }

  private static final class Failing implements MessageHandler {
    @Override
    public void request(
        ServerTransaction transaction, SIPRequest request, Flow flow, byte[] bytes) {
      throw new IllegalStateException("a mistake");
    }

    @Override
    public void strayResponse(SIPResponse response, Flow flow) {}

    @Override
    public void flowEnded(Flow flow, FlowEnd end) {}
  }
}
