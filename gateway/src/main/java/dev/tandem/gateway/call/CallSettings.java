package dev.tandem.gateway.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rules of time that a call obeys.
 *
 * @param noAnswer how long the callee's devices ring
 * @param maxDuration how long an answered call may last; null for no limit
 */
public record CallSettings(Duration noAnswer, @Nullable Duration maxDuration) {}
