package dev.tandem.gateway;

import dev.tandem.gateway.metrics.CallMetrics;
import dev.tandem.gateway.sip.identity.Refusals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down why a request was refused before a call was made of it, and counts it. */
final class RefusalLog implements Refusals {
  private static final Logger log = LoggerFactory.getLogger("dev.tandem.call");

  private final CallMetrics metrics;

  RefusalLog(CallMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void refused(String method, String from, String to, int status, String cause) {
    if (method.equals("INVITE")) {
      metrics.refused(status);
      log.info("call from {} to {} refused: {} {}", from, to, status, cause);
    } else {
      log.debug("{} from {} refused: {} {}", method, from, status, cause);
    }
  }
}
