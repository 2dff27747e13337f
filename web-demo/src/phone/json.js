import { connect } from "../../client/tandem.js";
import { toSipUri } from "../address.js";
import { Call } from "./call.js";
import { Phone, whyNoConnection } from "./phone.js";
import { PhoneError, endedReason, registerReason } from "./reasons.js";
import { pause } from "./time.js";

const SIGN_OUT_MS = 2_000;

/** The phone without SIP: the gateway's JSON dialect, by its own client. The contract is in phone.js and call.js. */
export class JsonPhone extends Phone {
  #client;

  async sendSignIn() {
    const { server, user, password, token, displayName } = this.settings;
    const login = token ? { token } : { user, password };
    try {
      this.#client = await connect(server, { ...login, display: displayName || undefined });
    } catch ({ code, sip }) {
      if (code === "unavailable") {
        throw new PhoneError(await whyNoConnection(server));
      }
      throw new PhoneError(code === "auth_failed" ? "credentials" : registerReason(sip), sip);
    }
    this.#client.on("incoming", (call) => this.offer(JsonCall.incoming(call)));
    this.#client.on("state", ({ state, code }) => {
      if (state !== "offline") {
        this.moveTo(state);
      } else if (this.state !== "offline") {
        this.moveTo("offline", code === "auth_failed" ? "credentials" : undefined);
      }
    });
  }

  async sendSignOut() {
    await Promise.race([this.#client.close(), pause(SIGN_OUT_MS)]);
  }

  sendReconnect() {
    this.#client.reconnect();
  }

  sendProbe() {
    return this.#client.request("ice");
  }

  newCall(peer) {
    return JsonCall.outgoing(this.#client, peer);
  }
}

class JsonCall extends Call {
  #client;
  #call;
  #rang = false;

  static outgoing(client, peer) {
    const call = new JsonCall("outgoing", peer);
    call.#client = client;
    return call;
  }

  static incoming(told) {
    const [, user = "", domain = ""] = /^sips?:(?:([^@]*)@)?([^;?]*)/.exec(told.peer.uri) ?? [];
    const call = new JsonCall("incoming", { user: decodeURIComponent(user), domain, name: told.peer.display });
    call.#follow(told);
    return call;
  }

  async sendInvite(stream) {
    this.#follow(this.#client.call(toSipUri(this.peer), { stream }));
  }

  async sendAnswer(stream) {
    await this.#call.accept({ stream });
  }

  sendReject(sip) {
    this.#call.decline({ sip });
  }

  sendHangUp() {
    this.#call?.hangup();
  }

  /** The client restarts ICE by itself, and waits for the other side's changes. */
  async sendOffer({ hold, restartIce }) {
    if (restartIce) {
      return 200;
    }
    return this.#call.hold(hold).then(() => 200, (problem) => this.#statusOf(problem));
  }

  async sendRefer(peer, second) {
    try {
      await this.#call.transfer(second ? second.#call : toSipUri(peer));
      return 200;
    } catch (problem) {
      return this.#statusOf(problem);
    }
  }

  sendInfoTone(tone, duration) {
    this.#call.dtmf(tone, { method: "info", duration }).catch((problem) => console.debug("dtmf:", problem.message));
  }

  #statusOf({ code, sip }) {
    if (this.state === "ended") {
      throw new PhoneError("hung-up");
    }
    return sip ?? (code === "glare" ? 491 : 500);
  }

  #follow(call) {
    this.#call = call;
    call.on("connection", (connection) => this.adopt(connection));
    call.on("hold", ({ remote }) => {
      this.remoteHold = remote;
      this.changed();
    });
    call.on("dtmf", ({ digits }) => [...digits].forEach((digit) => this.toneReceived(digit)));
    call.on("state", (state) => {
      if (state === "progressing") {
        this.#rang = true;
        this.moveTo("ringing");
      } else if (state === "active") {
        this.moveTo("active");
      }
    });
    call.on("ended", ({ code, sip, elsewhere }) => {
      const facts = { answered: this.state === "active", incoming: this.direction === "incoming", rang: this.#rang };
      this.finish(endedReason(elsewhere ? "elsewhere" : code, facts), sip);
    });
  }
}
