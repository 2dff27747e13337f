/**
 * A leg that speaks SIP, as caller or callee, and what keeps it when its connection dies. Start at
 * {@link dev.tandem.gateway.sip.leg.SipLeg}.
 */
@NullMarked
package dev.tandem.gateway.sip.leg;

import org.jspecify.annotations.NullMarked;
