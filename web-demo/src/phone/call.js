import { remoteHoldAfter } from "./direction.js";
import { openMicrophone } from "./microphone.js";
import { PhoneError } from "./reasons.js";
import { pause } from "./time.js";

/** What says "another change is under way"; 488 is how SIP.js does when it is making an offer itself. */
const NOT_NOW = [488, 491, 500];

/** How long to go on trying; a gateway between us may take 4 s itself to let the other side's hold through. */
const HOLD_PATIENCE_MS = 10_000;

/**
 * One call, as the page sees it. Everything that is the same for every library lives here: microphone, loudspeaker,
 * mute, DTMF over RTP, who holds whom. An adapter extends it with the signalling (the methods at the end).
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
  /** Whether hold or resume is under way; another one would be refused (RFC 3261 §14.1). */
  negotiating = false;
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

  #microphone = undefined;
  #loudspeaker = undefined;

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
        await this.sendAnswer(microphone);
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
      this.sendReject(status);
    }
  }

  /** Ends the call, in whatever state it is. */
  hangUp() {
    if (this.state === "incoming") {
      this.decline();
    } else if (this.state !== "ended") {
      this.finish(this.state === "active" ? "hung-up" : "cancelled");
      this.sendHangUp();
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
    this.negotiating = true;
    this.changed();
    try {
      await this.#agreeOnHold(hold);
      this.localHold = hold;
    } catch (error) {
      throw this.state === "ended" ? error : new PhoneError("hold");
    } finally {
      this.negotiating = false;
      this.#applyMicrophone();
      this.changed();
    }
  }

  /** Sends one digit: as RFC 4733 events in the audio stream, or by INFO when the other side has no such events. */
  sendTone(tone) {
    const sender = this.peerConnection?.getSenders().find((each) => each.track?.kind === "audio");
    if (sender?.dtmf?.canInsertDTMF) {
      sender.dtmf.insertDTMF(sender.dtmf.toneBuffer + tone, 160, 70);
    } else {
      this.sendInfoTone(tone, 160);
    }
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
      this.audioWasUp ||= this.audio === "connected";
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

  /** Both sides may ask in the same moment, and both are refused then: each tries again after a time of its own. */
  async #agreeOnHold(hold) {
    const deadline = Date.now() + HOLD_PATIENCE_MS;
    for (;;) {
      const status = await this.sendHold(hold);
      if (status < 300) {
        return;
      }
      if (!NOT_NOW.includes(status) || Date.now() > deadline || this.state === "ended") {
        throw new PhoneError("hold", status);
      }
      await pause(glareDelay(this.direction));
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
   * One re-INVITE with a=sendonly or a=sendrecv. Rejects when the call ended over it.
   *
   * @returns {Promise<number>} its final status; 491 also for "not now"
   */
  async sendHold(hold) {
    throw new Error(`not implemented for ${hold}`);
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
