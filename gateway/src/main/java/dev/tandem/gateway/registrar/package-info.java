/**
 * AOR to bindings, their expiry, and the flow each binding arrived on (RFC 3261 §10, RFC 5626):
 * start at {@link dev.tandem.gateway.registrar.Registrar}; {@link
 * dev.tandem.gateway.registrar.Contacts} reads what a REGISTER brings.
 */
@NullMarked
package dev.tandem.gateway.registrar;

import org.jspecify.annotations.NullMarked;
