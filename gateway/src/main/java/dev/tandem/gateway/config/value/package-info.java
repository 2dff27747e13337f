/**
 * The kinds of value that a configuration has, from text and bounded. Each refusal says what was
 * expected. Start at {@link dev.tandem.gateway.config.value.Texts}.
 */
@NullMarked
package dev.tandem.gateway.config.value;

import org.jspecify.annotations.NullMarked;
