package dev.tandem.gateway;

import dev.tandem.gateway.metrics.CallMetrics;
import dev.tandem.gateway.routing.RouteDecision.Refusal;
import dev.tandem.gateway.sip.identity.Refusals;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down why a request was refused before a call was made of it, and counts it. */
final class RefusalLog implements Refusals {
  private static final Logger log = LoggerFactory.getLogger("dev.tandem.call");

  private static final Refusal[] CAUSES = Refusal.values();

  private final CallMetrics metrics;
  private final Consumer<Refusal> byCause;

  RefusalLog(CallMetrics metrics, Consumer<Refusal> byCause) {
    this.metrics = metrics;
    this.byCause = byCause;
  }

  @Override
  public void refused(String method, String from, String to, int status, String cause) {
    for (Refusal refusal : CAUSES) {
      if (refusal.word().equals(cause)) {
        byCause.accept(refusal);
      }
    }
    if (method.equals("INVITE")) {
      metrics.refused(status);
      log.info("call from {} to {} refused: {} {}", from, to, status, cause);
    } else {
      log.debug("{} from {} refused: {} {}", method, from, status, cause);
    }
  }
}
