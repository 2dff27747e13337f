import { HttpSocket } from "./http-socket.js";

/**
 * The way to the gateway: one connection at a time, by a WebSocket, or by HTTP where none opens. Its owner hears of every
 * frame, and of the connection's end.
 */
export class Transport {
  /** @type {"websocket"|"http"} */
  kind = "websocket";

  #url;
  #http; // whether HTTP may be tried
  #owner;
  #socket;
  #greeted = false; // on this connection
  #spare; // a WebSocket that may take the place of HTTP

  /** @param owner has receive(frame) and closed(code) */
  constructor(url, http, owner) {
    this.#url = url;
    this.#http = http;
    this.#owner = owner;
  }

  /** Gives the connection up, if there is one, and makes another. */
  open() {
    this.#use(this.kind === "http" ? new HttpSocket(this.#url) : this.#webSocket());
  }

  #webSocket() {
    return new WebSocket(this.#url, "tandem.v1");
  }

  #use(socket) {
    this.drop();
    this.#socket = socket;
    this.#greeted = false;
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => socket === this.#socket && this.#owner.closed(code);
    // Of one that the page's policy forbids, browsers tell nothing else.
    socket.onerror = () => socket === this.#socket && !this.#greeted && this.#owner.closed();
  }

  #receive(frame) {
    this.#greeted ||= frame.type === "welcome";
    this.#owner.receive(frame);
  }

  send(frame) {
    if (this.#socket?.readyState === 1) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  drop() {
    const socket = this.#socket;
    this.#socket = undefined;
    try {
      socket?.close();
    } catch {
      // It was none any more.
    }
  }

  /** The connection has come to nothing. Returns whether the other kind is worth a try, at once. */
  failed() {
    this.drop();
    const other = this.kind === "websocket" && !this.#greeted && this.#http;
    this.kind = other || (this.kind === "http" && this.#greeted) ? "http" : "websocket";
    return other;
  }

  /**
   * From HTTP to a WebSocket, when one opens. Until then nothing changes.
   *
   * @param wanted whether it still is
   * @param before is called before the WebSocket is used
   */
  upgrade(wanted, before) {
    this.#spare?.close();
    const socket = (this.#spare = this.#webSocket());
    socket.onmessage = (greeting) => {
      if (this.#spare === socket && wanted()) {
        this.#spare = undefined;
        this.kind = "websocket";
        before();
        this.#use(socket);
        socket.onmessage(greeting);
      } else {
        socket.close();
      }
    };
  }

  /** For good. */
  close() {
    this.#spare?.close();
    this.drop();
  }
}
