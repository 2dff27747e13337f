/** Tests of the JSON dialect's pure parts. */
@NullMarked
package dev.tandem.gateway.json;

import org.jspecify.annotations.NullMarked;
