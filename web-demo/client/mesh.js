/**
 * A room in which everybody hears everybody, without a media server: one RTCPeerConnection for each pair. Good for
 * three or four; each one more costs everybody another upload.
 *
 *   const mesh = new Mesh(phone, "standup", { stream });
 *   mesh.onpeer = ({ name, stream }) => …; // again without stream when they left
 *   await mesh.join("Alice");
 *
 * A connection that is lost and resumed changes nothing: who came or left meanwhile is told then. When the gateway no
 * longer knows that we were here, we enter anew.
 */
export class Mesh {
  /** Called with {id, name, stream, state}: their sound is there, or its connection changed; or, without stream, gone. */
  onpeer = () => {};
  /** Called once when we are in the room no more and did not leave: it was closed, or lets us in no more. */
  onclose = () => {};
  peers = new Map();

  #phone;
  #room;
  #options;
  #entry;
  #forget;

  constructor(phone, room, options = {}) {
    this.#phone = phone;
    this.#room = room;
    this.#options = options;
    const here = (listener) => (told) => told.room === room && listener(told);
    this.#forget = [
      phone.on("peer_joined", here(({ peer }) => this.#meet(peer))),
      phone.on("peer_left", here(({ peer }) => this.#part(peer))),
      phone.on("signal", here(({ from, body }) => this.#hear(this.peers.get(from), body))),
      phone.on("room_closed", here(() => this.#closed())),
      phone.on("registered", () => this.#enterAnew()),
      phone.on("resumed", ({ replay }) => replay === "snapshot" && this.#enterAnew()),
      phone.on("network", () => this.peers.forEach(({ pc }) => pc?.restartIce())),
    ];
  }

  /** Enters the room. Who comes later makes the offers. */
  async join(name, fields) {
    this.#entry = { room: this.#room, name, ...fields };
    await this.#enter();
  }

  async leave() {
    this.#end();
    await this.#phone.request("leave", { room: this.#room });
  }

  async #enter() {
    const phone = this.#phone;
    const { peers } = await phone.request("join", this.#entry).catch(async (problem) => {
      if (problem.code !== "wrong_state") {
        throw problem;
      }
      // A page that was loaded again is still here by its session, but no connection leads to it any more.
      await phone.request("leave", { room: this.#room });
      return phone.request("join", this.#entry);
    });
    for (const told of peers) {
      this.#open(this.#meet(told));
    }
  }

  /** Who is here, and what they said, is not known any more. */
  #enterAnew() {
    if (this.#entry) {
      this.#partAll();
      this.#enter().catch((problem) => this.#closed(problem));
    }
  }

  #meet({ id, name, polite }) {
    const peer = { id, name, polite, work: Promise.resolve(), making: false, deaf: false };
    this.peers.set(id, peer);
    return peer;
  }

  #open(peer) {
    const { stream, rtc } = this.#options;
    const pc = (peer.pc = new RTCPeerConnection({ ...rtc, iceServers: this.#phone.iceServers }));
    pc.onicecandidate = ({ candidate }) => this.#tell(peer, { candidate });
    pc.ontrack = ({ streams }) => {
      peer.stream = streams[0];
      this.#show(peer);
    };
    pc.onnegotiationneeded = () => this.#offer(peer);
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === "failed") {
        pc.restartIce();
      }
      if (peer.stream) {
        this.#show(peer);
      }
    };
    stream?.getTracks().forEach((track) => pc.addTrack(track, stream));
  }

  #show({ id, name, stream, pc }) {
    this.onpeer({ id, name, stream, state: pc?.connectionState });
  }

  async #offer(peer) {
    try {
      peer.making = true;
      await peer.pc.setLocalDescription();
      this.#tell(peer, { description: peer.pc.localDescription });
    } finally {
      peer.making = false;
    }
  }

  /** Of two offers that cross, the impolite side's stands; the polite browser takes its own back by itself. */
  #hear(peer, { description, candidate }) {
    if (!peer) {
      return;
    }
    if (!peer.pc) {
      this.#open(peer);
    }
    const { pc } = peer;
    if (description) {
      const crossed = description.type === "offer" && (peer.making || pc.signalingState !== "stable");
      peer.deaf = crossed && !peer.polite;
      if (peer.deaf) {
        return;
      }
    }
    peer.work = peer.work.then(async () => {
      if (description) {
        await pc.setRemoteDescription(description);
        if (description.type === "offer") {
          await pc.setLocalDescription();
          this.#tell(peer, { description: pc.localDescription });
        }
      } else {
        await pc.addIceCandidate(candidate ?? undefined);
      }
    });
    peer.work = peer.work.catch((problem) => peer.deaf || pc.signalingState === "closed" || console.warn("Mesh:", problem));
  }

  /** A request, since it is repeated after a lost connection; nobody minds that somebody left who should have heard it. */
  #tell({ id }, body) {
    this.#phone.request("signal", { room: this.#room, to: id, body }).catch(() => {});
  }

  #part(id) {
    const peer = this.peers.get(id);
    this.peers.delete(id);
    peer?.pc?.close();
    if (peer) {
      this.onpeer({ id, name: peer.name, stream: undefined, state: "closed" });
    }
  }

  #partAll() {
    [...this.peers.keys()].forEach((id) => this.#part(id));
  }

  #end() {
    this.#forget.splice(0).forEach((forget) => forget());
    this.#partAll();
  }

  #closed(problem) {
    this.#end();
    this.onclose(problem);
  }
}
