/**
 * JAIN-SIP, plugged into our flows and our clock; the only owner of its properties. Start at {@link
 * dev.tandem.sip.stack.SipStack}; what it received goes to a {@link
 * dev.tandem.sip.stack.MessageHandler}.
 */
@NullMarked
package dev.tandem.sip.stack;

import org.jspecify.annotations.NullMarked;
