/** The messages of RFC 4475 and RFC 5118, and what the gateway makes of each. */
@NullMarked
package dev.tandem.gateway.torture;

import org.jspecify.annotations.NullMarked;
