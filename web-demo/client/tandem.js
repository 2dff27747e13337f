/**
 * A phone for web pages: calls, messages and presence over the JSON dialect of a Tandem gateway (tandem.v1).
 *
 *   const phone = await connect("wss://gateway.example/ws", { token, audio: document.querySelector("audio") });
 *   phone.on("incoming", (call) => call.accept());
 *   const call = phone.call("+15551234567");
 *
 * What it does by itself: it comes back after a lost connection, or a reload of the page, and the calls go on; it finds
 * a new way for the media when the network changes; it renews its login, and the credentials of TURN servers; when both
 * sides change a call in the same moment, it gives way and tries again. tandem.d.ts tells every name.
 */

/**
 * Opens a connection and signs in. Rejects with a TandemError when the gateway does not want us, or is not there
 * ("unavailable"); only what was connected once is connected again.
 */
export function connect(url, options = {}) {
  const phone = new Phone(url, options);
  return phone.open().then(() => phone);
}

/** What went wrong, as the gateway tells it: `code` is for programs, `message` for people. */
export class TandemError extends Error {
  constructor(problem) {
    super(problem.text || problem.code);
    Object.assign(this, problem);
  }
}

class Emitter {
  #listeners = {};

  /** Returns a function that ends it. */
  on(type, listener) {
    const all = (this.#listeners[type] ??= new Set());
    all.add(listener);
    return () => all.delete(listener);
  }

  emit(type, detail) {
    for (const listener of [...(this.#listeners[type] ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        setTimeout(() => {
          throw error; // told as the page's own, and keeps nobody else from hearing
        }, 0);
      }
    }
  }
}

/** Close codes after which trying again would not help. */
const FINAL = { 4401: "auth_failed", 4403: "forbidden", 4409: "replaced" };

/** How long a connection may be silent after it was asked for a sign of life. */
const SILENCE_MS = 5_000;

/** How much may wait for a connection. */
const OUTBOX = 256;

/** A connection attempt that neither opens nor fails. */
const OPENING_MS = 10_000;

/** How often a phone that speaks by HTTP looks whether a WebSocket can be had now. */
const UPGRADE_MS = 60_000;

/** What goes into one HTTP request. */
const BATCH = { frames: 32, characters: 48_000 };

/** A task's end, after which everything has happened that a frame caused; unlike timers not slow in hidden tabs. */
const turn = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(0);
  });

/**
 * The same frames by HTTP, where no WebSocket comes through: as much of one as a phone needs. What is sent leaves in its
 * order, a few frames in one request; what comes is waited for by one request after the other.
 */
class HttpSocket {
  readyState = 1;

  #base;
  #path; // of the session, when there is one
  #token;
  #waiting = [];
  #sending = false;
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
      for (const frame of await this.#ask(`${this.#path}/events?wait=25&after=${after}`)) {
        after = frame.seq ?? after;
        await this.#tell(frame);
      }
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
    const headers = { ...(body && { "Content-Type": "application/json" }), ...(this.#token && { Authorization: `Bearer ${this.#token}` }) };
    const method = body ? "POST" : "GET";
    const response = await fetch(this.#base + path, { method, body, headers, cache: "no-store", signal: this.#closing.signal });
    if (response.status === 429 && path) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return this.#ask(path, body);
    }
    if (!response.ok && (path || !body)) {
      throw new Error(response.status);
    }
    return response.json();
  }

  async #tell(frame) {
    if (this.readyState === 1) {
      this.onmessage({ data: JSON.stringify(frame) });
      await turn();
    }
  }
}

export class Phone extends Emitter {
  /** @type {"connecting"|"online"|"reconnecting"|"offline"} */
  state = "connecting";
  calls = new Map();
  iceServers = [];
  /** @type {"websocket"|"http"} */
  transport = "websocket";

  #url;
  #options;
  #socket;
  #session; // what register_response told last
  #seq = 0;
  #ids = 0;
  #page = newId(""); // the session may know ids of the page from before it was loaded again
  #pending = new Map(); // id → {frame, resolve, reject}: what the gateway has not replied to
  #subs = new Map();
  #attempts = 0;
  #greeted = false; // on this connection
  #spare; // a WebSocket that may take the place of HTTP
  #heartbeat = 25;
  #outbox = []; // what waits for a connection and has no reply
  #timers = {};
  #opening; // of open()
  #forget = [];

  constructor(url, options) {
    super();
    this.#url = url;
    this.#options = { media: { audio: true }, features: ["update", "early", "info"], http: true, ...options };
    this.#session = this.#stored();
    this.#seq = this.#session?.seq ?? 0;
  }

  get user() {
    return this.#session?.user;
  }

  get uri() {
    return this.#session?.uri;
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
    return new Promise((resolve, reject) => {
      if (this.state === "offline") {
        reject(new TandemError({ code: "not_registered", text: "signed out" }));
        return;
      }
      const id = `${this.#page}.${++this.#ids}`;
      const frame = { type, id, ...fields };
      this.#pending.set(id, { frame, resolve, reject });
      if (this.state === "online") {
        this.#send(frame);
      }
    });
  }

  /** Like request, for what needs no reply. */
  tell(type, fields) {
    const frame = { type, ...fields };
    if (this.state === "online") {
      this.#send(frame);
    } else if (this.#outbox.length < OUTBOX) {
      this.#outbox.push(frame);
    }
  }

  /** Gives the connection up, if there is one, and makes another. */
  reconnect() {
    if (this.state !== "offline") {
      this.transport = "websocket";
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

  /** @param socket one that was opened already, and its greeting */
  #connect(socket, greeting) {
    this.#clear();
    this.#drop();
    if (this.state === "online") {
      this.#move("reconnecting");
    }
    socket ??= this.transport === "http" ? new HttpSocket(this.#url) : new WebSocket(this.#url, "tandem.v1");
    this.#socket = socket;
    this.#greeted = false;
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.#socket && this.#closed(code);
    // Of one that the page's policy forbids, browsers tell nothing else.
    socket.onerror = () => socket === this.#socket && !this.#greeted && this.#closed();
    this.#later("silence", OPENING_MS, () => this.#closed());
    if (greeting) {
      socket.onmessage(greeting);
    }
  }

  /** From HTTP to a WebSocket, when one opens. Until then nothing changes. */
  #upgrade() {
    if (this.transport === "http" && this.state === "online") {
      this.#spare?.close();
      const socket = (this.#spare = new WebSocket(this.#url, "tandem.v1"));
      socket.onmessage = (greeting) => {
        if (this.#spare === socket && this.transport === "http" && this.state === "online") {
          this.#spare = undefined;
          this.transport = "websocket";
          this.#connect(socket, greeting);
        } else {
          socket.close();
        }
      };
    }
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = undefined;
    try {
      socket?.close();
    } catch {
      // It was none any more.
    }
  }

  #closed(code) {
    this.#clear();
    this.#drop();
    const byHttp = this.transport === "http";
    this.transport = byHttp && this.#greeted ? "http" : "websocket";
    if (FINAL[code]) {
      this.#stop(FINAL[code]);
    } else if (!byHttp && !this.#greeted && this.#options.http && this.state !== "offline") {
      this.transport = "http";
      this.#connect();
    } else if (this.#opening?.reject) {
      this.#stop("unavailable");
    } else if (this.state !== "offline") {
      this.#move("reconnecting");
      const delay = Math.min(8_000, 250 * 2 ** this.#attempts++) * (0.5 + Math.random());
      this.#later("connect", delay, () => this.#connect());
    }
  }

  /** Not to come back. */
  #stop(code, problem = { code, text: code }) {
    if (this.state === "offline") {
      return;
    }
    this.#clear();
    this.#move("offline", problem);
    this.#spare?.close();
    this.#forget.splice(0).forEach((forget) => forget());
    if (code !== "unavailable") {
      this.#session = undefined; // otherwise it may be resumed by the next attempt of the page
    }
    this.#store();
    this.#opening?.reject?.(new TandemError(problem));
    this.#abandon(code, problem.text);
    this.#drop();
  }

  /** What the gateway does not know of any more: every call, and whatever was asked. */
  #abandon(code, text) {
    [...this.calls.values()].forEach((call) => call.over({ by: "system", code, text, duration: 0 }));
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    pending.forEach(({ reject }) => reject(new TandemError({ code, text })));
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
      const id = `${this.#page}.${++this.#ids}`;
      this.#send({ type, id, ...fields });
      this.#opening = { ...this.#opening, id, done: resolve, failed: reject };
      this.#later("silence", OPENING_MS, () => this.#closed());
    });
  }

  #arrive(reply) {
    this.#attempts = 0;
    this.#store();
    this.#move("online");
    this.#every("ping", this.#heartbeat * 1_000, () => this.#ping());
    [...this.#pending.values()].forEach(({ frame }) => this.#send(frame));
    this.#outbox.splice(0).forEach((frame) => this.#send(frame));
    this.#takeIceServers(reply);
    if (this.transport === "http") {
      this.#every("upgrade", UPGRADE_MS, () => this.#upgrade());
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
      this.#later("ice", Math.min(iceTtl * 800, 2 ** 31 - 1), renew);
    }
  }

  #ping() {
    if (this.state === "online" && !this.#timers.silence) {
      this.#send({ type: "ping", t: Date.now(), ack: this.#seq });
      this.#later("silence", SILENCE_MS, () => this.#closed());
    }
  }

  #send(frame) {
    if (this.#socket?.readyState === 1) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #receive(message) {
    const { type, re, call, seq } = message;
    clearTimeout(this.#timers.silence);
    this.#timers.silence = undefined;
    // The reply to resume may overtake the events that it announces.
    if (seq !== undefined && type !== "resume_response") {
      this.#seq = seq;
    }
    if (re !== undefined && type !== "pong") {
      this.#replied(message);
    } else if (type === "welcome") {
      this.#greeted = true;
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
    const request = this.#pending.get(re);
    this.#pending.delete(re);
    ok ? request?.resolve(message) : request?.reject(new TandemError(error));
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
      this.#later("connect", (reconnectAfter ?? 1) * 1_000, () => this.#connect());
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

  #later(name, delay, action) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(() => {
      this.#timers[name] = undefined;
      action();
    }, delay);
  }

  #every(name, delay, action) {
    this.#later(name, delay, () => {
      action();
      this.#every(name, delay, action);
    });
  }

  #clear() {
    Object.values(this.#timers).forEach(clearTimeout);
    this.#timers = {};
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

const STORED = "tandem.session";

/** Audio that is interrupted often comes back by itself. */
const PATIENCE_MS = 3_000;

const BROKEN = ["disconnected", "failed"];

/**
 * One call. States: calling → progressing → active → ended, or incoming → answering → active → ended. Whatever changes
 * the session descriptions is done one after the other, so nothing meets the RTCPeerConnection half-way.
 */
export class Call extends Emitter {
  held = { local: false, remote: false };
  muted = false;
  known = false; // whether the gateway has heard of it
  rev = 1;

  #work = Promise.resolve();
  #silenced = new Map(); // senders whose tracks were taken away, and the tracks
  #candidates = []; // of the other side, until its description is there
  #unsent = []; // of ours, until our description was sent
  #ownsStream = false;
  #wanted = false; // an offer of ours, not yet made
  #restart = false;
  #left = false; // nothing of the browser's is left, whatever the gateway thinks
  #reporting = false;
  #timers = [];
  #mending;
  #transfer;

  constructor(phone, facts) {
    super();
    this.phone = phone;
    Object.assign(this, facts);
    phone.calls.set(this.id, this);
    /** Resolves with what `ended` told. */
    this.done = new Promise((resolve) => this.on("ended", resolve));
  }

  async start(to, { stream, ...fields } = {}) {
    await undefined; // first the page listens
    try {
      await this.#openMedia(stream);
      if (this.pc) {
        await this.pc.setLocalDescription();
        const asked = this.phone.request("call", { call: this.id, to, sdp: this.pc.localDescription.sdp, ...fields });
        this.known = true;
        this.#described();
        await asked;
      }
    } catch (problem) {
      this.over(asEnd(problem));
    }
  }

  /** Takes the call. Rejects when there is no microphone: the call goes on ringing. */
  async accept({ stream, headers } = {}) {
    if (this.state !== "incoming") {
      return;
    }
    this.#move("answering");
    try {
      await this.#openMedia(stream);
    } catch (problem) {
      this.#move("incoming");
      throw problem;
    }
    if (!this.pc) {
      return;
    }
    try {
      if (this.offer) {
        await this.#remote("offer", this.offer);
      }
      await this.pc.setLocalDescription();
      const asked = this.phone.request("accept", { call: this.id, sdp: this.pc.localDescription.sdp, headers });
      this.#described();
      const reply = await asked;
      if (reply.sdp) {
        await this.#remote("answer", reply.sdp);
      }
      this.#activate(reply);
    } catch (problem) {
      this.over(asEnd(problem));
    }
  }

  /** Refuses the call: "declined", "busy" and so on, or an address to try instead. */
  decline(code = "declined") {
    return this.#leave("reject", typeof code === "string" ? { code } : code);
  }

  /** Ends the call, whatever its state. */
  hangup(reason) {
    return this.state === "incoming" ? this.decline() : this.#leave("hangup", { reason });
  }

  mute(on = true) {
    this.muted = on;
    this.#applyTracks();
    this.emit("change");
  }

  /** Holds the other side: the gateway tells it; here nothing is sent and nothing heard. */
  async hold(on = true) {
    const reply = await this.phone.request("hold", { call: this.id, on });
    Object.assign(this.held, reply.held, { local: on });
    this.#applyTracks();
    this.emit("change");
    // What was agreed on while we held may have left a direction out.
    if (!on && this.pc.getTransceivers?.().some((each) => each.currentDirection !== each.direction)) {
      this.#negotiate();
    }
  }

  /** Presses keys: in the media when the browser can, or by the gateway. */
  async dtmf(digits, { method, duration = 160 } = {}) {
    const sender = this.pc?.getSenders().find(({ dtmf }) => dtmf?.canInsertDTMF)?.dtmf;
    if (sender && !method) {
      sender.insertDTMF(sender.toneBuffer + digits, duration, 70);
    } else {
      await this.phone.request("dtmf", { call: this.id, digits, duration, method });
    }
  }

  /** Puts the other side through: to an address, or to the other side of another call. Resolves when it worked. */
  transfer(target) {
    const whom = target instanceof Call ? { with: target.id } : { to: target };
    return new Promise((resolve, reject) => {
      this.#transfer = { resolve, reject };
      this.phone.request("transfer", { call: this.id, ...whom }).catch(reject);
    });
  }

  info(contentType, body) {
    return this.phone.request("info", { call: this.id, contentType, body });
  }

  message(body, contentType) {
    return this.phone.request("message", { call: this.id, body, contentType });
  }

  /** Finds a new way for the media (RFC 8445 §9). */
  restartIce() {
    if (this.state === "active") {
      this.#restart = true;
      this.#negotiate();
    }
  }

  // For the phone.

  /** New ICE servers: for the next restart. */
  configure() {
    const { rtc } = this.phone.options;
    this.pc?.setConfiguration?.({ ...rtc, iceServers: this.phone.iceServers });
  }

  heard(message) {
    const { type, sdp, rev } = message;
    if (rev) {
      this.rev = Math.max(this.rev, rev);
    }
    switch (type) {
      case "progress":
        this.#answered(sdp);
        this.#move("progressing");
        break;
      case "accepted":
        this.#answered(sdp);
        this.#activate(message);
        break;
      case "candidate":
        this.#do(() => this.#addCandidate(message.candidate));
        break;
      case "update":
        this.#do(() => this.#remoteOffer(message));
        break;
      case "hold":
        this.held.remote = message.remote;
        this.#applyTracks();
        this.emit("change");
        break;
      case "peer":
        this.peer = { uri: message.uri, display: message.display };
        this.emit("change");
        break;
      case "transfer_progress":
        this.#transferred(message);
        break;
      case "ended":
        this.over(message);
        return;
      default: // dtmf, info, message, transfer_request
    }
    this.emit(type, message);
  }

  /** The gateway still knows the call after the connection was lost. */
  async resumed({ state, rev, held, needsOffer, peer, duration = 0 }) {
    this.rev = Math.max(this.rev, rev);
    this.held = held;
    this.peer = peer ?? this.peer;
    if (state === "active") {
      this.since ??= Date.now() - duration;
      const loadedAgain = !this.pc;
      try {
        if (loadedAgain) {
          await this.#openMedia();
          this.#described();
        }
      } catch {
        this.hangup();
        return;
      }
      this.#activate({});
      this.#applyTracks();
      if (needsOffer || loadedAgain || BROKEN.includes(this.pc?.connectionState)) {
        this.restartIce();
      }
    } else if (!this.pc && state !== "incoming") {
      this.hangup(); // it was just beginning, and what the browser had of it is lost
    }
    this.emit("change");
  }

  /** Ends it here; only the first end counts. */
  over(end) {
    if (this.state === "ended") {
      return;
    }
    this.#closeMedia();
    this.phone.calls.delete(this.id);
    this.ended = end;
    this.#transferred({ final: true, ok: end.code === "normal", ...end });
    this.#move("ended");
    this.emit("ended", end);
  }

  async #leave(type, fields) {
    if (this.state === "ended") {
      return;
    }
    this.#closeMedia();
    if (!this.known) {
      this.over({ by: "local", code: "cancelled", text: "before it began", duration: 0 });
      return;
    }
    try {
      await this.phone.request(type, { call: this.id, ...fields });
    } catch (problem) {
      this.over(asEnd(problem)); // unless it ended by itself
    }
  }

  async #openMedia(stream) {
    const { media, rtc, audio } = this.phone.options;
    if (!stream) {
      stream = await navigator.mediaDevices.getUserMedia(media);
      this.#ownsStream = true;
    }
    this.stream = stream;
    if (this.state === "ended" || this.#left) {
      this.#closeMedia();
      return;
    }
    const pc = (this.pc = new RTCPeerConnection({ ...rtc, iceServers: this.phone.iceServers }));
    stream.getTracks().forEach((track) => pc.addTrack(track, stream));
    this.#applyTracks();
    pc.onicecandidate = ({ candidate }) => this.#found(candidate);
    pc.ontrack = ({ track, streams }) => {
      this.remoteStream = streams[0] ?? new MediaStream([track]);
      if (audio) {
        audio.srcObject = this.remoteStream;
      }
      this.#applyTracks();
      this.emit("track", this.remoteStream);
    };
    pc.onnegotiationneeded = () => this.#negotiate();
    pc.onconnectionstatechange = () => this.#mend();
    this.emit("connection", pc);
  }

  #closeMedia() {
    this.#left = true;
    clearTimeout(this.#mending);
    this.#timers.forEach(clearInterval);
    if (this.#ownsStream) {
      this.stream?.getTracks().forEach((track) => track.stop());
    }
    this.pc?.close();
  }

  #found(candidate) {
    if (!this.#unsent) {
      this.phone.tell("candidate", { call: this.id, candidate });
    } else {
      this.#unsent.push(candidate);
    }
  }

  /** Our first description is on its way; candidates may follow it. */
  #described() {
    const unsent = this.#unsent ?? [];
    this.#unsent = undefined;
    unsent.forEach((candidate) => this.#found(candidate));
  }

  #activate({ rev, peer, media }) {
    this.rev = Math.max(this.rev, rev ?? 1);
    this.peer = peer ?? this.peer;
    this.media = media ?? this.media;
    if (!this.#left && !this.#reporting) {
      this.since ??= Date.now();
      this.#move("active");
      this.#reportStats();
    }
  }

  /** One thing after the other; what fails, fails alone. */
  #do(action) {
    const done = this.#work.then(() => (this.#left ? undefined : action()));
    this.#work = done.catch((problem) => this.emit("error", problem));
  }

  #answered(sdp) {
    if (sdp) {
      this.#do(() => this.pc?.signalingState === "have-local-offer" && this.#remote("answer", sdp));
    }
  }

  async #remote(type, sdp) {
    await this.pc.setRemoteDescription({ type, sdp });
    for (const candidate of this.#candidates.splice(0)) {
      await this.#addCandidate(candidate);
    }
  }

  async #addCandidate(candidate) {
    if (!this.pc?.remoteDescription) {
      this.#candidates.push(candidate);
    } else {
      // One that belongs to a description of before is no trouble.
      await this.pc.addIceCandidate(candidate ?? undefined).catch(() => {});
    }
  }

  async #remoteOffer({ rev, sdp }) {
    const { pc, phone, id: call } = this;
    try {
      if (sdp) {
        await this.#remote("offer", sdp);
      }
      await pc.setLocalDescription();
    } catch (problem) {
      await phone.request("update_answer", { call, rev, error: { code: "not_acceptable", text: "the browser refused it" } });
      throw problem;
    }
    const reply = await phone.request("update_answer", { call, rev, sdp: pc.localDescription.sdp });
    if (reply.sdp && pc.signalingState === "have-local-offer") {
      await this.#remote("answer", reply.sdp);
    }
  }

  #negotiate() {
    if (this.state === "active") {
      this.#wanted = true;
      this.#do(() => this.#offer());
    }
  }

  /** The other side's offers wait in the queue meanwhile, so the gateway's "glare" is the only way to meet one. */
  async #offer() {
    const { pc } = this;
    if (!this.#wanted || this.state !== "active" || pc.signalingState !== "stable") {
      return;
    }
    this.#wanted = false;
    const restart = this.#restart;
    this.#restart = false;
    if (restart) {
      pc.restartIce();
    }
    await pc.setLocalDescription();
    try {
      this.rev += 1;
      const reply = await this.phone.request("update", { call: this.id, rev: this.rev, sdp: pc.localDescription.sdp });
      await this.#remote("answer", reply.sdp);
    } catch (problem) {
      if (pc.signalingState === "have-local-offer") {
        await pc.setLocalDescription({ type: "rollback" });
      }
      this.#restart ||= restart;
      if (problem.code !== "glare") {
        throw problem;
      }
      setTimeout(() => this.#negotiate(), 100 + Math.random() * 400);
    }
  }

  #mend() {
    const { connectionState } = this.pc;
    clearTimeout(this.#mending);
    this.emit("change");
    if (this.state === "active" && BROKEN.includes(connectionState)) {
      this.phone.check();
      const delay = connectionState === "failed" ? 0 : PATIENCE_MS;
      this.#mending = setTimeout(() => this.restartIce(), delay * (1 + Math.random()));
    }
  }

  /**
   * Who holds or is held sends nothing: without a new offer, since between two pages the gateway only tells of a hold. And
   * who holds hears nothing.
   */
  #applyTracks() {
    const { local, remote } = this.held;
    this.stream?.getTracks().forEach((track) => (track.enabled = !local && !(this.muted && track.kind === "audio")));
    this.remoteStream?.getTracks().forEach((track) => (track.enabled = !local));
    if (this.#left || !this.pc) {
      return;
    }
    for (const sender of this.pc.getSenders()) {
      const track = this.#silenced.get(sender);
      if (!local && !remote && track) {
        this.#silenced.delete(sender);
        sender.replaceTrack(track).catch(() => {});
      } else if ((local || remote) && !track && sender.track) {
        this.#silenced.set(sender, sender.track);
        sender.replaceTrack(null).catch(() => {});
      }
    }
  }

  #transferred({ status, text, final, code = "rejected", ok = status < 300 }) {
    if (final) {
      const { resolve, reject } = this.#transfer ?? {};
      this.#transfer = undefined;
      ok ? resolve?.() : reject?.(new TandemError({ code, sip: status, text }));
    }
  }

  #reportStats() {
    const { stats } = this.phone.options;
    this.#reporting = true;
    if (stats) {
      const report = async () => this.phone.tell("stats", { call: this.id, ...(await quality(this.pc)) });
      this.#timers.push(setInterval(() => this.phone.state === "online" && report(), stats * 1_000));
    }
  }

  #move(state) {
    if (this.state !== state && this.state !== "ended") {
      this.state = state;
      this.emit("state", state);
      this.emit("change");
    }
  }
}

/** What `stats` tells of a connection: round trip and jitter in milliseconds, loss from 0 to 1. */
async function quality(pc) {
  const all = [...(await pc.getStats()).values()];
  const of = (type) => all.find((each) => each.type === type);
  const inbound = of("inbound-rtp") ?? {};
  const pair = all.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  const local = all.find(({ id }) => id === pair?.localCandidateId);
  const { packetsReceived, packetsLost } = inbound;
  const expected = packetsReceived + packetsLost;
  return {
    rtt: milliseconds(pair?.currentRoundTripTime),
    jitter: milliseconds(inbound.jitter),
    loss: expected > 0 ? Math.min(1, Math.max(0, packetsLost / expected)) : undefined,
    candidateType: local?.candidateType,
    packetsSent: of("outbound-rtp")?.packetsSent,
    packetsReceived,
    packetsLost,
  };
}

const milliseconds = (seconds) => (seconds === undefined ? undefined : Math.round(seconds * 1_000));

const valueOf = async (given) => (typeof given === "function" ? given() : given);

const asEnd = (problem) => ({
  by: "system",
  code: problem.code && typeof problem.code === "string" ? problem.code : "not_acceptable",
  sip: problem.sip,
  q850: problem.q850,
  text: problem.message,
  cause: problem,
  duration: 0,
});

const newId = (prefix) => prefix + Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join("");
