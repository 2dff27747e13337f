import { Timers } from "./timers.js";

/** How long the first sign of a stream may take. Some proxies keep what they have until there is more. */
const FIRST_MS = 5_000;

/** The gateway says something at least every 15 seconds. */
const SILENCE_MS = 40_000;

/**
 * The frames of a response that goes on: server-sent events, each with one of them. Rejects when it is cut, or silent for
 * too long; `quiet` is called when not even its beginning comes.
 */
export async function* framesOf(body, abort, quiet) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const timers = new Timers();
  timers.later("silence", FIRST_MS, () => abort(quiet()));
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      timers.later("silence", SILENCE_MS, abort);
      const events = (text + value).split(/\r?\n\r?\n/);
      text = events.pop();
      for (const event of events) {
        const data = [...event.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join("\n");
        if (data) {
          yield JSON.parse(data);
        }
      }
    }
  } finally {
    timers.clear();
  }
}
