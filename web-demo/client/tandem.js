/**
 * A phone for web pages: calls, messages and presence over the JSON dialect of a Tandem gateway (tandem.v1).
 *
 *   const phone = await connect("wss://gateway.example/ws", { token, audio: document.querySelector("audio") });
 *   phone.on("incoming", (call) => call.accept());
 *   const call = phone.call("+15551234567");
 *
 * What it does by itself: it comes back after a lost connection, or a reload of the page, and the calls go on; it finds
 * a new way for the media when the network changes; it renews its login, and the credentials of TURN servers; when both
 * sides change a call in the same moment, it gives way and tries again. tandem.d.ts tells every name.
 */

import { Phone } from "./src/phone.js";

export { Call } from "./src/call.js";
export { TandemError } from "./src/problem.js";
export { Phone };

/**
 * Opens a connection and signs in. Rejects with a TandemError when the gateway does not want us, or is not there
 * ("unavailable"); only what was connected once is connected again.
 */
export function connect(url, options = {}) {
  const phone = new Phone(url, options);
  return phone.open().then(() => phone);
}
