/** What a browser has and Node has not, as far as the client uses it. */

const sdp = (text) => `v=0\r\ns=${text}\r\n`;

class Target {
  #listeners = {};
  addEventListener(type, listener) {
    (this.#listeners[type] ??= new Set()).add(listener);
  }
  removeEventListener(type, listener) {
    this.#listeners[type]?.delete(listener);
  }
  dispatch(type) {
    this.#listeners[type]?.forEach((listener) => listener({ type }));
  }
  count(type) {
    return this.#listeners[type]?.size ?? 0;
  }
}

class FakeTrack {
  enabled = true;
  stopped = false;
  constructor(kind = "audio") {
    this.kind = kind;
  }
  stop() {
    this.stopped = true;
  }
}

export class FakeStream {
  tracks = [new FakeTrack()];
  getTracks() {
    return this.tracks;
  }
}

/** An RTCPeerConnection with the signalling states of the real one (W3C webrtc §4.3.3), and no media. */
export class FakePeerConnection {
  static all = [];
  static async replaceTrack(track) {
    this.track = track;
  }

  signalingState = "stable";
  connectionState = "new";
  localDescription = null;
  remoteDescription = null;
  candidates = [];
  restarts = 0;
  senders = [];
  offers = 0;

  constructor(configuration) {
    this.configuration = configuration;
    FakePeerConnection.all.push(this);
  }
  addTrack(track) {
    this.senders.push({ track, replaceTrack: FakePeerConnection.replaceTrack, dtmf: { canInsertDTMF: this.canInsertDTMF, toneBuffer: "", insertDTMF: (tones) => (this.tones = tones) } });
  }
  getSenders() {
    this.senders.forEach(({ dtmf }) => (dtmf.canInsertDTMF = Boolean(this.canInsertDTMF)));
    return this.senders;
  }
  setConfiguration(configuration) {
    this.configuration = configuration;
  }
  restartIce() {
    this.restarts += 1;
  }
  async setLocalDescription(description) {
    await undefined;
    if (this.signalingState === "closed") {
      throw new Error("closed");
    }
    if (description?.type === "rollback") {
      if (this.signalingState !== "have-local-offer") {
        throw new Error("nothing to take back");
      }
      this.signalingState = "stable";
    } else if (this.signalingState === "have-remote-offer") {
      this.localDescription = { type: "answer", sdp: sdp("answer") };
      this.signalingState = "stable";
    } else {
      this.localDescription = { type: "offer", sdp: sdp(`offer ${++this.offers}`) };
      this.signalingState = "have-local-offer";
    }
  }
  async setRemoteDescription(description) {
    await undefined;
    const needed = description.type === "offer" ? "stable" : "have-local-offer";
    if (this.signalingState !== needed) {
      throw new Error(`${description.type} in ${this.signalingState}`);
    }
    this.remoteDescription = description;
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
  }
  async addIceCandidate(candidate) {
    if (!this.remoteDescription) {
      throw new Error("a candidate before its description");
    }
    this.candidates.push(candidate ?? null);
  }
  async getStats() {
    return new Map([
      ["in", { type: "inbound-rtp", packetsReceived: 90, packetsLost: 10, jitter: 0.004 }],
      ["out", { type: "outbound-rtp", packetsSent: 100 }],
      ["pair", { id: "pair", type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.042, localCandidateId: "c" }],
      ["c", { id: "c", type: "local-candidate", candidateType: "srflx" }],
    ]);
  }
  close() {
    this.signalingState = "closed";
  }
  found(candidate) {
    this.onicecandidate({ candidate });
  }
  becomes(connectionState) {
    this.connectionState = connectionState;
    this.onconnectionstatechange();
  }
}

/** Puts all that in place; what is returned lets a test pull its strings. */
export function installBrowser() {
  const page = new Target();
  const microphone = { streams: [], refused: undefined };
  FakePeerConnection.all = [];
  globalThis.RTCPeerConnection = FakePeerConnection;
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.removeEventListener = page.removeEventListener.bind(page);
  const navigator = {
    connection: new Target(),
    mediaDevices: {
      async getUserMedia() {
        if (microphone.refused) {
          throw microphone.refused;
        }
        const stream = new FakeStream();
        microphone.streams.push(stream);
        return stream;
      },
    },
  };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  return { page, microphone, network: navigator.connection };
}

export class FakeStorage extends Map {
  getItem(key) {
    return this.get(key) ?? null;
  }
  setItem(key, value) {
    this.set(key, value);
  }
  removeItem(key) {
    this.delete(key);
  }
}
