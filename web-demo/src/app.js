/**
 * The page: puts the views, the phone and the other tabs together. It knows of no SIP library; the phone behind it is
 * whichever was chosen at sign-in (phone/phone.js has the contract).
 *
 * For tests and integrators: elements carry data-testid, and `window.tandemDemo` gives the phone, the current or last
 * call, and its RTCPeerConnection.
 */
import { parseAddress, toShortAddress } from "./address.js";
import { LIBRARIES } from "./phone/libraries.js";
import { PhoneError } from "./phone/reasons.js";
import { Presence } from "./presence.js";
import { addRecentCall, carryToken, isToken, loadIceServers, loadSettings, recentCalls } from "./settings.js";
import { Sounds } from "./sounds.js";
import { CallView } from "./ui/call-view.js";
import { find, say, show } from "./ui/dom.js";
import { IncomingView } from "./ui/incoming-view.js";
import { buildKeypad } from "./ui/keypad.js";
import { drawPeople, drawRecent } from "./ui/people.js";
import { SignInView } from "./ui/sign-in.js";
import { callEndWords, isCalm, otherWords, signInWords } from "./words.js";

const sounds = new Sounds();
const presence = new Presence();
const settings = await loadSettings();
const signInView = new SignInView(settings, signIn);
const callView = new CallView(sounds, consult);
const incomingView = new IncomingView();

/** @type {import("./phone/phone.js").Phone|undefined} */
let phone;
/** @type {import("./phone/call.js").Call|undefined} */
let call;
let account;

window.tandemDemo = {
  get phone() {
    return phone;
  },
  get call() {
    return call;
  },
  get peerConnection() {
    return call?.peerConnection;
  },
};

buildKeypad(find("dial-keys"), typeKey, { withPlus: true, testid: "key" });
find("dial-form").addEventListener("submit", (event) => {
  event.preventDefault();
  dialTyped();
});
find("erase").addEventListener("click", () => {
  find("target").value = find("target").value.slice(0, -1);
  find("target").focus();
});
find("sign-out").addEventListener("click", () => leave());
find("notice-close").addEventListener("click", () => notice(""));
presence.addEventListener("change", drawOthers);
window.addEventListener("pagehide", () => call?.hangUp());
window.addEventListener("beforeunload", (event) => {
  if (call?.state === "active") {
    event.preventDefault();
  }
});
open("sign-in");
signInView.open();

async function signIn(wish) {
  sounds.unlock();
  const library = LIBRARIES.find(({ id }) => id === wish.library);
  try {
    const Phone = await library.load().catch(() => {
      throw new PhoneError("unreachable");
    });
    const token = isToken(wish.password) ? wish.password : undefined;
    carryToken(token);
    const signedIn = new Phone({ ...wish, token, iceServers: await loadIceServers(settings) });
    await signedIn.signIn();
    arrive(signedIn, library, wish);
  } catch (error) {
    const facts = { ...wish, origin: location.origin, status: error.status, detail: error.message };
    signInView.complain(signInWords(error.reason ?? "unexpected", facts));
  }
}

function arrive(signedIn, library, { user, domain, displayName }) {
  phone = signedIn;
  account = { user, domain, name: displayName || user, library: library.name, busy: false };
  phone.addEventListener("state", phoneChanged);
  phone.addEventListener("incoming", ({ detail }) => ring(detail));
  say(find("account-name"), toShortAddress(account, settings.domain));
  say(find("account-library"), library.name);
  presence.publish(account);
  open("desk");
  notice("");
  phoneChanged();
  drawOthers();
  drawRecent(recentCalls(accountKey()), dial);
  find("target").focus();
}

/** Back to the sign-in form: by wish, or because the gateway no longer accepts the account. */
async function leave(problem) {
  presence.withdraw();
  const left = phone;
  phone = undefined;
  open("sign-in");
  signInView.open(problem);
  await left?.signOut();
}

function phoneChanged() {
  if (!phone) {
    return;
  }
  const pill = find("connection");
  pill.dataset.state = phone.state;
  say(pill, { online: "Online", connecting: "Connecting…", reconnecting: "Reconnecting…", offline: "Offline" }[phone.state]);
  if (phone.state === "offline") {
    leave(signInWords(phone.offlineReason ?? "registration", { ...account, server: phone.settings.server }));
  }
}

function typeKey(key) {
  sounds.key(key);
  find("target").value += key;
}

function dialTyped() {
  const text = find("target").value;
  if (text.trim() === "") {
    const last = recentCalls(accountKey()).find(({ direction }) => direction === "outgoing");
    find("target").value = last ? toShortAddress(last, account.domain) : "";
    find("target").focus();
    return;
  }
  const peer = parseAddress(text, account.domain);
  if (peer) {
    dial(peer);
  } else {
    notice(otherWords("address"), "address");
  }
}

function dial({ user, domain, name }) {
  if (phone.state !== "online") {
    notice(otherWords("not-connected"), "not-connected");
  } else if (!phone.call) {
    notice("");
    sounds.stop();
    take(phone.dial({ user, domain, name }));
    callView.follow(call, account.domain);
    open("desk");
  }
}

/** Calls somebody while the call waits. */
async function consult(peer) {
  notice("");
  try {
    const second = await phone.consult(peer);
    if (second) {
      take(second);
      callView.follow(second, account.domain);
    }
  } catch (error) {
    notice(otherWords(error.reason ?? "unexpected", { detail: error.message }), error.reason);
  }
}

function ring(incoming) {
  notice("");
  sounds.ring();
  take(incoming);
  incomingView.follow(incoming, account.domain);
}

/** Follows a call from its first moment to its last. */
function take(taken) {
  call = taken;
  const startedAt = Date.now();
  let state = call.state;
  tellOthers(true);
  call.addEventListener("change", () => {
    if (taken.state !== state) {
      state = taken.state;
      stateEntered(taken, state);
    }
  });
  call.addEventListener("ended", () => over(taken, startedAt));
}

function stateEntered(taken, state) {
  if (state === "ringing") {
    sounds.ringback();
  } else if (state === "active") {
    sounds.stop();
    if (taken.direction === "incoming") {
      callView.follow(taken, account.domain);
    }
    announce(`On the call with ${nameOf(taken)}.`);
    show(find("dialer"), false);
    show(find("call"), true);
  } else if (state === "connecting") {
    sounds.stop();
  } else if (state === "incoming") {
    sounds.ring();
  }
}

function over(ended, startedAt) {
  sounds.stop();
  const goesOn = phone?.call;
  show(find("call"), Boolean(goesOn));
  show(find("dialer"), !goesOn);
  if (goesOn) {
    call = goesOn;
    callView.follow(goesOn, account.domain);
  }
  tellOthers(Boolean(goesOn));
  const { peer, direction, endReason: reason, endStatus: status, activeSince } = ended;
  const seconds = activeSince && Math.round((Date.now() - activeSince) / 1000);
  const entry = { ...peer, name: nameOf(ended), direction, reason, at: startedAt, seconds };
  drawRecent(addRecentCall(accountKey(), entry), dial);
  if (direction === "outgoing" && !isCalm(reason)) {
    sounds.busy();
  }
  const declinedByUs = direction === "incoming" && reason === "hung-up" && !activeSince;
  notice(declinedByUs ? `You declined ${nameOf(ended)}.` : callEndWords(reason, { peer: nameOf(ended), status }), reason);
  if (phone && !goesOn) {
    find("target").focus();
  }
}

function open(view) {
  document.body.dataset.view = view;
  show(find("sign-in"), view === "sign-in");
  show(find("desk"), view === "desk");
  const calling = view === "desk" && Boolean(phone?.call) && phone.call.state !== "incoming";
  show(find("call"), calling);
  show(find("dialer"), !calling);
}

/** One line above everything: how the last call ended, or what is wrong. Read out by screen readers. */
function notice(text, reason = "") {
  const bar = find("notice");
  say(find("notice-text"), text);
  bar.dataset.reason = reason;
  bar.dataset.calm = isCalm(reason);
  show(bar, text !== "");
  announce(text);
}

function announce(text) {
  say(find("announcer"), text);
}

function drawOthers() {
  if (phone) {
    const others = presence.others.filter(({ user, domain }) => user !== account.user || domain !== account.domain);
    drawPeople(others, account.domain, dial);
  }
}

function tellOthers(busy) {
  account.busy = busy;
  if (phone) {
    presence.publish(account);
  }
}

const accountKey = () => `${account.user}@${account.domain}`;
const nameOf = ({ peer }) => peer.name || peer.user;
