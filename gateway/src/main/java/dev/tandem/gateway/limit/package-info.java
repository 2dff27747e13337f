/**
 * How many calls there may be, of trunks and of users, and how many of anything in a time. Start at
 * {@link dev.tandem.gateway.limit.Limits}.
 */
@NullMarked
package dev.tandem.gateway.limit;

import org.jspecify.annotations.NullMarked;
