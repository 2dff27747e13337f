/**
 * Checks a trunk step by step, from its name to a call back, and says in words what is wrong and
 * what to change. It has sockets and a SIP writer of its own, so that it shows every message as it
 * was on the wire, and reads what the stack would refuse; it blocks, for a command line. Start at
 * {@link dev.tandem.gateway.probe.TrunkProbe}; the verdicts are pure functions beside it.
 */
@NullMarked
package dev.tandem.gateway.probe;

import org.jspecify.annotations.NullMarked;
