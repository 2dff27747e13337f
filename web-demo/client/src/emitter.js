/** Somebody to listen to. */
export class Emitter {
  #listeners = {};

  /** Returns a function that ends it. */
  on(type, listener) {
    const all = (this.#listeners[type] ??= new Set());
    all.add(listener);
    return () => all.delete(listener);
  }

  emit(type, detail) {
    for (const listener of [...(this.#listeners[type] ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        setTimeout(() => {
          throw error; // told as the page's own, and keeps nobody else from hearing
        }, 0);
      }
    }
  }
}
