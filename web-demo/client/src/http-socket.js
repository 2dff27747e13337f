import { framesOf } from "./event-stream.js";
import { Timers } from "./timers.js";

/** What goes into one HTTP request. */
const BATCH = { frames: 32, characters: 48_000 };

/** How long a request for events may be without any answer: they are waited for up to 25 seconds. */
const STATUS_MS = 40_000;

/** What a response is that goes on. */
const STREAM = "text/event-stream";

/** A task's end, after which everything has happened that a frame caused; unlike timers not slow in hidden tabs. */
const turn = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(0);
  });

/**
 * The same frames by HTTP, where no WebSocket comes through: as much of one as a phone needs. What is sent leaves in its
 * order, a few frames in one request. What comes is read from a response that goes on, or, where such are not let
 * through either, waited for by one request after the other.
 */
export class HttpSocket {
  readyState = 1;

  #base;
  #path; // of the session, when there is one
  #token;
  #waiting = [];
  #sending = false;
  #streams = true; // until one did not come through
  #closing = new AbortController();

  constructor(url) {
    this.#base = new URL("/v1/session", url.replace(/^ws/, "http")).href;
    this.#try(async () => this.#tell(await this.#ask("")));
  }

  send(text) {
    if (!this.#path) {
      this.#try(() => this.#enter(text));
      return;
    }
    this.#waiting.push(text);
    if (!this.#sending) {
      this.#sending = true;
      this.#try(() => this.#post());
    }
  }

  close() {
    this.readyState = 3;
    this.#closing.abort();
  }

  /** Like a WebSocket it does not say what failed. */
  async #try(action) {
    try {
      await action();
    } catch {
      if (this.readyState === 1) {
        this.close();
        this.onclose({});
      }
    }
  }

  async #enter(text) {
    const { session, seq = 0 } = JSON.parse(text);
    const reply = await this.#ask("", text);
    let after = reply.seq ?? seq;
    if (reply.ok) {
      this.#path = `/${reply.session ?? session}`;
      this.#token = reply.accessToken;
    }
    await this.#tell(reply);
    while (this.#path && this.readyState === 1) {
      for await (const frame of this.#events(after)) {
        after = frame.seq ?? after;
        await this.#tell(frame);
      }
    }
  }

  /** What comes after that one, from one request. */
  async *#events(after) {
    const cut = new AbortController();
    const abort = () => cut.abort();
    const path = `${this.#path}/events?wait=25&after=${after}`;
    this.#closing.signal.addEventListener("abort", abort);
    const late = () => (this.#streams = false);
    const timers = new Timers();
    timers.later("status", STATUS_MS, () => abort(late()));
    try {
      const response = await this.#fetch(path, undefined, this.#streams && { Accept: STREAM }, cut.signal);
      timers.clear();
      if (response.headers?.get("Content-Type")?.startsWith(STREAM)) {
        yield* framesOf(response.body, abort, late);
      } else {
        late();
        yield* await response.json();
      }
    } catch (problem) {
      if (!cut.signal.aborted || this.readyState !== 1) {
        throw problem;
      }
    } finally {
      timers.clear();
      this.#closing.signal.removeEventListener("abort", abort);
      abort();
    }
  }

  async #post() {
    while (this.#waiting.length > 0) {
      let [frames, characters] = [1, this.#waiting[0].length];
      while (frames < Math.min(this.#waiting.length, BATCH.frames) && characters < BATCH.characters) {
        characters += this.#waiting[frames++].length;
      }
      const told = await this.#ask(`${this.#path}/messages?wait=0`, `[${this.#waiting.splice(0, frames)}]`);
      for (const frame of told) {
        // Everything else comes with the events too, and in its order; these two may not.
        if (["pong", "unregister_response"].includes(frame.type)) {
          await this.#tell(frame);
        }
      }
    }
    this.#sending = false;
  }

  async #ask(path, body) {
    return (await this.#fetch(path, body, {}, this.#closing.signal)).json();
  }

  async #fetch(path, body, more, signal) {
    const headers = { ...(body && { "Content-Type": "application/json" }), ...(this.#token && { Authorization: `Bearer ${this.#token}` }), ...more };
    const method = body ? "POST" : "GET";
    const response = await fetch(this.#base + path, { method, body, headers, cache: "no-store", signal });
    if (response.status === 429 && path) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return this.#fetch(path, body, more, signal);
    }
    if (!response.ok && (path || !body)) {
      throw new Error(response.status);
    }
    return response;
  }

  async #tell(frame) {
    if (this.readyState === 1) {
      this.onmessage({ data: JSON.stringify(frame) });
      await turn();
    }
  }
}
