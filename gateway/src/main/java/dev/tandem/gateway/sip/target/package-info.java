/**
 * Where requests of ours go: {@link dev.tandem.gateway.sip.target.Targets} makes of a routing
 * decision {@link dev.tandem.gateway.sip.target.Target}s, each with the ways that lead there;
 * {@link dev.tandem.gateway.sip.target.Ways} finds the way inside a dialog.
 */
@NullMarked
package dev.tandem.gateway.sip.target;

import org.jspecify.annotations.NullMarked;
