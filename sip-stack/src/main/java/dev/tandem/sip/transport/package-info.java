/**
 * What the SIP stack needs of any network: {@link dev.tandem.sip.transport.Flow}, somewhere SIP
 * bytes can be sent, and {@link dev.tandem.sip.transport.FlowListener}, who hears of them.
 */
@NullMarked
package dev.tandem.sip.transport;

import org.jspecify.annotations.NullMarked;
