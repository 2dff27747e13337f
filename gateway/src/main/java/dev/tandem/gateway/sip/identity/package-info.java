/**
 * Who sends a request, and what happens to those who may not. Start at {@link
 * dev.tandem.gateway.sip.identity.Origins}.
 */
@NullMarked
package dev.tandem.gateway.sip.identity;

import org.jspecify.annotations.NullMarked;
