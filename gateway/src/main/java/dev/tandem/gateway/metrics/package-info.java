/**
 * What the gateway counts, for {@code /metrics}. Start at {@link
 * dev.tandem.gateway.metrics.GatewayMetrics}. Every label has a small fixed set of values; never an
 * address of record, a Call-ID or a peer's address. All types are thread-safe and cheap: counters
 * are found before the first message, not for each.
 */
@NullMarked
package dev.tandem.gateway.metrics;

import org.jspecify.annotations.NullMarked;
