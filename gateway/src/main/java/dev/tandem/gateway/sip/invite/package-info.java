/**
 * An INVITE that begins a call, and the search for somebody who answers it. Start at {@link
 * dev.tandem.gateway.sip.invite.InviteHandler}.
 */
@NullMarked
package dev.tandem.gateway.sip.invite;

import org.jspecify.annotations.NullMarked;
