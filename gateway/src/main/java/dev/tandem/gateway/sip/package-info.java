/**
 * SIP at the gateway: who may send what, and the two kinds of SIP leg. Start at {@link
 * dev.tandem.gateway.sip.SipService}; the way of an INVITE goes through {@code InviteHandler}.
 */
@NullMarked
package dev.tandem.gateway.sip;

import org.jspecify.annotations.NullMarked;
