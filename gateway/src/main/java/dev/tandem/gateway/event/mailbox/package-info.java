/**
 * Waiting voice mail (RFC 3842), as the PBX that keeps it says. Start at {@link
 * dev.tandem.gateway.event.mailbox.MailboxPackage}.
 */
@NullMarked
package dev.tandem.gateway.event.mailbox;

import org.jspecify.annotations.NullMarked;
