/** Timers on a clock that a test can drive. Start at {@link dev.tandem.sip.time.Timers}. */
@NullMarked
package dev.tandem.sip.time;

import org.jspecify.annotations.NullMarked;
