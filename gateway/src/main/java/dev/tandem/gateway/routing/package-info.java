/**
 * Decides where a request goes: to a user's bindings, to a trunk, or nowhere and why. Pure. Start
 * at {@link dev.tandem.gateway.routing.Router}.
 */
@NullMarked
package dev.tandem.gateway.routing;

import org.jspecify.annotations.NullMarked;
