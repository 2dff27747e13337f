package dev.tandem.gateway.metrics;

import dev.tandem.sip.stack.BadMessage;
import dev.tandem.sip.stack.StackListener;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.Transport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts flows and messages of the stack. */
final class StackMetrics implements StackListener {
  /** Methods that have their own label; any other is "other", because peers can make names up. */
  private static final List<String> METHODS =
      List.of(
          "REGISTER",
          "INVITE",
          "ACK",
          "BYE",
          "CANCEL",
          "OPTIONS",
          "INFO",
          "UPDATE",
          "PRACK",
          "MESSAGE",
          "SUBSCRIBE",
          "NOTIFY",
          "REFER",
          "PUBLISH");

  /** The messages of one direction on one transport. */
  private static final class Messages {
    private final Counter[] byMethod = new Counter[METHODS.size() + 1];
    private final Counter[] byClass = new Counter[6];

    Messages(MeterRegistry registry, String direction, Transport transport) {
      Tags tags = Tags.of("direction", direction, "transport", EnumCounters.labelOf(transport));
      for (int i = 0; i < byMethod.length; i++) {
        byMethod[i] =
            Counter.builder("tandem.sip.requests")
                .description("SIP requests, retransmissions included")
                .tags(tags)
                .tag("method", i < METHODS.size() ? METHODS.get(i) : "other")
                .register(registry);
      }
      for (int i = 0; i < byClass.length; i++) {
        byClass[i] =
            Counter.builder("tandem.sip.responses")
                .description("SIP responses, retransmissions included")
                .tags(tags)
                .tag("class", (i + 1) + "xx")
                .register(registry);
      }
    }

    void request(String method) {
      int index = METHODS.indexOf(method);
      byMethod[index < 0 ? METHODS.size() : index].increment();
    }

    void response(int status) {
      if (status >= 100 && status < 700) {
        byClass[status / 100 - 1].increment();
      }
    }
  }

  /** Everything about one transport. */
  private static final class PerTransport {
    final Messages in;
    final Messages out;
    final LongAdder flows = new LongAdder();
    final Counter opened;
    final EnumCounters<FlowEnd.Cause> ends;
    final EnumCounters<BadMessage.Fault> bad;

    PerTransport(MeterRegistry registry, Transport transport) {
      Tags tags = Tags.of("transport", EnumCounters.labelOf(transport));
      in = new Messages(registry, "in", transport);
      out = new Messages(registry, "out", transport);
      Gauge.builder("tandem.flows", flows, LongAdder::sum)
          .description("Open flows: connections, and for UDP peers")
          .tags(tags)
          .register(registry);
      opened =
          Counter.builder("tandem.flows.opened")
              .description("Flows that were opened")
              .tags(tags)
              .register(registry);
      ends =
          new EnumCounters<>(
              registry,
              "tandem.flow.ends",
              "Flows that ended, by cause",
              "cause",
              FlowEnd.Cause.class,
              tags);
      bad =
          new EnumCounters<>(
              registry,
              "tandem.sip.parse.failures",
              "Messages that were refused before any transaction saw them",
              "cause",
              BadMessage.Fault.class,
              tags);
    }
  }

  private final Timer transaction;
  private final Map<Transport, PerTransport> transports = new EnumMap<>(Transport.class);

  StackMetrics(MeterRegistry registry) {
    transaction =
        Timer.builder("tandem.transaction")
            .description("From a request other than INVITE to our final response")
            .serviceLevelObjectives(
                Stream.of(1, 2, 5, 10, 25, 50, 100, 500, 5000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new))
            .register(registry);
    for (Transport transport : Transport.values()) {
      transports.put(transport, new PerTransport(registry, transport));
    }
  }

  @Override
  public void flowOpened(Flow flow) {
    PerTransport metrics = of(flow.transport());
    metrics.flows.increment();
    metrics.opened.increment();
  }

  @Override
  public void flowEnded(Flow flow, FlowEnd end) {
    PerTransport metrics = of(flow.transport());
    metrics.flows.decrement();
    metrics.ends.add(end.cause());
  }

  @Override
  public void requestReceived(String method, Transport transport) {
    of(transport).in.request(method);
  }

  @Override
  public void responseReceived(int status, Transport transport) {
    of(transport).in.response(status);
  }

  @Override
  public void requestAnswered(String method, long nanos) {
    if (!method.equals("INVITE")) {
      transaction.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void requestSent(String method, Transport transport) {
    of(transport).out.request(method);
  }

  @Override
  public void responseSent(int status, Transport transport) {
    of(transport).out.response(status);
  }

  @Override
  public void badMessage(Transport transport, BadMessage.Fault fault, boolean answered) {
    of(transport).bad.add(fault);
  }

  private PerTransport of(Transport transport) {
    return java.util.Objects.requireNonNull(transports.get(transport));
  }
}
