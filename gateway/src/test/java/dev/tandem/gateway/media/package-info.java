/** Tests of the way to rtpengine. {@link dev.tandem.gateway.media.FakeRtpengine} stands for one. */
@NullMarked
package dev.tandem.gateway.media;

import org.jspecify.annotations.NullMarked;
