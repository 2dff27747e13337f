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

/** How long after the connection is back a call that rang before is offered again. */
const RING_AGAIN_MS = 5_000;

/** The phone on JsSIP. The contract is in phone.js and call.js. */
export class JsSipPhone extends Phone {
  #agent;
  #socket;
  /** The call that rang when the connection broke. @type {JsSipCall|undefined} */
  #rangBefore;

  async sendSignIn() {
    const { server, domain, user, password, token, displayName } = this.settings;
    this.#socket = new Socket(server);
    this.#agent = new JsSIP.UA({
      sockets: [this.#socket],
      uri: toSipUri({ user, domain }),
      display_name: displayName || undefined,
      ...(token ? { authorization_jwt: `JWT ${token}` } : { password }),
      register_expires: 600,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4, // the gateway keeps calls for a minute only
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

  /** JsSIP connects again within a second or two. */
  sendReconnect() {
    this.#socket.giveUp();
  }

  sendProbe() {
    return new Promise((resolve, reject) => {
      const eventHandlers = {
        succeeded: resolve,
        failed: ({ originator }) => (originator === "remote" ? resolve : reject)(),
      };
      this.#agent.sendOptions(toSipUri({ user: this.settings.user, domain: this.settings.domain }), null, { eventHandlers });
    });
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
      if (originator === "remote" && !this.#rangBefore?.ringsAgain(session)) {
        this.offer(JsSipCall.incoming(session, this.settings.iceServers));
      }
    });
    const unlessSignedOut = (state, reason) => this.state !== "offline" && this.moveTo(state, reason);
    this.#agent.on("registered", () => {
      unlessSignedOut("online");
      const rang = this.#rangBefore;
      setTimeout(() => rang?.ringsNoMore(), RING_AGAIN_MS);
    });
    this.#agent.on("disconnected", () => {
      if (this.call?.loseRinging()) {
        this.#rangBefore = this.call;
      }
      unlessSignedOut("reconnecting");
    });
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

/** A WebSocket that can be given up at once, without waiting for the other end of a network that is gone. */
class Socket extends JsSIP.WebSocketInterface {
  giveUp() {
    if (this.isConnected() || this.isConnecting()) {
      this.disconnect();
      this.ondisconnect(true, 1006, "given up");
    }
  }
}

class JsSipCall extends Call {
  #session;
  #agent;
  #iceServers;
  #rang = false;
  /** It rang when the connection broke, and the gateway has not offered it again yet. */
  #ringingLost = false;
  /** What waits for it to be offered again: to answer or to reject it. */
  #onRingsAgain;
  /** Says that the offer under way has failed. */
  #offerFailed;

  static outgoing(agent, peer, iceServers) {
    const call = new JsSipCall("outgoing", peer);
    call.#agent = agent;
    call.#iceServers = iceServers;
    return call;
  }

  static incoming(session, iceServers) {
    const { uri, display_name: name } = session.remote_identity;
    const call = new JsSipCall("incoming", { user: uri.user, domain: uri.host, name });
    call.#iceServers = iceServers;
    call.#follow(session);
    return call;
  }

  async sendInvite(mediaStream) {
    this.#session = this.#agent.call(toSipUri(this.peer), {
      ...this.#mediaOptions(mediaStream),
      eventHandlers: this.#handlers(),
    });
    this.#keepFromEnding();
  }

  async sendAnswer(mediaStream) {
    this.#withRinging(() => this.#session.answer(this.#mediaOptions(mediaStream)));
  }

  sendReject(status) {
    this.#withRinging(() =>
      this.#terminate({ status_code: status, reason_phrase: status === 486 ? "Busy Here" : "Decline" }),
    );
  }

  #follow(session) {
    this.#session = session;
    this.#keepFromEnding();
    for (const [event, handler] of Object.entries(this.#handlers(session))) {
      session.on(event, handler);
    }
  }

  /**
   * The connection broke. JsSIP forgets the INVITE that rings, and can no longer answer it; the gateway sends another
   * one for the same call when we are there again.
   *
   * @returns {boolean} whether this call rang
   */
  loseRinging() {
    this.#ringingLost ||= this.direction === "incoming" && Boolean(this.#session?.isInProgress());
    return this.#ringingLost;
  }

  /** Whether this INVITE is the call that rang before. It then goes on as if nothing had been. */
  ringsAgain(session) {
    const { uri } = session.remote_identity;
    if (!this.#ringingLost || uri.user !== this.peer.user || uri.host !== this.peer.domain) {
      return false;
    }
    this.#ringingLost = false;
    this.#follow(session);
    this.#onRingsAgain?.();
    this.#onRingsAgain = undefined;
    return true;
  }

  /** The caller has given up meanwhile. */
  ringsNoMore() {
    if (this.#ringingLost && this.connected) {
      this.#ringingLost = false;
      this.finish("missed");
    }
  }

  #withRinging(send) {
    if (this.#ringingLost) {
      this.#onRingsAgain = send;
    } else {
      send();
    }
  }

  sendHangUp() {
    this.#terminate();
  }

  /**
   * JsSIP holds by rewriting the offer it sends, and leaves the browser's transceiver at sendrecv: it would then answer
   * "sendrecv" to a re-INVITE that comes while it holds. So the direction is set there too.
   *
   * JsSIP remembers the hold when its re-INVITE is refused: the next attempt has to be a plain renegotiation, which
   * offers what it remembers.
   */
  sendOffer({ hold, restartIce }) {
    const session = this.#session;
    const audio = this.peerConnection.getTransceivers().find(({ receiver }) => receiver.track.kind === "audio");
    audio.direction = hold ? "sendonly" : "sendrecv";
    const options = { rtcOfferConstraints: { iceRestart: restartIce } };
    return new Promise((resolve, reject) => {
      this.addEventListener("ended", () => reject(new PhoneError("hung-up")), { once: true });
      this.#offerFailed = () => takeBackOffer(this.peerConnection).then(() => resolve(491), reject);
      const accepted = () => resolve(200);
      const begun =
        session.isOnHold().local === hold
          ? session.renegotiate(options, accepted)
          : session[hold ? "hold" : "unhold"](options, accepted);
      if (!begun) {
        resolve(491);
      }
    }).finally(() => (this.#offerFailed = undefined));
  }

  /**
   * JsSIP ends an established call when an offer is refused, when the connection breaks with a request unanswered, and
   * when ICE fails. None of them needs to be the end: offers are made again, and the gateway keeps the call meanwhile.
   */
  #keepFromEnding() {
    const session = this.#session;
    const { CONNECTION_ERROR, RTP_TIMEOUT } = JsSIP.C.causes;
    session.terminate = (options) => {
      const { cause, reason_phrase: phrase = "" } = options ?? {};
      const lost = cause === CONNECTION_ERROR;
      const forgivable = lost || cause === RTP_TIMEOUT || /Hold Failed|Renegotiation Failed/i.test(phrase);
      if (!forgivable || !session.isEstablished()) {
        JsSIP.RTCSession.prototype.terminate.call(session, options);
      } else if (cause !== RTP_TIMEOUT) {
        this.#offerFailed?.(); // the status is not told; mostly 491
      }
    };
  }

  sendRefer(peer, second) {
    return new Promise((resolve, reject) => {
      this.addEventListener("ended", () => reject(new PhoneError("hung-up")), { once: true });
      const told = ({ status_line: { status_code: status } }) => resolve(status);
      this.#session.refer(toSipUri(peer), {
        replaces: second?.#session,
        eventHandlers: {
          requestFailed: ({ response }) => resolve(response?.status_code ?? 503),
          accepted: told,
          failed: told,
        },
      });
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

  /** @param {JsSIP.RTCSession} [session] of an incoming call, which may be offered again with another one */
  #handlers(session) {
    let gatheringTimer;
    const isOver = () => this.#ringingLost || (session && session !== this.#session);
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
      ended: ({ originator, cause }) => isOver() || this.finish(originator === "remote" ? "hung-up" : whyGivenUp(cause)),
      failed: (event) => isOver() || this.finish(...this.#whyFailed(event)),
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
