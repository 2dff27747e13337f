/**
 * SIP at the gateway. {@link dev.tandem.gateway.sip.SipService} is the whole of it; each package
 * below is one concern: the way of an INVITE goes through {@code invite}, {@code identity}, {@code
 * target} and {@code leg}.
 */
@NullMarked
package dev.tandem.gateway.sip;

import org.jspecify.annotations.NullMarked;
