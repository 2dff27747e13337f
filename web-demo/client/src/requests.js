import { TandemError } from "./problem.js";
import { newId } from "./values.js";

/** How much may wait for a connection. */
const OUTBOX = 256;

/** What was asked of the gateway and has no reply, and what waits for a connection. */
export class Requests {
  #ids = 0;
  #page = newId(""); // the session may know ids of the page from before it was loaded again
  #pending = new Map(); // id → {frame, resolve, reject}
  #outbox = []; // what wants no reply

  nextId() {
    return `${this.#page}.${++this.#ids}`;
  }

  /** Resolves with the reply; `send` is called with the frame. */
  ask(type, fields, send) {
    return new Promise((resolve, reject) => {
      const frame = { type, id: this.nextId(), ...fields };
      this.#pending.set(frame.id, { frame, resolve, reject });
      send(frame);
    });
  }

  keep(frame) {
    if (this.#outbox.length < OUTBOX) {
      this.#outbox.push(frame);
    }
  }

  /** There is a connection again. What may have been lost is sent under its id, which does nothing twice. */
  sendAll(send) {
    [...this.#pending.values()].forEach(({ frame }) => send(frame));
    this.#outbox.splice(0).forEach(send);
  }

  replied(message) {
    const request = this.#pending.get(message.re);
    this.#pending.delete(message.re);
    message.ok ? request?.resolve(message) : request?.reject(new TandemError(message.error));
  }

  abandon(problem) {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    pending.forEach(({ reject }) => reject(new TandemError(problem)));
  }
}
