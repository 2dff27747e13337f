/**
 * Who is signed in in the tabs of this browser. It is about this device only; no server is asked.
 *
 * Each tab tells the others on a BroadcastChannel, and holds a Web Lock as long as it lives. The lock is the heartbeat:
 * the browser lets go of it even when a tab crashes, and timers of background tabs, which browsers slow down to one a
 * minute, do not matter.
 *
 * Event: "change" after `others` changed.
 */
export class Presence extends EventTarget {
  #id = crypto.randomUUID();
  #channel = new BroadcastChannel(NAME);
  #me;
  #release;
  #tabs = new Map();

  constructor() {
    super();
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#channel.postMessage({ kind: "ask" });
    setInterval(() => this.#forgetTheDead(), 2_000);
    window.addEventListener("pagehide", () => this.withdraw());
  }

  /**
   * Tells the other tabs.
   *
   * @param {{user: string, domain: string, name: string, library: string, busy: boolean}} me
   */
  publish(me) {
    this.#me = me;
    if (this.#release) {
      this.#tell();
      return;
    }
    const held = new Promise((resolve) => (this.#release = resolve));
    // Told only once the lock is held; otherwise a quick reader would take us for dead.
    navigator.locks?.request(lockOf(this.#id), () => {
      this.#tell();
      return held;
    });
  }

  withdraw() {
    this.#me = undefined;
    this.#release?.();
    this.#release = undefined;
    this.#channel.postMessage({ kind: "gone", id: this.#id });
  }

  /** The other tabs' accounts, one entry each, by name. */
  get others() {
    return [...this.#tabs.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  #tell() {
    if (this.#me) {
      this.#channel.postMessage({ kind: "here", id: this.#id, who: this.#me });
    }
  }

  #receive({ kind, id, who }) {
    if (kind === "ask") {
      this.#tell();
    } else if (kind === "here") {
      this.#tabs.set(id, who);
      this.#changed();
    } else if (this.#tabs.delete(id)) {
      this.#changed();
    }
  }

  async #forgetTheDead() {
    if (this.#tabs.size === 0) {
      return;
    }
    const alive = new Set((await navigator.locks.query()).held.map(({ name }) => name));
    const dead = [...this.#tabs.keys()].filter((id) => !alive.has(lockOf(id)));
    if (dead.length > 0) {
      dead.forEach((id) => this.#tabs.delete(id));
      this.#changed();
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

const NAME = "tandem-demo";
const lockOf = (id) => `${NAME}/${id}`;
