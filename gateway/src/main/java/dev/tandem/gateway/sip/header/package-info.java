/**
 * What SIP headers and URIs say: readers and writers over JAIN-SIP's types, without state. Start at
 * {@link dev.tandem.gateway.sip.header.Payloads}, which decides what crosses a call.
 */
@NullMarked
package dev.tandem.gateway.sip.header;

import org.jspecify.annotations.NullMarked;
