/**
 * Subscriptions to the state of users (RFC 6665), apart from the protocol that carries them and
 * from what the state is. Start at {@link dev.tandem.gateway.event.Subscriptions}; a kind of state
 * is an {@link dev.tandem.gateway.event.EventPackage}.
 */
@NullMarked
package dev.tandem.gateway.event;

import org.jspecify.annotations.NullMarked;
