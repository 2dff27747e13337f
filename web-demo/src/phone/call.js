import { mendDelay } from "./audio.js";
import { remoteHoldAfter } from "./direction.js";
import { openMicrophone } from "./microphone.js";
import { PhoneError } from "./reasons.js";
import { pause } from "./time.js";

/**
 * What says "another change is under way", 488 from SIP.js while it makes an offer itself; and what SIP.js says of an
 * offer that it could not send (503), or that was lost with a connection (408).
 */
const NOT_NOW = [408, 488, 491, 500, 503];

/** How long to go on trying; a gateway between us may take 4 s itself to let the other side's change through. */
const PATIENCE_MS = 10_000;

/**
 * One call, as the page sees it. Everything that is the same for every library lives here: microphone, loudspeaker,
 * mute, DTMF over RTP, who holds whom, and what waits while the phone has no connection. An adapter extends it with the
 * signalling (the methods at the end).
 *
 * Life: calling → ringing → active → ended, or incoming → connecting → active → ended.
 *
 * Events: "change" after anything readable here changed; "ended" once, last; "tone" with `detail` when the other side
 * sent a digit by INFO.
 */
export class Call extends EventTarget {
  /** @type {"calling"|"ringing"|"incoming"|"connecting"|"active"|"ended"} */
  state;
  /** Whether we hold the other side, or it holds us. */
  localHold = false;
  remoteHold = false;
  muted = false;
  /**
   * Which change is under way; another one would be refused (RFC 3261 §14.1).
   * @type {"hold"|"audio"|"transfer"|undefined}
   */
  negotiating = undefined;
  /** The RTCPeerConnection's connectionState: "new" until there is one. */
  audio = "new";
  /** Whether audio ever connected. */
  audioWasUp = false;
  /** When the call became active, in milliseconds since the epoch. */
  activeSince = undefined;
  /** Why it ended, see reasons.js; and the SIP status behind that, if any. */
  endReason = undefined;
  endStatus = undefined;
  /** The current RTCPeerConnection; kept after the end, so that its last statistics can be read. */
  peerConnection = undefined;
  /** The phone that this call is on. @type {import("./phone.js").Phone|undefined} */
  phone = undefined;

  #microphone = undefined;
  #loudspeaker = undefined;
  #mending = undefined;
  #timesMended = 0;

  /**
   * @param {"outgoing"|"incoming"} direction
   * @param {{user: string, domain: string, name?: string}} peer
   */
  constructor(direction, peer) {
    super();
    this.direction = direction;
    this.peer = peer;
    this.state = direction === "incoming" ? "incoming" : "calling";
  }

  /** Whether the gateway can be told something now. If not, the call is kept, and what is to be told waits. */
  get connected() {
    return this.phone?.state === "online";
  }

  /** Starts an outgoing call. Failures end the call with a reason; nothing is thrown. */
  async start() {
    try {
      const microphone = await openMicrophone();
      if (this.#keepMicrophone(microphone)) {
        await this.sendInvite(microphone);
      }
    } catch (error) {
      this.finish(...reasonOf(error));
    }
  }

  /**
   * Accepts an incoming call.
   *
   * @throws {PhoneError} when the microphone is refused: the call goes on ringing, so that it can be tried again
   */
  async accept() {
    if (this.state !== "incoming") {
      return;
    }
    this.moveTo("connecting");
    try {
      const microphone = await openMicrophone();
      if (this.#keepMicrophone(microphone)) {
        await this.phone.whenOnline();
        if (this.state === "connecting") {
          await this.sendAnswer(microphone);
        }
      }
    } catch (error) {
      if (this.state === "connecting" && !this.#microphone) {
        this.moveTo("incoming");
        throw error;
      }
      this.finish(...reasonOf(error));
    }
  }

  /** Refuses an incoming call: 603 tells the caller's other attempts to stop too, 486 says "busy here". */
  decline(status = 603) {
    if (this.state === "incoming" || this.state === "connecting") {
      this.finish("hung-up");
      this.#whenConnected(() => this.sendReject(status));
    }
  }

  /** Ends the call, in whatever state it is. */
  hangUp() {
    if (this.state === "incoming") {
      this.decline();
    } else if (this.state !== "ended") {
      this.finish(this.state === "active" ? "hung-up" : "cancelled");
      this.#whenConnected(() => this.sendHangUp());
    }
  }

  /** Stops or restarts sending what the microphone hears. Silence is sent meanwhile. */
  setMuted(muted) {
    this.muted = muted;
    this.#applyMicrophone();
    this.changed();
  }

  /** @throws {PhoneError} hold, when the other side refuses; the call goes on as before */
  async setHold(hold) {
    if (this.state !== "active" || this.negotiating || this.localHold === hold) {
      return;
    }
    try {
      await this.#agree("hold", { hold, restartIce: false });
      this.localHold = hold;
    } catch (error) {
      throw this.state === "ended" ? error : new PhoneError("hold");
    } finally {
      this.#agreed();
    }
  }

  /**
   * Passes the other side on, to somebody new or to the other side of a second call of ours. The gateway does it, says
   * how it went, and then ends this call.
   *
   * @param {{user: string, domain: string}} peer
   * @param {Call} [second] on the same phone
   * @throws {PhoneError} transfer, with the status of the refusal; the call goes on as before
   */
  async transfer(peer, second) {
    if (this.state !== "active" || this.negotiating) {
      return;
    }
    this.negotiating = "transfer";
    this.changed();
    try {
      const status = await this.sendRefer(peer, second);
      if (status >= 300) {
        throw new PhoneError("transfer", status);
      }
      this.finish("transferred");
    } finally {
      if (this.state !== "ended") {
        this.#agreed();
      }
    }
  }

  /** Finds a new way for the audio, from the addresses that the device has now: an ICE restart (RFC 8445 §9). */
  async restartAudio() {
    if (this.state !== "active" || this.negotiating) {
      return;
    }
    this.#timesMended += 1;
    try {
      await this.#agree("audio", { hold: this.localHold, restartIce: true });
    } catch (error) {
      console.debug("The audio could not be restarted:", error.message); // it is tried again while it is broken
    } finally {
      this.#agreed();
    }
  }

  /** Sends one digit: as RFC 4733 events in the audio stream, or by INFO when the other side has no such events. */
  sendTone(tone) {
    const sender = this.peerConnection?.getSenders().find((each) => each.track?.kind === "audio");
    if (sender?.dtmf?.canInsertDTMF) {
      sender.dtmf.insertDTMF(sender.dtmf.toneBuffer + tone, 160, 70);
    } else {
      this.#whenConnected(() => this.state === "active" && this.sendInfoTone(tone, 160));
    }
  }

  /** For the phone: it lost its connection, or has one again. */
  connectionChanged() {
    this.#mendAudio();
    this.changed();
  }

  // For adapters: what they tell.

  /** Adopts the library's RTCPeerConnection as soon as it exists. */
  adopt(peerConnection) {
    this.peerConnection = peerConnection;
    peerConnection.addEventListener("track", (event) => {
      this.#loudspeaker ??= newLoudspeaker();
      this.#loudspeaker.srcObject = event.streams[0] ?? new MediaStream([event.track]);
    });
    peerConnection.addEventListener("connectionstatechange", () => {
      this.audio = peerConnection.connectionState;
      if (this.audio === "connected") {
        this.audioWasUp = true;
        this.#timesMended = 0;
      }
      this.#mendAudio();
      this.changed();
    });
    peerConnection.addEventListener("signalingstatechange", () => {
      const { signalingState, localDescription, remoteDescription } = peerConnection;
      if (signalingState === "stable" && localDescription && remoteDescription) {
        this.remoteHold = remoteHoldAfter(this.remoteHold, localDescription, remoteDescription);
        this.changed();
      }
    });
    this.changed();
  }

  moveTo(state) {
    if (this.state === "ended" || this.state === state) {
      return;
    }
    this.state = state;
    if (state === "active") {
      this.activeSince = Date.now();
      this.#applyMicrophone();
    }
    this.changed();
  }

  /** Ends the call here; only the first reason counts. */
  finish(reason, status) {
    if (this.state === "ended") {
      return;
    }
    this.state = "ended";
    this.endReason = reason;
    this.endStatus = status;
    clearTimeout(this.#mending);
    this.#microphone?.getTracks().forEach((track) => track.stop());
    this.#loudspeaker?.remove();
    this.changed();
    this.dispatchEvent(new Event("ended"));
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  toneReceived(tone) {
    this.dispatchEvent(new CustomEvent("tone", { detail: tone }));
  }

  /**
   * Makes an offer until it is agreed on. Both sides may ask in the same moment, and both are refused then: each tries
   * again after a time of its own. An offer that falls into a time without connection is made again after it.
   */
  async #agree(change, offer) {
    this.negotiating = change;
    this.changed();
    let deadline;
    for (;;) {
      if (!deadline || !this.connected) {
        await this.phone.whenOnline();
        deadline = Date.now() + PATIENCE_MS;
      }
      if (this.state === "ended") {
        throw new PhoneError("hung-up");
      }
      const status = await this.sendOffer(offer);
      if (status < 300) {
        return;
      }
      if (this.connected) {
        if (!NOT_NOW.includes(status) || Date.now() > deadline) {
          throw new PhoneError("hold", status);
        }
        await pause(glareDelay(this.direction));
      }
    }
  }

  #agreed() {
    this.negotiating = undefined;
    this.#applyMicrophone();
    this.#mendAudio();
    this.changed();
  }

  /** Looks whether the audio needs help, now and whenever something changed that matters for it. */
  #mendAudio() {
    clearTimeout(this.#mending);
    if (this.state !== "active" || !this.audioWasUp) {
      return;
    }
    if (this.audio === "disconnected" || this.audio === "failed") {
      this.phone.doubtConnection();
    }
    const delay = mendDelay(this, this.#timesMended);
    if (delay !== undefined) {
      this.#mending = setTimeout(() => this.restartAudio(), delay);
    }
  }

  #whenConnected(send) {
    if (!this.phone || this.connected) {
      send();
    } else {
      this.phone.whenOnline().then(send);
    }
  }

  /** The sent audio track is live only when neither mute nor hold forbids it. */
  #applyMicrophone() {
    const live = !this.muted && !this.localHold;
    this.#microphone?.getAudioTracks().forEach((track) => (track.enabled = live));
    this.microphoneApplied(live);
  }

  #keepMicrophone(microphone) {
    if (this.state === "ended") {
      microphone.getTracks().forEach((track) => track.stop());
      return false;
    }
    this.#microphone = microphone;
    this.#applyMicrophone();
    return true;
  }

  // For adapters: what they do. `microphone` is a MediaStream that this class stops.

  /** Sends the INVITE. May throw. @param {MediaStream} microphone */
  async sendInvite(microphone) {
    throw new Error(`not implemented for ${microphone}`);
  }
  /** Answers the INVITE with 200. May throw. @param {MediaStream} microphone */
  async sendAnswer(microphone) {
    throw new Error(`not implemented for ${microphone}`);
  }
  /** Answers the INVITE with an error status. */
  sendReject(status) {
    throw new Error(`not implemented for ${status}`);
  }
  /** CANCEL or BYE, whichever the call needs; also before anything was sent. */
  sendHangUp() {
    throw new Error("not implemented");
  }
  /**
   * One re-INVITE with a=sendonly or a=sendrecv, and with a new ICE session if wanted. Rejects when the call ended over
   * it.
   *
   * @param {{hold: boolean, restartIce: boolean}} offer
   * @returns {Promise<number>} its final status; 491 also for "not now"
   */
  async sendOffer(offer) {
    throw new Error(`not implemented for ${offer}`);
  }
  /**
   * REFER to `peer`, or with the Replaces of `second`. Rejects when the call ended over it.
   *
   * @returns {Promise<number>} the final status that the NOTIFYs told, or that of the REFER if it was refused
   */
  async sendRefer(peer, second) {
    throw new Error(`not implemented for ${peer} ${second}`);
  }
  /** INFO with application/dtmf-relay; duration in milliseconds. */
  sendInfoTone(tone, duration) {
    throw new Error(`not implemented for ${tone} ${duration}`);
  }
  /** The track was switched on or off; for libraries that keep a switch of their own. */
  microphoneApplied() {}
}

/** Milliseconds to wait after 491: longer for the side that owns the Call-ID, so that they differ (RFC 3261 §14.1). */
export function glareDelay(direction, random = Math.random) {
  const [least, most] = direction === "outgoing" ? [2_100, 4_000] : [0, 2_000];
  return Math.round((least + random() * (most - least)) / 10) * 10;
}

function reasonOf(error) {
  return error instanceof PhoneError ? [error.reason, error.status] : ["media", undefined];
}

function newLoudspeaker() {
  const audio = document.createElement("audio");
  audio.autoplay = true;
  audio.dataset.testid = "remote-audio";
  document.body.append(audio);
  return audio;
}
