/** Who to call: what people type or paste, as user and domain. */

/**
 * @param {string} text "bob", "bob@host", "sip:bob@host;x=y", "tel:+49 30 123", "+49 (30) 123-45"
 * @param {string} domain used when the text names none
 * @returns {{user: string, domain: string} | null} null when nobody can be meant by the text
 */
export function parseAddress(text, domain) {
  let rest = text.trim();
  const scheme = /^(sips?|tel):/i.exec(rest);
  if (scheme) {
    rest = rest.slice(scheme[0].length);
  }
  rest = rest.split(/[;?]/, 1)[0];
  const at = rest.lastIndexOf("@");
  const user = squeezeNumber(at < 0 ? rest : rest.slice(0, at));
  const host = at < 0 ? domain : rest.slice(at + 1);
  const userIsSane = /^[A-Za-z0-9\-_.!~*'()&=+$,#%]+$/.test(user);
  const hostIsSane = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/.test(host);
  return userIsSane && hostIsSane ? { user, domain: host.toLowerCase() } : null;
}

/** Removes what people put into phone numbers to read them; leaves names alone. */
function squeezeNumber(user) {
  return /^\+?[\d\s().\-/*#]+$/.test(user) ? user.replace(/[\s().\-/]/g, "") : user.trim();
}

/** The address as a SIP URI; a "#" in the user part has to be escaped (RFC 3261 §25.1). */
export function toSipUri({ user, domain }) {
  return `sip:${user.replaceAll("#", "%23")}@${domain}`;
}

/** The address as people read it: without the domain when it is our own. */
export function toShortAddress(address, ownDomain) {
  return address.domain === ownDomain ? address.user : `${address.user}@${address.domain}`;
}

/** Two letters to stand for somebody: "Ada Lovelace" → "AL", "bob" → "BO", "+4930" → "+4". */
export function initials(name) {
  const parts = name.split(/[\s._-]+/).filter(Boolean);
  const letters = parts.length > 1 ? parts[0][0] + parts.at(-1)[0] : name.slice(0, 2);
  return letters.toUpperCase();
}
