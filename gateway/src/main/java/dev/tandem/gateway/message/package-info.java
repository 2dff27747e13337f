/**
 * What a pager-mode message service must remember: what waits for those who are offline. Knows
 * nothing of SIP. Start at {@link dev.tandem.gateway.message.Messenger}.
 */
@NullMarked
package dev.tandem.gateway.message;

import org.jspecify.annotations.NullMarked;
