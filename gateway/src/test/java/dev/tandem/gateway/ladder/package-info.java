/** Scenarios as ladder diagrams over real sockets; {@link dev.tandem.gateway.ladder.LadderTest}. */
@NullMarked
package dev.tandem.gateway.ladder;

import org.jspecify.annotations.NullMarked;
