/**
 * The gateway as people meet it: real Chromium, the demo page in two tabs, audio between them.
 *
 * <p>Start with {@link dev.tandem.gateway.browser.CallsInBrowserTest}. {@link
 * dev.tandem.gateway.browser.DemoTab} is one tab and what a person does in it; {@link
 * dev.tandem.gateway.browser.Heard} is what counts as proof: RTP packets and audio energy, never
 * the name of a state.
 */
@NullMarked
package dev.tandem.gateway.browser;

import org.jspecify.annotations.NullMarked;
