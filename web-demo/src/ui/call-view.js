import { initials, parseAddress, toShortAddress } from "../address.js";
import { otherWords } from "../words.js";
import { buildKeypad } from "./keypad.js";
import { clockTime, find, part, say, show } from "./dom.js";
import { tintOf } from "./people.js";

const STATUS = {
  calling: "Calling…",
  ringing: "Ringing…",
  connecting: "Connecting…",
  active: "On the call",
};

/** The call in progress: who, how long, and what can be done. Follows one Call at a time. */
export class CallView {
  #card = find("call");
  #call;
  #ownDomain;
  #clock;
  #meters;
  #following;

  /**
   * @param {import("../sounds.js").Sounds} sounds
   * @param {(peer: object) => void} onConsult somebody is to be asked before the call is passed on
   */
  constructor(sounds, onConsult) {
    this.sounds = sounds;
    this.onConsult = onConsult;
    find("mute").addEventListener("click", () => this.#call.setMuted(!this.#call.muted));
    find("hold").addEventListener("click", () => this.#toggleHold());
    find("hang-up").addEventListener("click", () => this.#call.hangUp());
    find("keypad").addEventListener("click", () => this.#openKeypad(find("call-keypad").hidden));
    find("transfer").addEventListener("click", () => this.#openTransfer(find("call-transfer").hidden));
    find("call-transfer").addEventListener("submit", (event) => {
      event.preventDefault();
      const ask = event.submitter === find("transfer-ask");
      this.#withTarget((peer) => (ask ? this.onConsult(peer) : this.#trying(() => this.#call.transfer(peer))));
    });
    find("join").addEventListener("click", () => this.#trying(() => this.#call.phone.join()));
    buildKeypad(find("tone-keys"), (tone) => this.#send(tone), { testid: "tone" });
    this.#card.addEventListener("keydown", (event) => {
      if (!find("call-keypad").hidden && /^[0-9*#]$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
        this.#send(event.key);
      }
    });
  }

  /** Shows `call` and keeps it shown until it ends. */
  follow(call, ownDomain) {
    this.#stopFollowing();
    this.#call = call;
    this.#ownDomain = ownDomain;
    const name = call.peer.name || call.peer.user;
    say(find("call-peer"), name);
    say(find("call-address"), name === call.peer.user ? "" : toShortAddress(call.peer, ownDomain));
    say(find("call-avatar"), initials(name));
    find("call-avatar").dataset.tint = tintOf(name);
    say(find("sent-tones"), "");
    this.#openKeypad(false);
    this.#openTransfer(false);
    this.#draw();
    find("hang-up").focus();
    this.#following = new AbortController();
    const { signal } = this.#following;
    call.addEventListener("change", () => this.#draw(), { signal });
    call.addEventListener("tone", ({ detail }) => this.#hint(`${name} pressed ${detail}.`), { signal });
    call.addEventListener("ended", () => this.#stopFollowing(), { signal });
    this.#clock = setInterval(() => this.#tick(), 250);
    this.#meters = setInterval(() => this.#drawMedia(), 500);
  }

  #stopFollowing() {
    this.#following?.abort();
    clearInterval(this.#clock);
    clearInterval(this.#meters);
  }

  #draw() {
    const call = this.#call;
    const active = call.state === "active";
    this.#card.dataset.state = call.state;
    this.#card.dataset.held = call.localHold || call.remoteHold;
    say(find("call-status"), this.#status());
    this.#pressed(find("mute"), call.muted, call.muted ? "Unmute" : "Mute", call.muted ? "i-mic-off" : "i-mic");
    this.#pressed(find("hold"), call.localHold, call.localHold ? "Resume" : "Hold", call.localHold ? "i-resume" : "i-hold");
    find("mute").disabled = !active;
    find("hold").disabled = !active || !call.connected || Boolean(call.negotiating);
    find("keypad").disabled = !active;
    const waiting = call.phone?.waiting;
    find("transfer").disabled = !active || !call.connected || Boolean(call.negotiating || waiting);
    show(find("consultation"), Boolean(waiting));
    find("join").disabled = !active || !call.connected || Boolean(waiting?.negotiating);
    say(find("waiting-peer"), waiting ? `${waiting.peer.name || waiting.peer.user} is waiting on hold.` : "");
    say(find("hang-up").lastElementChild, active ? "Hang up" : "Cancel");
    this.#hint(this.#audioProblem());
    this.#tick();
  }

  #status() {
    const { state, connected, localHold, remoteHold, negotiating, muted } = this.#call;
    if (state !== "active") {
      return STATUS[state] ?? "";
    }
    if (!connected) {
      return "Connection lost, call kept. Reconnecting…";
    }
    if (negotiating === "hold") {
      return localHold ? "Resuming…" : "Putting on hold…";
    }
    if (negotiating === "transfer") {
      return "Putting through…";
    }
    if (localHold) {
      return remoteHold ? "On hold by both of you" : "On hold";
    }
    if (remoteHold) {
      return `${find("call-peer").textContent} put you on hold`;
    }
    return muted ? "You are muted" : STATUS.active;
  }

  #audioProblem() {
    switch (this.#call.state === "active" ? this.#call.audio : "fine") {
      case "new":
      case "connecting":
        return "Connecting the audio…";
      case "disconnected":
        return "The audio is interrupted. It comes back by itself when the network does.";
      case "failed":
        return this.#call.audioWasUp
          ? "The audio is lost. The other side may be gone; hang up and call again."
          : "The audio could not be connected. A firewall may be in the way.";
      default:
        return "";
    }
  }

  #hint(text) {
    say(find("call-hint"), text);
    show(find("call-hint"), text !== "");
  }

  #pressed(button, pressed, label, icon) {
    button.setAttribute("aria-pressed", pressed);
    say(button.querySelector("b"), label);
    button.querySelector("use").setAttribute("href", `#${icon}`);
  }

  #tick() {
    const { state, activeSince } = this.#call;
    const time = state === "active" ? clockTime(Math.floor((Date.now() - activeSince) / 1000)) : "";
    say(find("call-timer"), time);
  }

  #toggleHold() {
    return this.#trying(() => this.#call.setHold(!this.#call.localHold));
  }

  /** Does something that the other side may refuse, and says so if it does. */
  async #trying(change) {
    const call = this.#call;
    try {
      await change();
    } catch (error) {
      if (call.state !== "ended" && call === this.#call) {
        this.#hint(otherWords(error.reason ?? "unexpected", { detail: error.message, status: error.status }));
      }
    }
  }

  #openTransfer(open) {
    show(find("call-transfer"), open);
    find("transfer").setAttribute("aria-expanded", open);
    if (open) {
      find("transfer-target").value = "";
      find("transfer-target").focus();
    }
  }

  #withTarget(use) {
    const peer = parseAddress(find("transfer-target").value, this.#ownDomain);
    if (peer) {
      this.#openTransfer(false);
      use(peer);
    } else {
      this.#hint(otherWords("address"));
    }
  }

  #openKeypad(open) {
    show(find("call-keypad"), open);
    find("keypad").setAttribute("aria-expanded", open);
    if (open) {
      find("tone-keys").firstElementChild.focus();
    }
  }

  #send(tone) {
    this.#call.sendTone(tone);
    this.sounds.key(tone);
    say(find("sent-tones"), find("sent-tones").textContent + tone);
  }

  async #drawMedia() {
    const connection = this.#call.peerConnection;
    if (!connection || connection.signalingState === "closed") {
      return;
    }
    const facts = readStats(await connection.getStats());
    const levels = find("call-levels");
    part(levels, "local").style.transform = `scaleX(${loudness(facts.localLevel)})`;
    part(levels, "remote").style.transform = `scaleX(${loudness(facts.remoteLevel)})`;
    if (find("call-details").open) {
      const rows = Object.entries(facts.words).flatMap(([term, value]) => [element("dt", term), element("dd", value)]);
      find("call-facts").replaceChildren(...rows);
    }
  }
}

/** What a person wants to know of getStats(). */
function readStats(report) {
  const byType = (type) => [...report.values()].filter((each) => each.type === type);
  const inbound = byType("inbound-rtp")[0] ?? {};
  const outbound = byType("outbound-rtp")[0] ?? {};
  const fromThere = byType("remote-inbound-rtp")[0] ?? {};
  const pair = byType("candidate-pair").find((each) => each.nominated && each.state === "succeeded") ?? {};
  const codec = report.get(inbound.codecId ?? outbound.codecId) ?? {};
  const route = [pair.localCandidateId, pair.remoteCandidateId].map((id) => report.get(id)?.candidateType).join(" ↔ ");
  const milliseconds = (seconds) => (seconds === undefined ? "–" : `${Math.round(seconds * 1000)} ms`);
  return {
    localLevel: byType("media-source")[0]?.audioLevel,
    remoteLevel: inbound.audioLevel,
    words: {
      Codec: codec.mimeType ? `${codec.mimeType.replace("audio/", "")}, ${codec.clockRate / 1000} kHz` : "–",
      "Packets in": `${inbound.packetsReceived ?? 0}, ${inbound.packetsLost ?? 0} lost`,
      "Packets out": `${outbound.packetsSent ?? 0}`,
      Jitter: milliseconds(inbound.jitter),
      "Round trip": milliseconds(pair.currentRoundTripTime ?? fromThere.roundTripTime),
      Route: pair.id ? route : "–",
    },
  };
}

/** An audio level from 0 to 1, as the ear would place it on a bar. */
const loudness = (level) => Math.min(1, Math.sqrt(level ?? 0)).toFixed(3);

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
