/**
 * MESSAGE outside calls, and what waits for users who are offline. Start at {@link
 * dev.tandem.gateway.sip.message.MessageHandler}.
 */
@NullMarked
package dev.tandem.gateway.sip.message;

import org.jspecify.annotations.NullMarked;
