package dev.tandem.gateway;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.media.MediaFault;
import dev.tandem.gateway.media.MediaFigures;
import dev.tandem.gateway.media.MediaObserver;
import dev.tandem.gateway.metrics.EnumCounters;
import dev.tandem.gateway.metrics.GatewayMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Tells operators of relays for media: a line each, and counters. */
final class MediaLog implements MediaObserver {
  private static final Logger log = LoggerFactory.getLogger(MediaLog.class);
  private static final Logger calls = LoggerFactory.getLogger("dev.tandem.call");

  private final EnumCounters<MediaFault> failures;

  MediaLog(GatewayMetrics metrics) {
    failures =
        metrics.byEnum(
            "tandem.media.failures",
            "Descriptions that no relay took and calls without sound, by cause",
            "cause",
            MediaFault.class);
  }

  @Override
  public void cameUp(String engine) {
    log.info("rtpengine {} answers", engine);
  }

  @Override
  public void wentDown(String engine, String why) {
    log.warn("rtpengine {} is down: {}", engine, why);
  }

  @Override
  public void failed(CallInfo call, MediaFault fault, String why) {
    failures.add(fault);
    line(call, () -> calls.warn("{}: {}", fault.text(), why));
  }

  @Override
  public void ended(CallInfo call, MediaFigures figures) {
    line(call, () -> calls.info("media of the call: {}", figures));
  }

  @Override
  public void orphansRemoved(String engine, int removed) {
    log.info("{} calls of an earlier run removed from rtpengine {}", removed, engine);
  }

  private static void line(CallInfo call, Runnable line) {
    MDC.put("call", call.key());
    MDC.put("callId", call.callId());
    try {
      line.run();
    } finally {
      MDC.remove("call");
      MDC.remove("callId");
    }
  }
}
