/**
 * What a pager-mode message service must remember: who sends how much, and what waits for those who
 * are offline. Knows nothing of SIP. Start at {@link dev.tandem.gateway.message.SendRate}.
 */
@NullMarked
package dev.tandem.gateway.message;

import org.jspecify.annotations.NullMarked;
