package dev.tandem.sip.transport.net;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowListener;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the listener throws, Errors too, away from the thread that reads the socket: a message
 * that overflows a parser's stack must cost that message and nothing else. A peer can repeat such a
 * message at will, so the log gets one stack trace a minute; the rest are counted.
 */
final class GuardedListener implements FlowListener {
  private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);
  private static final long LOG_EVERY_MILLIS = 60_000;

  private final FlowListener listener;
  private final NetCounters counters;
  private final Timers timers;
  private final AtomicLong quietUntil = new AtomicLong(Long.MIN_VALUE);

  GuardedListener(FlowListener listener, NetCounters counters, Timers timers) {
    this.listener = listener;
    this.counters = counters;
    this.timers = timers;
  }

  @Override
  public void opened(Flow flow) {
    try {
      listener.opened(flow);
    } catch (Throwable e) {
      failed(flow, e);
    }
  }

  @Override
  public void received(Flow flow, byte[] message) {
    counters.add(NetEvent.MESSAGE_IN);
    try {
      listener.received(flow, message);
    } catch (Throwable e) {
      failed(flow, e);
    }
  }

  @Override
  public void unframed(Flow flow, byte[] headerSection, FlowEnd why) {
    try {
      listener.unframed(flow, headerSection, why);
    } catch (Throwable e) {
      failed(flow, e);
    }
  }

  @Override
  public void ended(Flow flow, FlowEnd end) {
    try {
      listener.ended(flow, end);
    } catch (Throwable e) {
      failed(flow, e);
    }
  }

  /** Also for the transports' own loops. */
  void failed(Object where, Throwable e) {
    counters.add(NetEvent.FAILURE);
    long now = timers.millis();
    long until = quietUntil.get();
    if (now >= until && quietUntil.compareAndSet(until, now + LOG_EVERY_MILLIS)) {
      log.error(
          "{} of {} failed; more of these within a minute are only counted",
          listener.getClass().getName(),
          where,
          e);
    } else {
      log.debug("{} of {} failed", listener.getClass().getName(), where, e);
    }
  }
}
