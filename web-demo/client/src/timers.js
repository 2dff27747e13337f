/** Timers by their names: one that is set again forgets what it was set to. */
export class Timers {
  #running = {};

  later(name, delay, action) {
    this.stop(name);
    this.#running[name] = setTimeout(() => {
      this.#running[name] = undefined;
      action();
    }, delay);
  }

  every(name, delay, action) {
    this.later(name, delay, () => {
      action();
      this.every(name, delay, action);
    });
  }

  isRunning(name) {
    return this.#running[name] !== undefined;
  }

  stop(name) {
    clearTimeout(this.#running[name]);
    this.#running[name] = undefined;
  }

  clear() {
    Object.keys(this.#running).forEach((name) => this.stop(name));
  }
}
