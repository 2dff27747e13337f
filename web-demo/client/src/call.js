import { Emitter } from "./emitter.js";
import { Negotiation } from "./negotiation.js";
import { TandemError, asEnd } from "./problem.js";
import { quality } from "./quality.js";
import { Tracks } from "./tracks.js";

/** Audio that is interrupted often comes back by itself. */
const PATIENCE_MS = 3_000;

const BROKEN = ["disconnected", "failed"];

/**
 * One call. States: calling → progressing → active → ended, or incoming → answering → active → ended.
 */
export class Call extends Emitter {
  held = { local: false, remote: false };
  muted = false;
  known = false; // whether the gateway has heard of it
  left = false; // nothing of the browser's is left, whatever the gateway thinks
  rev = 1;

  #negotiation = new Negotiation(this);
  #tracks = new Tracks(this);
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
        this.#negotiation.described();
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
        await this.#negotiation.remote("offer", this.offer);
      }
      await this.pc.setLocalDescription();
      const asked = this.phone.request("accept", { call: this.id, sdp: this.pc.localDescription.sdp, headers });
      this.#negotiation.described();
      const reply = await asked;
      if (reply.sdp) {
        await this.#negotiation.remote("answer", reply.sdp);
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
    this.#tracks.apply();
    this.emit("change");
  }

  /** Holds the other side: the gateway tells it; here nothing is sent and nothing heard. */
  async hold(on = true) {
    const reply = await this.phone.request("hold", { call: this.id, on });
    Object.assign(this.held, reply.held, { local: on });
    this.#tracks.apply();
    this.emit("change");
    // What was agreed on while we held may have left a direction out.
    if (!on && this.pc.getTransceivers?.().some((each) => each.currentDirection !== each.direction)) {
      this.#negotiation.begin();
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

  /** Calls whom a `transfer_request` asks for. When they have answered, this call ends. */
  follow({ ref: follow, to, replaces }, options) {
    return this.phone.call(to, { ...options, follow, replaces });
  }

  /** Stays in this call, whatever a `transfer_request` asks for. */
  rejectTransfer({ ref }) {
    return this.phone.request("transfer_reject", { ref });
  }

  info(contentType, body) {
    return this.phone.request("info", { call: this.id, contentType, body });
  }

  message(body, contentType) {
    return this.phone.request("message", { call: this.id, body, contentType });
  }

  /** Finds a new way for the media (RFC 8445 §9). */
  restartIce() {
    this.#negotiation.begin(true);
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
        this.#negotiation.answered(sdp);
        this.#move("progressing");
        break;
      case "accepted":
        this.#negotiation.answered(sdp);
        this.#activate(message);
        break;
      case "candidate":
        this.#negotiation.candidate(message.candidate);
        break;
      case "update":
        this.#negotiation.offered(message);
        break;
      case "hold":
        this.held.remote = message.remote;
        this.#tracks.apply();
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
          this.#negotiation.described();
        }
      } catch {
        this.hangup();
        return;
      }
      this.#activate({});
      this.#tracks.apply();
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
    const { rtc, audio } = this.phone.options;
    await this.#tracks.open(stream);
    if (this.state === "ended" || this.left) {
      this.#closeMedia();
      return;
    }
    const pc = (this.pc = new RTCPeerConnection({ ...rtc, iceServers: this.phone.iceServers }));
    this.stream.getTracks().forEach((track) => pc.addTrack(track, this.stream));
    this.#tracks.apply();
    pc.onicecandidate = ({ candidate }) => this.#negotiation.found(candidate);
    pc.ontrack = ({ track, streams }) => {
      this.remoteStream = streams[0] ?? new MediaStream([track]);
      if (audio) {
        audio.srcObject = this.remoteStream;
      }
      this.#tracks.apply();
      this.emit("track", this.remoteStream);
    };
    pc.onnegotiationneeded = () => this.#negotiation.begin();
    pc.onconnectionstatechange = () => this.#mend();
    this.emit("connection", pc);
  }

  #closeMedia() {
    this.left = true;
    clearTimeout(this.#mending);
    this.#timers.forEach(clearInterval);
    this.#tracks.close();
    this.pc?.close();
  }

  #activate({ rev, peer, media }) {
    this.rev = Math.max(this.rev, rev ?? 1);
    this.peer = peer ?? this.peer;
    this.media = media ?? this.media;
    if (!this.left && !this.#reporting) {
      this.since ??= Date.now();
      this.#move("active");
      this.#reportStats();
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
