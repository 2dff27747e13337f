/** What a call sends and plays: who mutes, holds or is held is silent without a new offer. */
export class Tracks {
  #call;
  #own = false; // the microphone was opened for this call
  #silenced = new Map(); // senders whose tracks were taken away, and the tracks

  constructor(call) {
    this.#call = call;
  }

  /** Sets the call's `stream`: what was given, or the microphone. */
  async open(stream) {
    this.#own = !stream;
    this.#call.stream = stream ?? (await navigator.mediaDevices.getUserMedia(this.#call.phone.options.media));
  }

  close() {
    if (this.#own) {
      this.#call.stream?.getTracks().forEach((track) => track.stop());
    }
  }

  /**
   * Who holds or is held sends nothing: without a new offer, since between two pages the gateway only tells of a hold. And
   * who holds hears nothing.
   */
  apply() {
    const { held, muted, stream, remoteStream, left, pc } = this.#call;
    const { local, remote } = held;
    stream?.getTracks().forEach((track) => (track.enabled = !local && !(muted && track.kind === "audio")));
    remoteStream?.getTracks().forEach((track) => (track.enabled = !local));
    if (left || !pc) {
      return;
    }
    for (const sender of pc.getSenders()) {
      const track = this.#silenced.get(sender);
      if (!local && !remote && track) {
        this.#silenced.delete(sender);
        sender.replaceTrack(track).catch(() => {});
      } else if ((local || remote) && !track && sender.track) {
        this.#silenced.set(sender, sender.track);
        sender.replaceTrack(null).catch(() => {});
      }
    }
  }
}
