package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.Payload;

/**
 * A call that a transfer makes to its target.
 *
 * @param info its {@code from} is the one who is transferred
 * @param peer who is called, as {@link Leg#peer} says it
 * @param invite what its INVITE carries, without an offer
 */
public record NewCall(CallInfo info, String peer, Callees callees, Payload invite) {}
