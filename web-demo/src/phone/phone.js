import { PhoneError } from "./reasons.js";
import { pause } from "./time.js";

/** How long a gateway that is there may take to answer. */
const PROBE_MS = 4_000;

/**
 * One account on one connection to the gateway: what the page knows of a library.
 *
 * The contract an adapter fulfils:
 * - `sendSignIn()` connects and registers, and resolves when the registrar said 200. It rejects with a PhoneError, and
 *   then leaves nothing running. Afterwards it keeps the registration fresh, and when the connection breaks it
 *   reconnects and registers again for as long as it takes, telling by `moveTo("reconnecting")` and `moveTo("online")`.
 * - `sendSignOut()` unregisters and disconnects, within a few seconds whatever the network does.
 * - `sendReconnect()` gives the connection up, if there is one, and makes a new one.
 * - `sendProbe()` asks the gateway something, and resolves when it answers.
 * - `newCall(peer)` makes an outgoing Call, not yet started.
 * - Each incoming INVITE becomes a Call that is handed to `offer(call)`.
 *
 * A call outlives the connection: the gateway keeps it for a minute, and gives it to the next connection that registers
 * the same account with the same Contact or instance. What has to be sent meanwhile waits for `whenOnline()`.
 *
 * Events: "state" after `state` changed; "incoming" with the Call as `detail`.
 */
export class Phone extends EventTarget {
  /** @type {"offline"|"connecting"|"online"|"reconnecting"} */
  state = "offline";
  /** Why the phone went offline by itself, see reasons.js. */
  offlineReason = undefined;
  /** The call that is not over yet, if any. @type {import("./call.js").Call|undefined} */
  call = undefined;
  /** The one that is on hold while `call` asks somebody whether to take it. @type {import("./call.js").Call|undefined} */
  waiting = undefined;

  /**
   * @typedef {object} Settings
   * @property {string} server WebSocket URL
   * @property {string} domain
   * @property {string} user
   * @property {string} password
   * @property {string} [token] instead of the password
   * @property {string} [displayName]
   * @property {RTCIceServer[]} iceServers
   * @param {Settings} settings
   */
  constructor(settings) {
    super();
    this.settings = settings;
  }

  /** @throws {PhoneError} unreachable, refused, elsewhere, credentials or registration */
  async signIn() {
    this.moveTo("connecting");
    try {
      await refuseForbidden(this.settings.server);
      await this.sendSignIn();
      window.addEventListener("online", this.#newNetwork);
      this.moveTo("online");
    } catch (error) {
      this.moveTo("offline");
      throw error instanceof PhoneError ? error : new PhoneError("registration");
    }
  }

  async signOut() {
    window.removeEventListener("online", this.#newNetwork);
    this.waiting?.hangUp();
    this.call?.hangUp();
    this.moveTo("offline");
    await this.sendSignOut();
  }

  /** Calls somebody. @returns {import("./call.js").Call} already under way */
  dial(peer) {
    const call = this.newCall(peer);
    this.#adopt(call);
    call.start();
    return call;
  }

  /**
   * Puts the call on hold and calls somebody else, who may then be joined with the first.
   *
   * @returns the second call, already under way; undefined when the first ended meanwhile
   * @throws {PhoneError} hold, when the first cannot be put on hold
   */
  async consult(peer) {
    const first = this.call;
    await first.setHold(true);
    if (first.state !== "active" || this.waiting) {
      return undefined;
    }
    this.waiting = first;
    return this.dial(peer);
  }

  /** Joins the two other sides; both calls end here. @throws {PhoneError} transfer; both go on */
  async join() {
    const { waiting, call } = this;
    await waiting.transfer(call.peer, call);
    call.finish("transferred");
  }

  /** For adapters: an INVITE came in. While a call is on, the caller hears "busy". */
  offer(call) {
    if (this.call) {
      call.decline(486);
      return;
    }
    this.#adopt(call);
    this.dispatchEvent(new CustomEvent("incoming", { detail: call }));
  }

  /** For adapters: the connection or the registration changed. */
  moveTo(state, reason) {
    if (this.state !== state) {
      this.state = state;
      this.offlineReason = reason;
      this.dispatchEvent(new Event("state"));
      this.waiting?.connectionChanged();
      this.call?.connectionChanged();
    }
  }

  /** Resolves when the phone is online, at once or later; never when it signs out first. */
  whenOnline() {
    return new Promise((resolve) => {
      const look = () => {
        if (this.state === "online") {
          this.removeEventListener("state", look);
          resolve();
        }
      };
      this.addEventListener("state", look);
      look();
    });
  }

  /** The audio broke, so the network may have: a connection on which nothing is answered is given up. */
  async doubtConnection() {
    if (this.state !== "online" || this.#probing) {
      return;
    }
    this.#probing = true;
    const answered = this.sendProbe().then(() => true, () => false);
    const silence = pause(PROBE_MS).then(() => false);
    if (!(await Promise.race([answered, silence])) && this.state === "online") {
      this.moveTo("reconnecting");
      this.sendReconnect();
    }
    this.#probing = false;
  }

  #probing = false;

  /** The device has a network again, maybe another one. The old connection would notice only after minutes. */
  #newNetwork = () => {
    if (this.state === "online" || this.state === "reconnecting") {
      this.moveTo("reconnecting");
      this.sendReconnect();
    }
  };

  #adopt(call) {
    this.call = call;
    call.phone = this;
    call.addEventListener("ended", () => {
      if (this.call === call) {
        this.call = this.waiting;
        this.waiting = undefined;
      } else if (this.waiting === call) {
        this.waiting = undefined;
      }
    });
  }
}

/** Hosts that this page's content security policy kept it from. */
const forbiddenHosts = new Set();
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  if (effectiveDirective === "connect-src" && URL.canParse(blockedURI)) {
    forbiddenHosts.add(new URL(blockedURI).host);
  }
});

/** Chromium tells of a WebSocket that the policy forbids by "error" without "close", and both libraries wait for that. */
async function refuseForbidden(server) {
  if (new URL(server).host !== location.host && (await whyNoConnection(server)) === "elsewhere") {
    throw new PhoneError("elsewhere");
  }
}

/**
 * Why a WebSocket did not open. Browsers hide the HTTP status of a refused handshake, so ask over plain HTTP whether
 * anybody is there: any answer, even an error, means that it was refused and not unreachable.
 */
export async function whyNoConnection(server) {
  try {
    await fetch(server.replace(/^ws/, "http"), {
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(3000),
    });
    return "refused";
  } catch {
    await new Promise((resolve) => setTimeout(resolve)); // the event about the policy may come after the error
    return forbiddenHosts.has(new URL(server).host) ? "elsewhere" : "unreachable";
  }
}
