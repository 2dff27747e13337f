/** What the gateway tells its page, and what a tab remembers. */

const DEFAULTS = { domain: "tandem.example", webSocketPath: "/ws", iceServersPath: "/ice-servers" };

/** GET demo/config.json; where there is none, the defaults. @returns {Promise<typeof DEFAULTS & {server: string}>} */
export async function loadSettings() {
  let told = {};
  try {
    const response = await fetch("demo/config.json", { cache: "no-store" });
    told = response.ok ? await response.json() : {};
  } catch {
    // Not reachable or not JSON: the same as not there.
  }
  const settings = { ...DEFAULTS, ...told };
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return { ...settings, server: `${scheme}//${location.host}${settings.webSocketPath}` };
}

const TOKEN_COOKIE = "tandem_token";

/** Whether what was typed as a password is a signed token (RFC 7519). */
export function isToken(text) {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

/**
 * Puts the token where a WebSocket takes it along; without one, takes an old one away. (An application's own server would
 * set it HttpOnly.)
 */
export function carryToken(token) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${TOKEN_COOKIE}=${token ?? ""}; path=/; SameSite=Strict${token ? "" : "; Max-Age=0"}${secure}`;
}

/** STUN and TURN servers for this user; none when the gateway gives none. @returns {Promise<RTCIceServer[]>} */
export async function loadIceServers(settings) {
  try {
    const response = await fetch(settings.iceServersPath, { cache: "no-store" });
    return response.ok ? ((await response.json()).iceServers ?? []) : [];
  } catch {
    return [];
  }
}

const TAB_KEY = "tandem-demo.sign-in";
const RECENT_KEY = "tandem-demo.recent";
const RECENT_LIMIT = 20;

/** What was typed at the last sign-in in this tab; `?user=…&library=…` in the address goes before. Never a password. */
export function rememberedSignIn() {
  const query = Object.fromEntries(new URLSearchParams(location.search));
  return { ...read(sessionStorage, TAB_KEY, {}), ...query };
}

export function rememberSignIn({ user, displayName, library }) {
  write(sessionStorage, TAB_KEY, { user, displayName, library });
}

/** The last calls of an account, latest first. */
export function recentCalls(account) {
  return read(localStorage, `${RECENT_KEY}.${account}`, []);
}

export function addRecentCall(account, call) {
  const calls = [call, ...recentCalls(account)].slice(0, RECENT_LIMIT);
  write(localStorage, `${RECENT_KEY}.${account}`, calls);
  return calls;
}

function read(storage, key, otherwise) {
  try {
    return JSON.parse(storage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden; it is a convenience.
  }
}
