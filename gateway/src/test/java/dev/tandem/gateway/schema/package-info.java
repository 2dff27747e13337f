/**
 * The schema of the JSON dialect, and what is held against it; {@link
 * dev.tandem.gateway.schema.Frames} is there for every test that sees a frame.
 */
@NullMarked
package dev.tandem.gateway.schema;

import org.jspecify.annotations.NullMarked;
