/**
 * How many calls there may be, of trunks and of users. Start at {@link
 * dev.tandem.gateway.limit.Limits}.
 */
@NullMarked
package dev.tandem.gateway.limit;

import org.jspecify.annotations.NullMarked;
