/**
 * Why signing in or a call did not go on. Adapters name one of these reasons; `words.js` says it to people.
 *
 * Signing in: unreachable, refused, elsewhere, credentials, registration.
 * Microphone: insecure, microphone-denied, microphone-missing, microphone-busy.
 * End of a call: hung-up, cancelled, missed, answered-elsewhere, unknown-user, offline, no-answer, busy, declined,
 * forbidden, media, connection, server, failed.
 */
export class PhoneError extends Error {
  /**
   * @param {string} reason one of the names above
   * @param {number} [status] the SIP status behind it, when there was one
   */
  constructor(reason, status) {
    super(status ? `${reason} (${status})` : reason);
    this.name = "PhoneError";
    this.reason = reason;
    this.status = status;
  }
}

/** The reason behind a final error response to REGISTER. */
export function registerReason(status) {
  return [401, 403, 404, 407].includes(status) ? "credentials" : "registration";
}

/**
 * The reason behind a final error response to our INVITE.
 *
 * @param {number} status the SIP status
 * @param {boolean} rang whether a phone rang before: 480 means "nobody is there" without ringing, and "nobody
 *     answered" after it
 */
export function inviteReason(status, rang) {
  switch (status) {
    case 404:
    case 410:
    case 484:
    case 604:
      return "unknown-user";
    case 480:
    case 430:
      return rang ? "no-answer" : "offline";
    case 408:
    case 487:
      return "no-answer";
    case 486:
    case 600:
      return "busy";
    case 603:
    case 607:
      return "declined";
    case 401:
    case 403:
    case 407:
      return "forbidden";
    case 415:
    case 488:
    case 606:
      return "media";
    default:
      return status >= 500 && status < 600 ? "server" : "failed";
  }
}

/** Why an incoming call stopped ringing, from the Reason header of its CANCEL (RFC 3326), if any. */
export function cancelReason(header) {
  return /cause\s*=\s*200\b/.test(header ?? "") ? "answered-elsewhere" : "missed";
}

/**
 * The reason behind the end of a call by the JSON dialect.
 *
 * @param {string} code of `ended`
 * @param {{answered: boolean, incoming: boolean, rang: boolean}} call how far it had come
 */
export function endedReason(code, { answered, incoming, rang }) {
  if (code === "client_lost") {
    return "connection";
  }
  if (code === "elsewhere") {
    return "answered-elsewhere";
  }
  if (answered) {
    return "hung-up";
  }
  if (incoming) {
    return code === "not_acceptable" ? "media" : "missed";
  }
  return code === "unavailable" && rang ? "no-answer" : (REASONS_BY_CODE[code] ?? "failed");
}

const REASONS_BY_CODE = {
  busy: "busy",
  declined: "declined",
  no_answer: "no-answer",
  cancelled: "no-answer",
  unavailable: "offline",
  not_found: "unknown-user",
  gone: "unknown-user",
  bad_number: "unknown-user",
  forbidden: "forbidden",
  auth_failed: "forbidden",
  not_acceptable: "media",
  no_circuit: "server",
  trunk_down: "server",
  overloaded: "server",
  timeout: "server",
  server_error: "server",
};

/** The reason behind a failed getUserMedia. */
export function microphoneReason(error) {
  switch (error?.name) {
    case "NotAllowedError":
    case "SecurityError":
      return "microphone-denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "microphone-missing";
    default:
      return "microphone-busy";
  }
}
