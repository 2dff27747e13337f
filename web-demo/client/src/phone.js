import { Call } from "./call.js";
import { Emitter } from "./emitter.js";
import { TandemError } from "./problem.js";
import { Requests } from "./requests.js";
import { Timers } from "./timers.js";
import { Transport } from "./transport.js";
import { newId, valueOf } from "./values.js";

/** Close codes after which trying again would not help. */
const FINAL = { 4401: "auth_failed", 4403: "forbidden", 4409: "replaced" };

/** How long a connection may be silent after it was asked for a sign of life. */
const SILENCE_MS = 5_000;

/** A connection attempt that neither opens nor fails. */
const OPENING_MS = 10_000;

/** How often a phone that speaks by HTTP looks whether a WebSocket can be had now. */
const UPGRADE_MS = 60_000;

/** The name of what is kept over a reload. */
const STORED = "tandem.session";

/** One user who is signed in: the session with the gateway, and its calls. */
export class Phone extends Emitter {
  /** @type {"connecting"|"online"|"reconnecting"|"offline"} */
  state = "connecting";
  calls = new Map();
  iceServers = [];

  #options;
  #transport;
  #requests = new Requests();
  #session; // what register_response told last
  #seq = 0;
  #subs = new Map();
  #attempts = 0;
  #heartbeat = 25;
  #timers = new Timers();
  #opening; // of open()
  #forget = [];

  constructor(url, options) {
    super();
    this.#options = { media: { audio: true }, features: ["update", "early", "info"], http: true, ...options };
    this.#transport = new Transport(url, this.#options.http, {
      receive: (frame) => this.#receive(frame),
      closed: (code) => this.#closed(code),
    });
    this.#session = this.#stored();
    this.#seq = this.#session?.seq ?? 0;
  }

  get user() {
    return this.#session?.user;
  }

  get uri() {
    return this.#session?.uri;
  }

  /** @type {"websocket"|"http"} */
  get transport() {
    return this.#transport.kind;
  }

  get options() {
    return this.#options;
  }

  open() {
    const listen = (target, type, listener) => {
      target?.addEventListener?.(type, listener);
      this.#forget.push(() => target?.removeEventListener?.(type, listener));
    };
    const changed = () => this.networkChanged();
    listen(globalThis, "online", changed);
    listen(globalThis.navigator?.connection, "change", changed);
    listen(globalThis, "pagehide", () => this.#store());
    return new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
      this.#connect();
    });
  }

  /** Signs out and ends every call. */
  async close() {
    if (this.state === "online") {
      await this.request("unregister").catch(() => {});
    }
    this.#stop("cancelled");
  }

  /** Calls somebody. What becomes of it is told by the call's events; nothing is thrown. */
  call(to, options) {
    const call = new Call(this, { id: newId("c"), direction: "out", state: "calling", peer: { uri: to } });
    call.start(to, options);
    return call;
  }

  /** Sends text to somebody. */
  message(to, body, contentType) {
    return this.request("message", { to, body, contentType });
  }

  /** Says how one is: available, away, busy or offline. */
  publish(status, note) {
    return this.request("publish", { status, note });
  }

  /** Tells `listener` of somebody's state until the returned function is called. */
  async subscribe(to, event, listener) {
    const sub = newId("s");
    const fields = { sub, to, event };
    this.#subs.set(sub, { fields, listener });
    try {
      await this.request("subscribe", fields);
    } catch (error) {
      this.#subs.delete(sub);
      throw error;
    }
    return () => this.#subs.delete(sub) && this.request("unsubscribe", { sub });
  }

  /**
   * Asks the gateway for something, and resolves with its reply. Without a connection it waits for the next one; what
   * may have been lost with the old one is sent again under the same id, which does nothing twice.
   */
  request(type, fields) {
    if (this.state === "offline") {
      return Promise.reject(new TandemError({ code: "not_registered", text: "signed out" }));
    }
    return this.#requests.ask(type, fields, (frame) => this.state === "online" && this.#send(frame));
  }

  /** Like request, for what needs no reply. */
  tell(type, fields) {
    const frame = { type, ...fields };
    if (this.state === "online") {
      this.#send(frame);
    } else {
      this.#requests.keep(frame);
    }
  }

  /** Gives the connection up, if there is one, and makes another. */
  reconnect() {
    if (this.state !== "offline") {
      this.#transport.kind = "websocket";
      this.#connect();
    }
  }

  /** Looks whether the connection still is one, now and not at the next heartbeat. */
  check() {
    if (this.state === "reconnecting") {
      this.#connect();
    } else {
      this.#ping();
    }
  }

  /** Checks the connection, and finds new ways for the media. */
  networkChanged() {
    this.check();
    this.calls.forEach((call) => call.restartIce());
    this.emit("network");
    this.#upgrade();
  }

  #connect() {
    this.#begin();
    this.#transport.open();
  }

  #begin() {
    this.#timers.clear();
    if (this.state === "online") {
      this.#move("reconnecting");
    }
    this.#timers.later("silence", OPENING_MS, () => this.#closed());
  }

  #upgrade() {
    const wanted = () => this.transport === "http" && this.state === "online";
    if (wanted()) {
      this.#transport.upgrade(wanted, () => this.#begin());
    }
  }

  #closed(code) {
    this.#timers.clear();
    const other = this.#transport.failed();
    if (FINAL[code]) {
      this.#stop(FINAL[code]);
    } else if (other && this.state !== "offline") {
      this.#connect();
    } else if (this.#opening?.reject) {
      this.#stop("unavailable");
    } else if (this.state !== "offline") {
      this.#move("reconnecting");
      const delay = Math.min(8_000, 250 * 2 ** this.#attempts++) * (0.5 + Math.random());
      this.#timers.later("connect", delay, () => this.#connect());
    }
  }

  /** Not to come back. */
  #stop(code, problem = { code, text: code }) {
    if (this.state === "offline") {
      return;
    }
    this.#timers.clear();
    this.#move("offline", problem);
    this.#forget.splice(0).forEach((forget) => forget());
    if (code !== "unavailable") {
      this.#session = undefined; // otherwise it may be resumed by the next attempt of the page
    }
    this.#store();
    this.#opening?.reject?.(new TandemError(problem));
    this.#abandon(code, problem.text);
    this.#transport.close();
  }

  /** What the gateway does not know of any more: every call, and whatever was asked. */
  #abandon(code, text) {
    [...this.calls.values()].forEach((call) => call.over({ by: "system", code, text, duration: 0 }));
    this.#requests.abandon({ code, text });
  }

  async #welcome({ nonce, realm, heartbeat }) {
    this.#heartbeat = heartbeat;
    try {
      if (this.#session && (await this.#resume())) {
        return;
      }
      await this.#register(nonce, realm);
    } catch (problem) {
      if (problem instanceof TandemError) {
        this.#stop(problem.code, { ...problem, text: problem.message });
      } else {
        this.#closed(); // the page's own: a token that could not be had
        this.emit("error", problem);
      }
    }
  }

  async #resume() {
    const { session, resumeToken } = this.#session;
    let reply;
    try {
      reply = await this.#first("resume", { session, token: resumeToken, seq: this.#seq });
    } catch {
      // Too late. What was, is over; we begin anew.
      this.#session = undefined;
      this.#abandon("client_lost", "the connection was lost for too long");
      return false;
    }
    Object.assign(this.#session, reply);
    const kept = new Set(reply.calls.map(({ call }) => call));
    for (const call of [...this.calls.values()]) {
      // With the events comes the one that says how it ended.
      if (reply.replay === "snapshot" && call.known && !kept.has(call.id)) {
        call.over({ by: "system", code: "client_lost", text: "ended while the connection was lost", duration: 0 });
      }
    }
    this.#arrive(reply);
    this.emit("resumed", reply);
    reply.calls.forEach((told) => (this.calls.get(told.call) ?? this.#found(told)).resumed(told));
    return true;
  }

  /** A call from before the page was loaded again. */
  #found({ call, direction, state, peer, held, sdp }) {
    const found = new Call(this, { id: call, direction, state, peer, held, known: true, offer: sdp });
    this.emit(state === "incoming" ? "incoming" : "call", found);
    return found;
  }

  async #register(nonce, realm) {
    const { token, user, password, proof, guest, device, display, features } = this.#options;
    const login = guest ? { guest } : token ? { token: await valueOf(token) } : { user, password: await valueOf(password) };
    this.#seq = 0;
    const reply = await this.#first("register", {
      ...(proof ? { user, ...(await proof(nonce, realm)) } : login),
      device,
      display,
      features,
    });
    this.#session = reply;
    this.#arrive(reply);
    this.emit("registered", reply);
    this.#subs.forEach(({ fields }) => this.request("subscribe", fields).catch(() => {}));
  }

  /** The request that a connection begins with. It is not repeated on another one. */
  #first(type, fields) {
    return new Promise((resolve, reject) => {
      const id = this.#requests.nextId();
      this.#send({ type, id, ...fields });
      this.#opening = { ...this.#opening, id, done: resolve, failed: reject };
      this.#timers.later("silence", OPENING_MS, () => this.#closed());
    });
  }

  #arrive(reply) {
    this.#attempts = 0;
    this.#store();
    this.#move("online");
    this.#timers.every("ping", this.#heartbeat * 1_000, () => this.#ping());
    this.#requests.sendAll((frame) => this.#send(frame));
    this.#takeIceServers(reply);
    if (this.transport === "http") {
      this.#timers.every("upgrade", UPGRADE_MS, () => this.#upgrade());
    }
    this.#opening?.resolve?.();
    this.#opening = undefined;
  }

  /** Credentials of TURN servers are renewed when four fifths of their time are over, and after a lost connection. */
  #takeIceServers({ iceServers, iceTtl }) {
    const renew = () => this.request("ice").then((reply) => this.#takeIceServers(reply), () => {});
    if (!iceServers) {
      renew();
      return;
    }
    this.iceServers = iceServers;
    this.calls.forEach((call) => call.configure());
    if (iceTtl) {
      this.#timers.later("ice", Math.min(iceTtl * 800, 2 ** 31 - 1), renew);
    }
  }

  #ping() {
    if (this.state === "online" && !this.#timers.isRunning("silence")) {
      this.#send({ type: "ping", t: Date.now(), ack: this.#seq });
      this.#timers.later("silence", SILENCE_MS, () => this.#closed());
    }
  }

  #send(frame) {
    this.#transport.send(frame);
  }

  #receive(message) {
    const { type, re, call, seq } = message;
    this.#timers.stop("silence");
    // The reply to resume may overtake the events that it announces.
    if (seq !== undefined && type !== "resume_response") {
      this.#seq = seq;
    }
    if (re !== undefined && type !== "pong") {
      this.#replied(message);
    } else if (type === "welcome") {
      this.emit(type, message);
      this.#welcome(message);
    } else if (type === "incoming") {
      this.#incoming(message);
    } else if (type === "notify") {
      this.#subs.get(message.sub)?.listener(message);
    } else if (type === "session") {
      this.#told(message);
    } else if (type === "error") {
      this.emit(type, new TandemError(message.error));
    } else if (call !== undefined) {
      this.calls.get(call)?.heard(message);
      if (type === "message") {
        this.emit(type, message);
      }
    } else {
      this.emit(type, message);
    }
  }

  #replied(message) {
    const { re, ok, error } = message;
    if (this.#opening?.id === re) {
      const { done, failed } = this.#opening;
      ok ? done(message) : failed(new TandemError(error));
      return;
    }
    this.#requests.replied(message);
  }

  #incoming({ call: id, from, sdp, ...rest }) {
    if (!this.calls.has(id)) {
      const call = new Call(this, { id, direction: "in", state: "incoming", peer: from, offer: sdp, known: true, invitation: rest });
      this.emit("incoming", call);
    }
  }

  #told(message) {
    const { state, reconnectAfter } = message;
    this.emit("session", message);
    if (state === "replaced") {
      this.#stop("replaced");
    } else if (state === "draining") {
      this.#timers.later("connect", (reconnectAfter ?? 1) * 1_000, () => this.#connect());
    } else if (state === "token_expiring" && typeof this.#options.token === "function") {
      valueOf(this.#options.token)
        .then((token) => this.request("register", { token }))
        .then((reply) => this.#takeIceServers(Object.assign(this.#session, reply)))
        .catch((problem) => this.emit("error", problem));
    }
  }

  #move(state, problem) {
    if (this.state !== state) {
      this.state = state;
      this.emit("state", { state, ...problem });
    }
  }

  /** Where the page keeps it over a reload, if it wants to: sessionStorage, for example. */
  #store() {
    const { storage } = this.#options;
    if (this.#session && storage) {
      const { session, resumeToken, user, uri } = this.#session;
      storage.setItem(STORED, JSON.stringify({ session, resumeToken, user, uri, seq: this.#seq }));
    } else {
      storage?.removeItem(STORED);
    }
  }

  #stored() {
    return JSON.parse(this.#options.storage?.getItem(STORED) ?? "null") ?? undefined;
  }
}
