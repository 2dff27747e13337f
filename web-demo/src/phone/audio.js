/** Broken audio often comes back by itself. */
const PATIENCE_MS = 3_000;

/** Both sides see that it broke. The one that was called waits longer, so that the two do not cross. */
const COURTESY_MS = 2_000;

/** After an attempt that did not help. */
const AGAIN_MS = 6_000;

/**
 * When to restart ICE in a call whose audio was up. Pure.
 *
 * @param {{audio: string, connected: boolean, negotiating: string|undefined, direction: string}} call
 *     `audio` is the connectionState, `connected` whether an offer can be sent
 * @param {number} attempts how many restarts there were since the audio was last up
 * @returns {number|undefined} milliseconds from now; undefined when there is nothing to do
 */
export function mendDelay({ audio, connected, negotiating, direction }, attempts) {
  if (!connected || negotiating || (audio !== "disconnected" && audio !== "failed")) {
    return undefined;
  }
  const courtesy = direction === "incoming" ? COURTESY_MS : 0;
  if (attempts > 0) {
    return AGAIN_MS + courtesy;
  }
  return audio === "failed" ? courtesy : PATIENCE_MS + courtesy;
}
