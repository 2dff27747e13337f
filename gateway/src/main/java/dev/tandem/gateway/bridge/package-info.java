/**
 * Runs calls: brings events to a {@link dev.tandem.gateway.call.Call} one at a time and carries its
 * effects to the legs, whatever language they speak. Start at {@link
 * dev.tandem.gateway.bridge.Calls}; an adapter implements {@link
 * dev.tandem.gateway.bridge.CallerLeg} and {@link dev.tandem.gateway.bridge.CalleeLeg}.
 */
@NullMarked
package dev.tandem.gateway.bridge;

import org.jspecify.annotations.NullMarked;
