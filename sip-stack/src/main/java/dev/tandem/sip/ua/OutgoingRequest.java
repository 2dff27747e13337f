package dev.tandem.sip.ua;

import javax.sip.address.Address;
import javax.sip.address.URI;

/**
 * A request outside any dialog, other than INVITE, as its sender wants it.
 *
 * @param requestUri where it goes: a binding's Contact exactly as registered (RFC 3261 §16.6 item
 *     2)
 * @param from who sends it, with display name, without a tag
 * @param to whom it is for
 * @param maxForwards one less than in the request that it passes on (§16.3 item 3)
 * @param edit adds body, extra headers and Route headers
 */
public record OutgoingRequest(
    String method, URI requestUri, Address from, Address to, int maxForwards, MessageEdit edit) {}
