/**
 * The call machine, tested as a value: examples as ladders of {@link
 * dev.tandem.gateway.call.CallScript}, and random walks with invariants in {@link CallWalkTest}.
 */
@NullMarked
package dev.tandem.gateway.call;

import org.jspecify.annotations.NullMarked;
