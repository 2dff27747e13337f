import { initials, toShortAddress } from "../address.js";
import { callEndWords } from "../words.js";
import { find, say, show } from "./dom.js";
import { tintOf } from "./people.js";

/** The card of a ringing call: a modal dialog, with the page's title flashing for those who look elsewhere. */
export class IncomingView {
  #dialog = find("incoming");
  #call;
  #title = document.title;
  #flashing;

  constructor() {
    find("accept").addEventListener("click", () => this.#accept());
    find("decline").addEventListener("click", () => this.#call.decline());
    // Escape closes dialogs; a call is declined by choice only.
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  /** Shows `call` until it is accepted or over. */
  follow(call, ownDomain) {
    this.#call = call;
    const name = call.peer.name || call.peer.user;
    say(find("incoming-peer"), name);
    say(find("incoming-address"), name === call.peer.user ? "" : toShortAddress(call.peer, ownDomain));
    say(find("incoming-avatar"), initials(name));
    find("incoming-avatar").dataset.tint = tintOf(name);
    this.#complain("");
    this.#dialog.showModal();
    find("accept").focus();
    this.#flash(name);
    call.addEventListener("change", () => {
      if (this.#call === call) {
        this.#draw();
      }
    });
    this.#draw();
  }

  async #accept() {
    this.#complain("");
    try {
      await this.#call.accept();
    } catch (error) {
      this.#complain(callEndWords(error.reason, { peer: find("incoming-peer").textContent }));
    }
  }

  #draw() {
    const { state } = this.#call;
    find("accept").disabled = state === "connecting";
    say(find("incoming-text"), state === "connecting" ? "Connecting…" : "Incoming call");
    if (state !== "incoming" && state !== "connecting") {
      this.#close();
    }
  }

  #complain(text) {
    say(find("incoming-error"), text);
    show(find("incoming-error"), text !== "");
  }

  #flash(name) {
    clearInterval(this.#flashing);
    const turns = [`☎ ${name} is calling`, this.#title];
    let turn = 0;
    document.title = turns[0];
    this.#flashing = setInterval(() => (document.title = turns[++turn % 2]), 1_000);
  }

  #close() {
    this.#dialog.close();
    clearInterval(this.#flashing);
    document.title = this.#title;
  }
}
