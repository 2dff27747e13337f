/**
 * What is heard besides the call: ring, ringback, busy tone, key clicks. Made with WebAudio, so there is nothing to
 * load. Browsers allow sound only after a click; signing in is one, so call `unlock()` there.
 */
export class Sounds {
  #context;
  #timer;
  #playing = [];

  unlock() {
    this.#context ??= new AudioContext();
    this.#context.resume().catch(() => undefined);
  }

  /** An incoming call: a soft rising figure every three seconds. */
  ring() {
    this.#repeat(3_000, () => {
      [0, 0.18, 0.36, 0.9, 1.08, 1.26].forEach((at, i) => {
        this.#tone([[523.25, 659.25, 783.99][i % 3]], at, 0.5, 0.16, "triangle");
      });
    });
  }

  /** The other phone rings: one second of 425 Hz every five. */
  ringback() {
    this.#repeat(5_000, () => this.#tone([425], 0, 1, 0.06));
  }

  /** Three short beeps: it did not work out. */
  busy() {
    this.stop();
    [0, 0.5, 1].forEach((at) => this.#tone([425], at, 0.25, 0.06));
  }

  /** What a key sounds like on this side; the other side hears what the call sends. */
  key(tone) {
    const pair = DTMF[tone];
    if (pair) {
      this.#tone(pair, 0, 0.12, 0.05);
    }
  }

  stop() {
    clearInterval(this.#timer);
    this.#playing.forEach((oscillator) => oscillator.stop());
    this.#playing = [];
  }

  #repeat(milliseconds, play) {
    this.stop();
    play();
    this.#timer = setInterval(play, milliseconds);
  }

  #tone(frequencies, at, seconds, volume, type = "sine") {
    const context = this.#context;
    if (!context) {
      return;
    }
    const start = context.currentTime + at;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + 0.01);
    gain.gain.setValueAtTime(volume, start + seconds * 0.6);
    gain.gain.linearRampToValueAtTime(0, start + seconds);
    gain.connect(context.destination);
    for (const frequency of frequencies) {
      const oscillator = new OscillatorNode(context, { frequency, type });
      oscillator.connect(gain);
      oscillator.start(start);
      oscillator.stop(start + seconds);
      oscillator.onended = () => (this.#playing = this.#playing.filter((each) => each !== oscillator));
      this.#playing.push(oscillator);
    }
  }
}

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const DTMF = Object.fromEntries(
  [..."123456789*0#"].map((key, i) => [key, [ROWS[Math.floor(i / 3)], COLUMNS[i % 3]]]),
);
