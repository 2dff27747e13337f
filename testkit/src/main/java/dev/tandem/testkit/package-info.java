/**
 * What tests need to talk to the gateway from outside: {@link dev.tandem.testkit.ManualClock},
 * {@link dev.tandem.testkit.RawWebSocket}, {@link dev.tandem.testkit.SipText}. It speaks SIP and
 * WebSocket by code of its own, so that it can disagree with ours.
 */
@NullMarked
package dev.tandem.testkit;

import org.jspecify.annotations.NullMarked;
