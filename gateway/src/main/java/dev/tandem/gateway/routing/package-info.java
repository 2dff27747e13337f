/**
 * Decides where a request goes: to a user's bindings, to trunks, or nowhere and why. Pure: time and
 * the state of trunks and users are given. Start at {@link dev.tandem.gateway.routing.Router}; what
 * it decides is a {@link dev.tandem.gateway.routing.RouteDecision}, how it came to that an {@link
 * dev.tandem.gateway.routing.Explanation}.
 */
@NullMarked
package dev.tandem.gateway.routing;

import org.jspecify.annotations.NullMarked;
