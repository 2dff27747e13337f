import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { referencePage } from "../protocol/page.mjs";
import { SCHEMA_FOLDER, namesOf, schema } from "../protocol/schema.mjs";
import { problems } from "./fakes/compiler.mjs";

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

test("the AsyncAPI document is one", () => {
  const ajv = new Ajv({ strict: false, logger: false, validateFormats: false });
  const valid = ajv.compile(require("@asyncapi/specs/schemas/3.0.0-without-$id.json"));
  const document = JSON.parse(readFileSync(join(SCHEMA_FOLDER, "tandem.v1.asyncapi.json"), "utf8"));
  assert.ok(valid(document), JSON.stringify(valid.errors?.slice(0, 3)));
});

test("the reference page tells every message, and its links lead somewhere", () => {
  const page = referencePage();
  for (const kind of ["request", "response", "event", "other", "value"]) {
    for (const name of namesOf(kind)) {
      assert.ok(page.includes(`<section id="${name}">`), name);
    }
  }
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) {
    assert.ok(page.includes(`id="${target}"`), target);
  }
  assert.doesNotMatch(page, /undefined|\[object/);
});

test("the types are right: every example of the schema is of its type, and a program can use the client", () => {
  const examples = Object.entries(schema.$defs).flatMap(([name, { examples = [] }]) =>
    /_(request|response|event)$/.test(name) ? examples.map((example) => [typeName(name), example]) : [],
  );
  const uses = examples.map(([type, example]) => `check<P.${type}>(${JSON.stringify(example)});`);
  const program = `import type * as P from "./protocol.js";
function check<T>(frame: T): void { void frame; }
${uses.join("\n")}
// @ts-expect-error
check<P.CallRequest>({ type: "call", call: "c1" });
// @ts-expect-error
check<P.EndedEvent>({ type: "ended", seq: 1, call: "c1", by: "remote", code: "oops", text: "", duration: 0 });
`;
  assert.ok(examples.length > 80);
  const use = `import { connect, TandemError, type Call } from "./tandem.js";
import { Mesh } from "./mesh.js";
export async function use(audio: HTMLAudioElement): Promise<Call> {
  const phone = await connect("wss://gateway.example/ws", { token: async () => "t", audio, storage: sessionStorage });
  phone.on("incoming", async (call) => { await call.accept(); call.on("ended", ({ code }) => code === "busy"); });
  phone.on("message", ({ from, body }) => console.log(from.display, body));
  const reply = await phone.request("join", { room: "r" });
  reply.peers.map(({ polite }) => polite);
  // @ts-expect-error
  phone.request("join", { rom: "r" });
  // @ts-expect-error
  phone.on("incomming", () => {});
  await new Mesh(phone, "r").join("Alice", { max: 3 });
  await phone.message("bob", "hi").catch((problem: TandemError) => problem.code === "not_found");
  return phone.call("bob", { timeout: 30 });
}`;
  assert.deepEqual(problems({ "examples.ts": program, "use.ts": use }), []);
});

const typeName = (name) => name.replace(/(^|_)([a-z])/g, (all, before, letter) => letter.toUpperCase());
