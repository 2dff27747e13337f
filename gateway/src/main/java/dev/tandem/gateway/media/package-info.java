/**
 * Media through rtpengine: descriptions of calls are put to it by its NG protocol, packets never
 * come here. Start at {@link dev.tandem.gateway.media.RtpengineRelay}; {@link
 * dev.tandem.gateway.media.MediaObserver} hears how it goes.
 */
@NullMarked
package dev.tandem.gateway.media;

import org.jspecify.annotations.NullMarked;
