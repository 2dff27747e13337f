/** Phones, ladders and a manual clock for tests. */
@NullMarked
package dev.tandem.testkit;

import org.jspecify.annotations.NullMarked;
