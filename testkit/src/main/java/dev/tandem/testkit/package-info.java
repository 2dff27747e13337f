/**
 * What tests need to talk to the gateway from outside: {@link dev.tandem.testkit.Phone}s whose
 * messages a {@link dev.tandem.testkit.Ladder} records, {@link dev.tandem.testkit.RawWebSocket} and
 * {@link dev.tandem.testkit.Garbage} for those who misbehave, and {@link
 * dev.tandem.testkit.ManualClock}. It speaks SIP and WebSocket by code of its own, so that it can
 * disagree with ours.
 */
@NullMarked
package dev.tandem.testkit;

import org.jspecify.annotations.NullMarked;
