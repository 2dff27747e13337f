/**
 * Where calls go, who may call whom, and what is changed on the way. Start at {@link
 * dev.tandem.gateway.config.route.RoutingConfig}.
 */
@NullMarked
package dev.tandem.gateway.config.route;

import org.jspecify.annotations.NullMarked;
