package dev.tandem.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.Cause;
import dev.tandem.sip.stack.BadMessage;
import dev.tandem.sip.stack.StackListener;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
  private final GatewayMetrics metrics = new GatewayMetrics("1.2.3");

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void messagesAreCountedByMethodClassAndTransport() throws Exception {
    StackListener stack = metrics.stackListener();
    stack.requestReceived("INVITE", Transport.WS);
    stack.requestReceived("X-MADE-UP", Transport.UDP);
    stack.requestSent("BYE", Transport.UDP);
    stack.responseReceived(487, Transport.TCP);
    stack.responseSent(200, Transport.WS);
    stack.responseSent(999, Transport.WS);
    stack.requestAnswered("REGISTER", 1_500_000);
    stack.requestAnswered("INVITE", 9_000_000_000L);
    stack.badMessage(Transport.TLS, BadMessage.Fault.SYNTAX, true);

    assertThat(scrape())
        .contains(
            "tandem_sip_requests_total{direction=\"in\",method=\"INVITE\",transport=\"ws\"} 1.0",
            "tandem_sip_requests_total{direction=\"in\",method=\"other\",transport=\"udp\"} 1.0",
            "tandem_sip_requests_total{direction=\"out\",method=\"BYE\",transport=\"udp\"} 1.0",
            "tandem_sip_responses_total{class=\"4xx\",direction=\"in\",transport=\"tcp\"} 1.0",
            "tandem_sip_responses_total{class=\"2xx\",direction=\"out\",transport=\"ws\"} 1.0",
            "tandem_transaction_seconds_count 1\n",
            "tandem_transaction_seconds_bucket{le=\"0.001\"} 0",
            "tandem_transaction_seconds_bucket{le=\"0.002\"} 1",
            "tandem_sip_parse_failures_total{cause=\"syntax\",transport=\"tls\"} 1.0")
        .doesNotContain("X-MADE-UP");
  }

  @Test
  void flowsGoUpAndDown() throws Exception {
    StackListener stack = metrics.stackListener();
    stack.flowOpened(new DeadFlow());
    stack.flowOpened(new DeadFlow());
    stack.flowEnded(new DeadFlow(), FlowEnd.of(FlowEnd.Cause.TOO_SLOW, ""));

    assertThat(scrape())
        .contains(
            "tandem_flows{transport=\"wss\"} 1.0",
            "tandem_flows_opened_total{transport=\"wss\"} 2.0",
            "tandem_flow_ends_total{cause=\"too_slow\",transport=\"wss\"} 1.0");
  }

  @Test
  void callsAreCountedByState() throws Exception {
    CallMetrics calls = metrics.calls();
    calls.moved(null, CallState.OFFERED);
    calls.moved(null, CallState.OFFERED);
    calls.moved(CallState.OFFERED, CallState.ESTABLISHED);
    calls.moved(CallState.ESTABLISHED, CallState.ESTABLISHED);
    calls.answered(Duration.ofMillis(40));
    assertThat(calls.running()).isEqualTo(2);

    calls.moved(CallState.ESTABLISHED, CallState.ENDED);
    calls.ended(
        new CallEnd(CallEnd.By.CALLEE, true, Cause.of(200, "Normal")), Duration.ofMinutes(2));
    calls.refused(486);
    calls.refused(499);

    assertThat(calls.running()).isEqualTo(1);
    assertThat(scrape())
        .contains(
            "tandem_calls{state=\"offered\"} 1.0",
            "tandem_calls{state=\"established\"} 0.0",
            "tandem_calls_started_total 2.0",
            "tandem_calls_ended_total{answered=\"true\",by=\"callee\"} 1.0",
            "tandem_calls_refused_total{status=\"486\"} 1.0",
            "tandem_calls_refused_total{status=\"4xx\"} 1.0",
            "tandem_call_setup_seconds_bucket{le=\"0.025\"} 0",
            "tandem_call_setup_seconds_bucket{le=\"0.05\"} 1",
            "tandem_call_duration_seconds_bucket{le=\"300.0\"} 1")
        .doesNotContain("state=\"ended\"");
  }

  @Test
  void othersMayAddTheirFigures() throws Exception {
    int[] bindings = {3};
    metrics.gauge("tandem.registrar.bindings", "Bindings", bindings, source -> source[0]);
    EnumCounters<Thread.State> counters =
        metrics.byEnum("tandem.things", "Things", "kind", Thread.State.class);
    counters.add(Thread.State.NEW);

    assertThat(scrape())
        .contains(
            "tandem_registrar_bindings 3.0",
            "tandem_things_total{kind=\"new\"} 1.0",
            "tandem_things_total{kind=\"blocked\"} 0.0",
            "tandem_build{version=\"1.2.3\"} 1.0",
            "jvm_memory_used_bytes");
  }

  private String scrape() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    metrics.scrape(out, "text/plain");
    return out.toString(StandardCharsets.UTF_8);
  }

  private static final class DeadFlow implements Flow {
    @Override
    public FlowId id() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Transport transport() {
      return Transport.WSS;
    }

    @Override
    public InetSocketAddress remote() {
      throw new UnsupportedOperationException();
    }

    @Override
    public InetSocketAddress local() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return false;
    }

    @Override
    public boolean send(byte[] message) {
      return false;
    }

    @Override
    public void close(FlowEnd why) {}
  }
}
