/**
 * Where a SIP request can be sent (RFC 3263): {@link dev.tandem.sip.dns.DestinationResolver} makes
 * of a {@link dev.tandem.sip.dns.SipTarget} an ordered list of {@link
 * dev.tandem.sip.dns.Destination}s, by dnsjava, without blocking anybody.
 */
@NullMarked
package dev.tandem.sip.dns;

import org.jspecify.annotations.NullMarked;
