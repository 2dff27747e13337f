/**
 * Small values around SIP messages: {@link dev.tandem.sip.message.Tokens} makes identifiers, {@link
 * dev.tandem.sip.message.SipUri} and {@link dev.tandem.sip.message.Aor} read addresses.
 */
@NullMarked
package dev.tandem.sip.message;

import org.jspecify.annotations.NullMarked;
