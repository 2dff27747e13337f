import { initials, toShortAddress } from "../address.js";
import { clockTime, copyOf, find, part, show } from "./dom.js";

/** Draws the accounts of the other tabs. @param {(peer: object) => void} onCall */
export function drawPeople(people, ownDomain, onCall) {
  const rows = people.map((who) => {
    const row = person(who.name, () => onCall(who));
    part(row, "about").textContent = [
      ...(who.name === who.user ? [] : [toShortAddress(who, ownDomain)]),
      who.library,
      who.busy ? "on a call" : "available",
    ].join(" · ");
    row.dataset.user = who.user;
    row.classList.toggle("busy", who.busy);
    return row;
  });
  find("people").replaceChildren(...rows);
  show(find("nobody"), rows.length === 0);
}

/** Draws the last calls. @param {(peer: object) => void} onCall */
export function drawRecent(calls, onCall) {
  const rows = calls.slice(0, 8).map((call) => {
    const row = person(call.name, () => onCall(call));
    part(row, "about").textContent = `${outcome(call)} · ${whenOf(call.at)}`;
    row.classList.toggle("missed", call.reason === "missed");
    row.dataset.direction = call.direction;
    return row;
  });
  find("recent").replaceChildren(...rows);
  show(find("no-recent"), rows.length === 0);
}

/** The colour of somebody's avatar, one of six, the same each time. */
export function tintOf(name) {
  let hash = 0;
  for (const letter of name.toLowerCase()) {
    hash = (hash * 31 + letter.codePointAt(0)) % 6007;
  }
  return String(hash % 6);
}

function person(name, call) {
  const row = copyOf("person");
  const avatar = part(row, "avatar");
  avatar.textContent = initials(name);
  avatar.dataset.tint = tintOf(name);
  part(row, "name").textContent = name;
  part(row, "call").setAttribute("aria-label", `Call ${name}`);
  part(row, "call").addEventListener("click", call);
  return row;
}

function outcome({ direction, reason, seconds }) {
  if (seconds !== undefined) {
    return `${direction === "incoming" ? "Incoming" : "Outgoing"}, ${clockTime(seconds)}`;
  }
  return OUTCOMES[reason] ?? (direction === "incoming" ? "Missed" : "Not connected");
}

const OUTCOMES = {
  "hung-up": "Declined",
  "answered-elsewhere": "Answered elsewhere",
  cancelled: "Cancelled",
  "no-answer": "No answer",
  offline: "Offline",
  busy: "Busy",
  declined: "Declined",
};

function whenOf(at) {
  const then = new Date(at);
  const today = new Date().toDateString() === then.toDateString();
  const options = today ? { timeStyle: "short" } : { dateStyle: "medium" };
  return new Intl.DateTimeFormat(undefined, options).format(then);
}
