/**
 * The gateway with a real PBX beside it: {@link dev.tandem.gateway.pbx.Asterisk} runs one for a
 * test.
 */
@NullMarked
package dev.tandem.gateway.pbx;

import org.jspecify.annotations.NullMarked;
