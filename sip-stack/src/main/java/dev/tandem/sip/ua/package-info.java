/**
 * User agents (RFC 3261 §8, §13–§15): requests become transactions, and what comes back becomes
 * typed events. Start at {@link dev.tandem.sip.ua.UserAgent}; one end of a call is an {@link
 * dev.tandem.sip.ua.InviteDialog}.
 */
@NullMarked
package dev.tandem.sip.ua;

import org.jspecify.annotations.NullMarked;
