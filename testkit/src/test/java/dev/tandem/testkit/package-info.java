@NullMarked
package dev.tandem.testkit;

import org.jspecify.annotations.NullMarked;
