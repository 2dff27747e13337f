/** The one place where objects are wired, started, and stopped in reverse order. */
@NullMarked
package dev.tandem.gateway;

import org.jspecify.annotations.NullMarked;
