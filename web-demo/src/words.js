/** What the page says. Every sentence tells what happened and, where somebody can do something, what. */

const SIGN_IN = {
  unreachable: (s) => `Cannot reach ${s.server}. Is the gateway running, and is this the right address?`,
  refused: (s) =>
    `${s.server} is there, but it refuses this page. Its list of allowed origins must include ${s.origin}` +
    ", and the path must be the WebSocket path.",
  elsewhere: () =>
    "This page may connect only to the gateway that it came from. Open the page at the gateway you want to use.",
  credentials: (s) => `Wrong user name or password for ${s.user}@${s.domain}.`,
  registration: (s) => `The gateway did not accept the registration${code(s)}. Try again in a moment.`,
};

const MICROPHONE = {
  insecure: () => "Browsers give the microphone only to pages on https:// or on localhost. Open this page that way.",
  "microphone-denied": () => "The microphone is blocked. Allow it for this page in the browser's address bar, then try again.",
  "microphone-missing": () => "No microphone was found. Connect one, then try again.",
  "microphone-busy": () => "The microphone could not be opened. Another program may be using it.",
};

const CALL_END = {
  "hung-up": () => "Call ended.",
  transferred: () => "You put them through.",
  cancelled: () => "Call cancelled.",
  missed: (s) => `Missed call from ${s.peer}.`,
  "answered-elsewhere": () => "Answered on another device.",
  "unknown-user": (s) => `${s.peer} does not exist here. Check the name or number.`,
  offline: (s) => `${s.peer} is offline.`,
  "no-answer": (s) => `${s.peer} did not answer.`,
  busy: (s) => `${s.peer} is busy.`,
  declined: (s) => `${s.peer} declined the call.`,
  forbidden: (s) => `You are not allowed to call ${s.peer}.`,
  media: () => "The two phones have no audio format in common, or the audio could not be set up.",
  connection: () => "The call was lost because the connection to the gateway broke.",
  server: (s) => `The gateway or the network behind it could not place the call${code(s)}.`,
  failed: (s) => `The call failed${code(s)}.`,
  ...MICROPHONE,
};

const OTHER = {
  address: () => "That is not a name or number that can be called.",
  "not-connected": () => "There is no connection to the gateway right now. The phone reconnects by itself.",
  hold: () => "The other side did not agree to the change. The call goes on as it was.",
  transfer: (s) => `They could not be put through${code(s)}. The call goes on.`,
  "room-full": () => "The room is full.",
  "room-closed": () => "The room was closed.",
  replaced: () => "This session goes on in another tab.",
  unexpected: (s) => `Something went wrong in this page: ${s.detail}`,
};

const code = (s) => (s.status ? ` (code ${s.status})` : "");

const say = (table, reason, facts) => (table[reason] ?? OTHER.unexpected)({ detail: reason, ...facts });

/** Why signing in failed. Facts: server, origin, user, domain, status. */
export const signInWords = (reason, facts) => say({ ...SIGN_IN, ...MICROPHONE }, reason, facts);

/** How a call ended. Facts: peer, status. */
export const callEndWords = (reason, facts) => say(CALL_END, reason, facts);

/** Anything else. Facts: detail. */
export const otherWords = (reason, facts) => say({ ...OTHER, ...MICROPHONE }, reason, facts);

/** Reasons that are nobody's fault and need no red. */
export const isCalm = (reason) => ["hung-up", "cancelled", "answered-elsewhere", "transferred"].includes(reason);
