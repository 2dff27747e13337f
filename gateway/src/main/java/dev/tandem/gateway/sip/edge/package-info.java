/**
 * The gateway as edge of a PBX that keeps the users (docs/decisions/9-edge.md): their REGISTER is
 * passed on, their calls go to the PBX, and the PBX's requests find the device that they are for.
 * Start at {@link dev.tandem.gateway.sip.edge.ForwardedRegisters}.
 */
@NullMarked
package dev.tandem.gateway.sip.edge;

import org.jspecify.annotations.NullMarked;
