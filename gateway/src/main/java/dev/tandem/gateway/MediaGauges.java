package dev.tandem.gateway;

import dev.tandem.gateway.media.RtpengineRelay;
import dev.tandem.gateway.metrics.GatewayMetrics;

/** Shows how the relays for media are. */
final class MediaGauges {
  private MediaGauges() {}

  static void show(GatewayMetrics metrics, RtpengineRelay relay) {
    metrics.gauge(
        "tandem.media.sessions", "Relays that calls have", relay, RtpengineRelay::open);
    metrics.gauge(
        "tandem.media.queries",
        "Questions to rtpengines that wait for an answer",
        relay,
        RtpengineRelay::waiting);
    metrics.gauge(
        "tandem.media.engines",
        "rtpengines that answer",
        relay,
        r -> r.reports().stream().filter(RtpengineRelay.EngineReport::up).count());
  }
}
