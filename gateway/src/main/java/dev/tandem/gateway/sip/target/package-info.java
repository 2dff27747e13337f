/**
 * Where requests of ours go. Start at {@link dev.tandem.gateway.sip.target.Targets}; {@link
 * dev.tandem.gateway.sip.target.Ways} knows the flows that lead there.
 */
@NullMarked
package dev.tandem.gateway.sip.target;

import org.jspecify.annotations.NullMarked;
