/** Reading hold out of SDP (RFC 3264 §8.4). Pure, because browsers do not tell who put whom on hold. */

/** The direction of the first audio section: sendrecv, sendonly, recvonly or inactive. */
export function audioDirection(sdp) {
  const sections = sdp.split(/^m=/m);
  const audio = sections.find((section) => section.startsWith("audio")) ?? "";
  const pattern = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m;
  return (pattern.exec(audio) ?? pattern.exec(sections[0]))?.[1] ?? "sendrecv";
}

/**
 * Whether the other side holds the call, after an offer/answer exchange.
 *
 * The other side holds when it does not want to hear us: its direction lacks "recv". An answer says so only if we
 * offered to send; when we did not, it had no choice, and what was true before still is.
 *
 * @param {boolean} before whether it held before the exchange
 * @param {{type: string, sdp: string}} local our description
 * @param {{type: string, sdp: string}} remote its description
 */
export function remoteHoldAfter(before, local, remote) {
  const weOfferedToSend = audioDirection(local.sdp).startsWith("send");
  if (remote.type === "answer" && !weOfferedToSend) {
    return before;
  }
  return !audioDirection(remote.sdp).endsWith("recv") && audioDirection(remote.sdp) !== "recvonly";
}
