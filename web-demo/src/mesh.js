/**
 * The page of a room: signs in by the JSON dialect, and connects everybody with everybody by client/mesh.js. A page that is
 * loaded again goes back into its room without asking: the tab keeps the session.
 *
 * For tests and integrators: elements carry data-testid, and `window.tandemRoom` has the phone and the mesh.
 */
import { Mesh } from "../client/mesh.js";
import { connect } from "../client/tandem.js";
import { initials } from "./address.js";
import { openMicrophone } from "./phone/microphone.js";
import { PhoneError } from "./phone/reasons.js";
import { loadSettings } from "./settings.js";
import { copyOf, find, part, say, show } from "./ui/dom.js";
import { tintOf } from "./ui/people.js";
import { otherWords, signInWords } from "./words.js";

const ROOM_KEY = "tandem-demo.room";

const STATES = { online: "Online", connecting: "Connecting…", reconnecting: "Reconnecting…", offline: "Offline" };

/** What a connection's state says to people. */
const SOUND = { connected: "here", disconnected: "connection lost", failed: "connection lost" };

const REASONS = {
  unavailable: "unreachable",
  auth_failed: "credentials",
  replaced: "replaced",
  room_full: "room-full",
};

const settings = await loadSettings();
/** What there is while we are in a room. @type {{phone?: object, mesh?: Mesh, stream?: MediaStream}} */
const here = (window.tandemRoom = {});

find("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  const room = find("room-name").value.trim();
  enter(room, { user: find("user").value.trim(), password: find("password").value });
});
find("leave").addEventListener("click", () => leave());
find("mute").addEventListener("click", () => mute(find("mute").getAttribute("aria-pressed") !== "true"));

const before = sessionStorage.getItem(ROOM_KEY);
find("room-name").value = before ?? new URLSearchParams(location.search).get("room") ?? "";
if (before) {
  enter(before, {});
} else {
  show(find("enter"), true);
}

async function enter(room, login) {
  const button = find("enter-button");
  button.disabled = true;
  try {
    here.stream = await openMicrophone();
    here.phone = await connect(settings.server, { ...login, storage: sessionStorage });
    here.phone.on("state", connectionChanged);
    here.mesh = new Mesh(here.phone, room, { stream: here.stream });
    here.mesh.onpeer = draw;
    here.mesh.onclose = (problem) => leave(problem ?? new PhoneError("room-closed"));
    await here.mesh.join(here.phone.user);
    sessionStorage.setItem(ROOM_KEY, room);
    say(find("room-title"), `${here.phone.user} in ${room}`);
    connectionChanged({ state: here.phone.state });
    show(find("enter"), false);
    show(find("room"), true);
  } catch (problem) {
    // Who was only loaded again too late is asked who it is, and not told of a wrong password.
    await leave(login.user ? problem : undefined);
  }
  button.disabled = false;
}

/** Back to the form: by wish, or for a reason to tell. */
async function leave(problem) {
  const { phone, mesh, stream } = here;
  sessionStorage.removeItem(ROOM_KEY);
  delete here.phone;
  delete here.mesh;
  stream?.getTracks().forEach((track) => track.stop());
  mute(false);
  find("password").value = "";
  say(find("problem"), problem ? words(problem) : "");
  show(find("problem"), Boolean(problem));
  show(find("room"), false);
  show(find("enter"), true);
  await mesh?.leave().catch(() => {}); // it may be closed already
  await phone?.close();
}

function words({ reason, code, sip, message }) {
  const facts = { server: settings.server, domain: settings.domain, user: find("user").value, status: sip, detail: message };
  const why = reason ?? REASONS[code] ?? "unexpected";
  return ["unreachable", "credentials"].includes(why) ? signInWords(why, facts) : otherWords(why, facts);
}

function connectionChanged({ state, code }) {
  const pill = find("connection");
  pill.dataset.state = state;
  say(pill, STATES[state]);
  if (state === "offline" && here.phone) {
    leave({ code });
  }
}

function mute(on) {
  here.stream?.getAudioTracks().forEach((track) => (track.enabled = !on));
  find("mute").setAttribute("aria-pressed", on);
  say(find("mute"), on ? "Unmute" : "Mute");
}

/** Draws somebody whose sound is there, or takes away who has gone. */
function draw({ id, name = id, stream, state }) {
  const rows = find("people").children;
  let row = [...rows].find(({ dataset }) => dataset.peer === id);
  if (!stream) {
    row?.remove();
  } else {
    row ??= newRow(id, name);
    row.dataset.state = state;
    say(part(row, "about"), SOUND[state] ?? "connecting…");
    const audio = part(row, "audio");
    if (audio.srcObject !== stream) {
      audio.srcObject = stream;
    }
  }
  show(find("nobody"), rows.length === 0);
}

function newRow(id, name) {
  const row = copyOf("person");
  row.dataset.peer = id;
  row.dataset.user = name;
  part(row, "name").textContent = name;
  part(row, "avatar").textContent = initials(name);
  part(row, "avatar").dataset.tint = tintOf(name);
  find("people").append(row);
  return row;
}
