/**
 * The back-to-back user agent as a value: {@link dev.tandem.gateway.call.Call} takes {@link
 * dev.tandem.gateway.call.CallEvent}s and gives {@link dev.tandem.gateway.call.CallEffect}s. No
 * {@code javax.sip}, no Undertow, no threads, no clock.
 */
@NullMarked
package dev.tandem.gateway.call;

import org.jspecify.annotations.NullMarked;
