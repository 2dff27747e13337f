/**
 * A room in which everybody hears everybody, without a media server: one RTCPeerConnection for each pair. Good for
 * three or four; each one more costs everybody another upload.
 *
 *   const mesh = new Mesh(phone, "standup", { stream });
 *   mesh.onpeer = ({ name, stream }) => …; // again without stream when they left
 *   await mesh.join("Alice");
 */
export class Mesh {
  /** Called with {id, name, stream}: their sound is there, or gone. */
  onpeer = () => {};
  peers = new Map();

  #phone;
  #room;
  #options;
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
      phone.on("room_closed", here(() => this.#end())),
    ];
  }

  /** Enters the room. Who comes later makes the offers. */
  async join(name, fields) {
    const { peers } = await this.#phone.request("join", { room: this.#room, name, ...fields });
    for (const told of peers) {
      this.#open(this.#meet(told));
    }
  }

  async leave() {
    this.#end();
    await this.#phone.request("leave", { room: this.#room });
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
    pc.ontrack = ({ streams }) => this.onpeer({ id: peer.id, name: peer.name, stream: (peer.stream = streams[0]) });
    pc.onnegotiationneeded = () => this.#offer(peer);
    pc.onconnectionstatechange = () => pc.connectionState === "failed" && pc.restartIce();
    stream?.getTracks().forEach((track) => pc.addTrack(track, stream));
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
    peer.work = peer.work.catch((problem) => peer.deaf || console.warn("Mesh:", problem));
  }

  #tell({ id }, body) {
    this.#phone.tell("signal", { room: this.#room, to: id, body });
  }

  #part(id) {
    const peer = this.peers.get(id);
    this.peers.delete(id);
    peer?.pc?.close();
    if (peer) {
      this.onpeer({ id, name: peer.name, stream: undefined });
    }
  }

  #end() {
    this.#forget.splice(0).forEach((forget) => forget());
    [...this.peers.keys()].forEach((id) => this.#part(id));
  }
}
