import assert from "node:assert/strict";
import Ajv2020 from "ajv/dist/2020.js";
import { schema } from "../../protocol/schema.mjs";

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(schema);
const validators = {};

/** Fails when a frame is not what the schema says. */
export function mustBeValid(definition, frame) {
  validators[definition] ??= ajv.compile({ $ref: `${schema.$id}#/$defs/${definition}` });
  const valid = validators[definition];
  assert.ok(valid(frame), `${definition} ${JSON.stringify(frame)}: ${JSON.stringify(valid.errors)}`);
}

/**
 * The gateway's end of the WebSocket that a page opens. Every frame, in either direction, is held against the schema. A
 * test waits for what the page asks, and answers.
 */
export class FakeGateway {
  /** The connections that were opened, latest last. */
  sockets = [];
  problem = undefined;

  /** What was asked by HTTP: the method and path of each. */
  requests = [];

  #streams;
  #refused; // the status for the next frames by HTTP
  #http; // the page's end of the HTTP fallback, once it is there
  #seq = 0;
  #ids = new Map();
  #arrived = [];
  #waiting = [];

  /** Takes the place of the browser's WebSocket. */
  install() {
    const gateway = this;
    globalThis.WebSocket = class FakeSocket {
      readyState = 0;
      constructor(url, protocol) {
        assert.equal(protocol, "tandem.v1");
        this.url = url;
        gateway.sockets.push(this);
      }
      send(text) {
        assert.equal(this.readyState, 1, "sent on a socket that is not open");
        gateway.receive(JSON.parse(text));
      }
      close() {
        this.readyState = 3;
      }
    };
    globalThis.fetch = async () => {
      throw new TypeError("nobody there");
    };
    return this;
  }

  /** Lets no WebSocket through, and takes HTTP instead. */
  installHttp() {
    globalThis.fetch = async (url, { method, body, headers, signal }) => {
      const path = new URL(url).pathname + new URL(url).search;
      this.requests.push(`${method} ${path}`);
      if (method === "POST" && path !== "/v1/session" && this.#refused) {
        const status = this.#refused;
        this.#refused = undefined;
        return { ok: false, status, json: async () => ({}) };
      }
      if (this.#streams && headers.Accept === "text/event-stream") {
        return this.#stream(Number(/after=(\d+)/.exec(path)[1]), signal);
      }
      const answer = await Promise.race([
        this.#answer(method, path, body, headers),
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")))),
      ]);
      return { ok: true, status: 200, json: async () => answer };
    };
    return this;
  }

  /**
   * Has a response that goes on for who wants one.
   *
   * @param {"through"|"held"} how held: something on the way keeps it all to itself
   */
  streamsByHttp(how) {
    this.#streams = how;
  }

  /** Ends that response. */
  cutStream() {
    this.#http.stream.close();
    this.#http.stream = undefined;
  }

  #stream(after, signal) {
    const body = new ReadableStream({
      start: (controller) => {
        signal.addEventListener("abort", () => controller.error(new DOMException("", "AbortError")));
        if (this.#streams === "through") {
          controller.enqueue(bytes("retry:1000\n\n"));
          this.#http.events.filter(({ seq }) => seq > after).forEach((frame) => controller.enqueue(bytes(event(frame))));
          this.#http.stream = controller;
        }
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  }

  refusesByHttp(status) {
    this.#refused = status;
  }

  async #answer(method, path, body, { Authorization }) {
    if (method === "GET" && path === "/v1/session") {
      this.#http = { events: [] };
      return { type: "welcome", ...HELLO };
    }
    if (path === "/v1/session") {
      const replied = new Promise((resolve) => (this.#http.entered = resolve));
      this.receive(JSON.parse(body));
      return replied;
    }
    assert.equal(Authorization, "Bearer a1");
    if (method === "POST") {
      const frames = JSON.parse(body);
      frames.forEach((frame) => this.receive(frame));
      return frames.filter(({ type }) => type === "ping").map(({ t }) => ({ type: "pong", t }));
    }
    const after = Number(/after=(\d+)/.exec(path)[1]);
    const missed = () => this.#http.events.filter(({ seq }) => seq > after);
    if (missed().length === 0) {
      await new Promise((resolve) => (this.#http.arrived = resolve));
    }
    return missed();
  }

  get socket() {
    return this.sockets.at(-1);
  }

  /** Opens the latest connection, as far as the greeting. */
  welcome() {
    this.socket.readyState = 1;
    this.#push({ type: "welcome", ...HELLO });
  }

  /** Opens it and lets the page in. */
  async letIn(fields) {
    this.welcome();
    const request = await this.expect("register");
    this.#seq = 0;
    this.reply(request, { ...SESSION, ...fields });
    return request;
  }

  /** The connection is cut, as the page notices it. */
  cut(code = 1006) {
    this.socket.readyState = 3;
    this.socket.onclose({ code });
  }

  receive(frame) {
    try {
      mustBeValid(`${frame.type}_request`, frame);
      if (frame.id !== undefined) {
        const before = this.#ids.get(frame.id);
        assert.ok(!before || before === JSON.stringify(frame), `two requests with the id ${frame.id}`);
        this.#ids.set(frame.id, JSON.stringify(frame));
      }
    } catch (error) {
      this.problem ??= error;
    }
    const waiting = this.#waiting.findIndex(({ type }) => type === frame.type);
    if (waiting >= 0) {
      this.#waiting.splice(waiting, 1)[0].resolve(frame);
    } else {
      this.#arrived.push(frame);
    }
  }

  /** The next frame of this type, which may have come already. */
  expect(type) {
    const at = this.#arrived.findIndex((frame) => frame.type === type);
    if (at >= 0) {
      return Promise.resolve(this.#arrived.splice(at, 1)[0]);
    }
    return new Promise((resolve) => this.#waiting.push({ type, resolve }));
  }

  /** What came of this type and was not expected. */
  arrived(type) {
    return this.#arrived.filter((frame) => frame.type === type);
  }

  reply(request, fields = {}) {
    const reply = { type: `${request.type}_response`, re: request.id, ok: true, seq: ++this.#seq, ...fields };
    mustBeValid(`${request.type}_response`, reply);
    this.#push(reply);
  }

  refuse(request, code, fields = {}) {
    const error = { code, text: code, ...fields };
    const reply = { type: `${request.type}_response`, re: request.id, ok: false, seq: ++this.#seq, error };
    mustBeValid("failure_response", reply);
    this.#push(reply);
  }

  tell(type, fields) {
    const event = { type, seq: ++this.#seq, ...fields };
    mustBeValid(`${type}_event`, event);
    this.#push(event);
  }

  pong(ping) {
    const pong = { type: "pong", t: ping.t };
    mustBeValid("pong", pong);
    this.#push(pong);
  }

  get seq() {
    return this.#seq;
  }

  #push(frame) {
    if (this.#http && this.socket.readyState !== 1) {
      const { entered, events, arrived, stream } = this.#http;
      if (entered) {
        this.#http.entered = undefined;
        entered({ ...frame, accessToken: "a1" });
      } else {
        events.push(frame);
        arrived?.();
        const [first, second] = [event(frame).slice(0, 9), event(frame).slice(9)]; // it comes in pieces
        stream?.enqueue(bytes(first));
        stream?.enqueue(bytes(second));
      }
      return;
    }
    this.socket.onmessage({ data: JSON.stringify(frame) });
  }
}

const event = (frame) => `data:${JSON.stringify(frame)}\nid:${frame.seq}\n\n`;

const bytes = (text) => new TextEncoder().encode(text);

const HELLO = { v: "1.0", server: "fake", auth: ["token"], features: [], limits: {}, heartbeat: 25, resumeWindow: 60 };

export const SESSION = {
  session: "s1",
  resumeToken: "r1",
  user: "alice",
  uri: "sip:alice@example.com",
  expires: 3600,
  iceServers: [],
};
