/**
 * Presence (RFC 3856): what users publish of themselves, or what their registrations and calls say.
 * Start at {@link dev.tandem.gateway.event.presence.PresencePackage}.
 */
@NullMarked
package dev.tandem.gateway.event.presence;

import org.jspecify.annotations.NullMarked;
