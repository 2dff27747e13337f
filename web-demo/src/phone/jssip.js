import JsSIP from "jssip";
import { toSipUri } from "../address.js";
import { Call } from "./call.js";
import { takeBackOffer } from "./offer.js";
import { Phone, whyNoConnection } from "./phone.js";
import { PhoneError, cancelReason, inviteReason, registerReason } from "./reasons.js";
import { pause } from "./time.js";

/** JsSIP waits for the last ICE candidate, however long that takes, unless it is told to go on. */
const ICE_GATHERING_MS = 500;
const SIGN_IN_MS = 10_000;
const SIGN_OUT_MS = 2_000;

/** The phone on JsSIP. The contract is in phone.js and call.js. */
export class JsSipPhone extends Phone {
  #agent;

  async sendSignIn() {
    const { server, domain, user, password, displayName } = this.settings;
    this.#agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(server)],
      uri: toSipUri({ user, domain }),
      display_name: displayName || undefined,
      password,
      register_expires: 600,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
    });
    try {
      await this.#firstRegistration();
    } catch (error) {
      this.#agent.stop();
      throw error.reason === "unreachable" ? new PhoneError(await whyNoConnection(server)) : error;
    }
    this.#followConnection();
  }

  async sendSignOut() {
    const gone = new Promise((resolve) => this.#agent.once("disconnected", resolve));
    this.#agent.stop(); // unregisters, too
    await Promise.race([gone, pause(SIGN_OUT_MS)]);
  }

  newCall(peer) {
    return JsSipCall.outgoing(this.#agent, peer, this.settings.iceServers);
  }

  #firstRegistration() {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => reject(new PhoneError("unreachable")), SIGN_IN_MS);
      const settle = (done, value) => {
        clearTimeout(deadline);
        done(value);
      };
      this.#agent.once("registered", () => settle(resolve));
      this.#agent.once("disconnected", () => settle(reject, new PhoneError("unreachable")));
      this.#agent.once("registrationFailed", ({ response }) => {
        const status = response?.status_code;
        settle(reject, new PhoneError(registerReason(status), status));
      });
      this.#agent.start();
    });
  }

  /** JsSIP reconnects and registers again by itself; this only tells what it does. */
  #followConnection() {
    this.#agent.on("newRTCSession", ({ originator, session }) => {
      if (originator === "remote") {
        this.offer(JsSipCall.incoming(session, this.settings.iceServers));
      }
    });
    const unlessSignedOut = (state, reason) => this.state !== "offline" && this.moveTo(state, reason);
    this.#agent.on("registered", () => unlessSignedOut("online"));
    this.#agent.on("disconnected", () => unlessSignedOut("reconnecting"));
    this.#agent.on("unregistered", () => unlessSignedOut("reconnecting"));
    this.#agent.on("registrationFailed", ({ response }) => {
      if (registerReason(response?.status_code) === "credentials") {
        unlessSignedOut("offline", "credentials");
        this.#agent.stop();
        return;
      }
      unlessSignedOut("reconnecting");
      // JsSIP registers again after a new connection, but not after a failure on a standing one.
      setTimeout(() => this.state === "reconnecting" && this.#agent.isConnected() && this.#agent.register(), 2_000);
    });
  }
}

class JsSipCall extends Call {
  #session;
  #agent;
  #iceServers;
  #rang = false;

  static outgoing(agent, peer, iceServers) {
    const call = new JsSipCall("outgoing", peer);
    call.#agent = agent;
    call.#iceServers = iceServers;
    return call;
  }

  static incoming(session, iceServers) {
    const { uri, display_name: name } = session.remote_identity;
    const call = new JsSipCall("incoming", { user: uri.user, domain: uri.host, name });
    call.#session = session;
    call.#iceServers = iceServers;
    for (const [event, handler] of Object.entries(call.#handlers())) {
      session.on(event, handler);
    }
    return call;
  }

  async sendInvite(mediaStream) {
    this.#session = this.#agent.call(toSipUri(this.peer), {
      ...this.#mediaOptions(mediaStream),
      eventHandlers: this.#handlers(),
    });
  }

  async sendAnswer(mediaStream) {
    this.#session.answer(this.#mediaOptions(mediaStream));
  }

  sendReject(status) {
    this.#terminate({ status_code: status, reason_phrase: status === 486 ? "Busy Here" : "Decline" });
  }

  sendHangUp() {
    this.#terminate();
  }

  /**
   * JsSIP holds by rewriting the offer it sends, and leaves the browser's transceiver at sendrecv: it would then answer
   * "sendrecv" to a re-INVITE that comes while it holds. So the direction is set there too.
   *
   * JsSIP hangs up when a re-INVITE is refused, and remembers the hold nevertheless: the next attempt has to be a plain
   * renegotiation, which offers what it remembers.
   */
  sendHold(hold) {
    const session = this.#session;
    const audio = this.peerConnection.getTransceivers().find(({ receiver }) => receiver.track.kind === "audio");
    audio.direction = hold ? "sendonly" : "sendrecv";
    return new Promise((resolve, reject) => {
      this.addEventListener("ended", () => reject(new PhoneError("hung-up")), { once: true });
      const { terminate } = JsSIP.RTCSession.prototype;
      session.terminate = (options) => {
        delete session.terminate;
        if (/Hold Failed|Renegotiation Failed/i.test(options?.reason_phrase)) {
          takeBackOffer(this.peerConnection).then(() => resolve(491), reject); // the status is not told; mostly 491
        } else {
          terminate.call(session, options);
        }
      };
      const accepted = () => {
        delete session.terminate;
        resolve(200);
      };
      const begun =
        session.isOnHold().local === hold
          ? session.renegotiate({}, accepted)
          : session[hold ? "hold" : "unhold"]({}, accepted);
      if (!begun) {
        delete session.terminate;
        resolve(491);
      }
    });
  }

  sendInfoTone(tone, duration) {
    this.#session.sendDTMF(tone, { duration, transportType: JsSIP.C.DTMF_TRANSPORT.INFO });
  }

  /** JsSIP switches the track itself after hold and resume, by its own idea of "muted". */
  microphoneApplied() {
    if (this.#session?.isEstablished()) {
      this.#session[this.muted ? "mute" : "unmute"]({ audio: true });
    }
  }

  #mediaOptions(mediaStream) {
    return { mediaStream, pcConfig: { iceServers: this.#iceServers } };
  }

  #terminate(options) {
    try {
      this.#session?.terminate(options);
    } catch (error) {
      console.debug("JsSIP:", error.message); // it ended in this moment
    }
  }

  #handlers() {
    let gatheringTimer;
    return {
      peerconnection: ({ peerconnection }) => this.adopt(peerconnection),
      icecandidate: ({ ready }) => {
        gatheringTimer ??= setTimeout(() => {
          gatheringTimer = undefined;
          ready();
        }, ICE_GATHERING_MS);
      },
      progress: ({ originator }) => {
        if (originator === "remote") {
          this.#rang = true;
          this.moveTo("ringing");
        }
      },
      confirmed: () => this.moveTo("active"),
      ended: ({ originator, cause }) => this.finish(originator === "remote" ? "hung-up" : whyGivenUp(cause)),
      failed: (event) => this.finish(...this.#whyFailed(event)),
      newDTMF: ({ originator, dtmf }) => originator === "remote" && this.toneReceived(dtmf.tone),
    };
  }

  #whyFailed({ originator, message, cause }) {
    if (this.direction === "incoming" && originator === "remote") {
      return [cancelReason(message?.getHeader?.("Reason"))];
    }
    if (originator === "remote" && message?.status_code) {
      return [inviteReason(message.status_code, this.#rang), message.status_code];
    }
    const { NO_ANSWER, EXPIRES } = JsSIP.C.causes;
    if (cause === NO_ANSWER || cause === EXPIRES) {
      return [this.direction === "incoming" ? "missed" : "no-answer"];
    }
    return [whyGivenUp(cause)];
  }
}

/**
 * Why JsSIP ended a call by itself. It calls a lost connection "Canceled" when the INVITE was unanswered; what a person
 * cancels was finished by us before.
 */
function whyGivenUp(cause) {
  const { WEBRTC_ERROR, INCOMPATIBLE_SDP, MISSING_SDP, BAD_MEDIA_DESCRIPTION, INTERNAL_ERROR } = JsSIP.C.causes;
  const aboutMedia = [WEBRTC_ERROR, INCOMPATIBLE_SDP, MISSING_SDP, BAD_MEDIA_DESCRIPTION, INTERNAL_ERROR];
  return aboutMedia.includes(cause) ? "media" : "connection";
}
