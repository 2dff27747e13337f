/**
 * SIPp as carrier and as caller, beside a gateway in this process: {@link
 * dev.tandem.gateway.carrier.Script} says what it does, {@link dev.tandem.gateway.carrier.Sipp}
 * runs it.
 */
@NullMarked
package dev.tandem.gateway.carrier;

import org.jspecify.annotations.NullMarked;
