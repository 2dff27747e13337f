/**
 * Trunks as they are at this moment: where they are, whether they answer, whether we are registered
 * with them, and whose a request from an address is. Knows no SIP messages: what is sent goes
 * through {@link dev.tandem.gateway.trunk.TrunkClient}. Start at {@link
 * dev.tandem.gateway.trunk.Trunks}.
 */
@NullMarked
package dev.tandem.gateway.trunk;

import org.jspecify.annotations.NullMarked;
