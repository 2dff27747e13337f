package dev.tandem.sip.ua;

import javax.sip.address.Address;
import javax.sip.address.URI;

/**
 * An INVITE that begins a call, as its sender wants it.
 *
 * @param requestUri where it goes: a binding's Contact exactly as registered (RFC 3261 §16.6 item
 *     2)
 * @param from who calls, with display name, without a tag
 * @param to who is called
 * @param maxForwards one less than the caller's, so that a loop through us ends (§16.3 item 3)
 * @param edit adds body, extra headers and Route headers
 */
public record OutgoingInvite(
    URI requestUri, Address from, Address to, int maxForwards, MessageEdit edit) {}
