package dev.tandem.gateway;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.CallObserver;
import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.LegId;
import dev.tandem.gateway.metrics.CallMetrics;
import java.time.Duration;

/** Brings the milestones of calls to their counters. */
record CallMetricsObserver(CallMetrics metrics) implements CallObserver {
  @Override
  public void began(CallInfo call, int branches) {
    metrics.moved(null, CallState.OFFERED);
  }

  @Override
  public void answered(CallInfo call, Duration sinceBegan) {
    metrics.answered(sinceBegan);
  }

  @Override
  public void moved(CallInfo call, CallState from, CallState to) {
    metrics.moved(from, to);
  }

  @Override
  public void detached(CallInfo call, LegId leg, String why) {
    metrics.connection(CallMetrics.Connection.DETACHED);
  }

  @Override
  public void returned(CallInfo call, LegId leg) {
    metrics.connection(CallMetrics.Connection.RETURNED);
  }

  @Override
  public void gone(CallInfo call, LegId leg) {
    metrics.connection(CallMetrics.Connection.GONE);
  }

  @Override
  public void ended(CallInfo call, CallEnd end, Duration talked) {
    metrics.ended(end, talked);
    if (!end.answered()) {
      metrics.refused(end.cause().status());
    }
  }
}
