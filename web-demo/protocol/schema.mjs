/** The schema of the JSON dialect, which the gateway serves, and how its definitions are sorted. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

export const SCHEMA_FOLDER = join(here, "../../gateway/src/main/resources/dev/tandem/gateway/json");

export const schema = JSON.parse(readFileSync(join(SCHEMA_FOLDER, "tandem.v1.schema.json"), "utf8"));

const ENVELOPES = ["request", "response", "event"];

/**
 * What a definition is: "request", "response" or "event" for messages, "envelope" for what these have in common, "frame"
 * for anything that one side sends, "other" for what only tutorials send, and "value" for parts of messages.
 */
export function kindOf(name) {
  if (ENVELOPES.includes(name)) {
    return "envelope";
  }
  if (/^(webrtc_signaling|tutorial)_/.test(name)) {
    return "other";
  }
  return name === "pong" ? "response" : (/_(request|response|event|frame)$/.exec(name)?.[1] ?? "value");
}

/** Names of all definitions of one kind, in the schema's order. */
export const namesOf = (kind) => Object.keys(schema.$defs).filter((name) => kindOf(name) === kind);

/** "#/$defs/call_id" → "call_id". */
export const nameIn = (reference) => reference.slice("#/$defs/".length);

/** What a definition says itself, and what it takes over from those that it refers to. */
export function resolve(node) {
  return node.$ref ? { ...resolve(schema.$defs[nameIn(node.$ref)]), ...node, $ref: undefined } : node;
}
