/**
 * Decides what of a stranger's traffic is looked at: how much, from whom, and by what kind of
 * client. Knows bytes and addresses, and nothing of calls. Start at {@link
 * dev.tandem.gateway.guard.Guard}.
 */
@NullMarked
package dev.tandem.gateway.guard;

import org.jspecify.annotations.NullMarked;
