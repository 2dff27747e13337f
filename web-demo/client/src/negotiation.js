/**
 * Who has described what in a call, and which candidates wait. Whatever changes the descriptions is done one after the
 * other, so nothing meets the RTCPeerConnection half-way.
 */
export class Negotiation {
  #call;
  #work = Promise.resolve();
  #candidates = []; // of the other side, until its description is there
  #unsent = []; // of ours, until our description was sent
  #wanted = false; // an offer of ours, not yet made
  #restart = false;

  constructor(call) {
    this.#call = call;
  }

  /** One thing after the other; what fails, fails alone. */
  #do(action) {
    const done = this.#work.then(() => (this.#call.left ? undefined : action()));
    this.#work = done.catch((problem) => this.#call.emit("error", problem));
  }

  // Ours.

  /** The browser has found a candidate. */
  found(candidate) {
    if (this.#unsent) {
      this.#unsent.push(candidate);
    } else {
      this.#call.phone.tell("candidate", { call: this.#call.id, candidate });
    }
  }

  /** Our first description is on its way; candidates may follow it. */
  described() {
    const unsent = this.#unsent ?? [];
    this.#unsent = undefined;
    unsent.forEach((candidate) => this.found(candidate));
  }

  /** Offers anew. */
  begin(restart = false) {
    if (this.#call.state === "active") {
      this.#wanted = true;
      this.#restart ||= restart;
      this.#do(() => this.#offer());
    }
  }

  /** The other side's offers wait in the queue meanwhile, so the gateway's "glare" is the only way to meet one. */
  async #offer() {
    const call = this.#call;
    const { pc } = call;
    if (!this.#wanted || call.state !== "active" || pc.signalingState !== "stable") {
      return;
    }
    this.#wanted = false;
    const restart = this.#restart;
    this.#restart = false;
    if (restart) {
      pc.restartIce();
    }
    await pc.setLocalDescription();
    try {
      call.rev += 1;
      const reply = await call.phone.request("update", { call: call.id, rev: call.rev, sdp: pc.localDescription.sdp });
      await this.remote("answer", reply.sdp);
    } catch (problem) {
      if (pc.signalingState === "have-local-offer") {
        await pc.setLocalDescription({ type: "rollback" });
      }
      this.#restart ||= restart;
      if (problem.code !== "glare") {
        throw problem;
      }
      setTimeout(() => this.begin(), 100 + Math.random() * 400);
    }
  }

  // The other side's.

  async remote(type, sdp) {
    await this.#call.pc.setRemoteDescription({ type, sdp });
    for (const candidate of this.#candidates.splice(0)) {
      await this.#add(candidate);
    }
  }

  /** An answer to our first offer, early or not. */
  answered(sdp) {
    if (sdp) {
      this.#do(() => this.#call.pc?.signalingState === "have-local-offer" && this.remote("answer", sdp));
    }
  }

  candidate(candidate) {
    this.#do(() => this.#add(candidate));
  }

  async #add(candidate) {
    const { pc } = this.#call;
    if (!pc?.remoteDescription) {
      this.#candidates.push(candidate);
    } else {
      // One that belongs to a description of before is no trouble.
      await pc.addIceCandidate(candidate ?? undefined).catch(() => {});
    }
  }

  offered(update) {
    this.#do(() => this.#answer(update));
  }

  async #answer({ rev, sdp }) {
    const { pc, phone, id: call } = this.#call;
    try {
      if (sdp) {
        await this.remote("offer", sdp);
      }
      await pc.setLocalDescription();
    } catch (problem) {
      await phone.request("update_answer", { call, rev, error: { code: "not_acceptable", text: "the browser refused it" } });
      throw problem;
    }
    const reply = await phone.request("update_answer", { call, rev, sdp: pc.localDescription.sdp });
    if (reply.sdp && pc.signalingState === "have-local-offer") {
      await this.remote("answer", reply.sdp);
    }
  }
}
