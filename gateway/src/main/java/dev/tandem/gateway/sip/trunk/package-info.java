/**
 * Requests of our own to trunks: REGISTER and OPTIONS. Start at {@link
 * dev.tandem.gateway.sip.trunk.SipTrunkClient}.
 */
@NullMarked
package dev.tandem.gateway.sip.trunk;

import org.jspecify.annotations.NullMarked;
