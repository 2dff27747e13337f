/** What was given, or what the function that was given gives. */
export const valueOf = async (given) => (typeof given === "function" ? given() : given);

/** Nobody else has such a name. */
export const newId = (prefix) => prefix + Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join("");
