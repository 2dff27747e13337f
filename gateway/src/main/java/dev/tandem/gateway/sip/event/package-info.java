/** SUBSCRIBE, NOTIFY and PUBLISH. Start at {@link dev.tandem.gateway.sip.event.EventRules}. */
@NullMarked
package dev.tandem.gateway.sip.event;

import org.jspecify.annotations.NullMarked;
