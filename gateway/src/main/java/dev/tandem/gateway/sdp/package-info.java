/**
 * Session descriptions as their lines, and what a peer may be told of media. Pure. Start at {@link
 * dev.tandem.gateway.sdp.SdpText}.
 */
@NullMarked
package dev.tandem.gateway.sdp;

import org.jspecify.annotations.NullMarked;
