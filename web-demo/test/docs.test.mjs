import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect } from "../client/tandem.js";
import { problems } from "./fakes/compiler.mjs";
import { installBrowser } from "./fakes/browser.mjs";
import { FakeGateway } from "./fakes/gateway.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const guide = readFileSync(join(root, "docs/json-client.md"), "utf8");
const readme = readFileSync(join(root, "web-demo/client/README.md"), "utf8");

/** Those that use the client; the one without is in raw.test.mjs. */
const examples = [...`${guide}\n${readme}`.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code).filter((code) => code.includes("import "));

/** What the table says to write. */
const phrases = guide
  .split("\n")
  .filter((line) => /^\| .* \| `/.test(line))
  .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code))
  .filter((code) => code.includes("("));

/** What the examples leave to the reader. */
const READERS = `
declare const url: string, otherCall: Call;
declare function show(status: unknown): void;
declare function play(id: string, name: string | undefined, stream: MediaStream): void;
declare function remove(id: string): void;
declare const audio: HTMLAudioElement;
`;

const local = (code) =>
  code.replaceAll(/from "(https:\/\/gateway\.example\/client\/|tandem-client)([^"]*)"/g, (all, where, file) => `from "./${file || "tandem.js"}"`);

/** Ellipses stand for what the reader adds. */
const whole = (code) => code.replace(", … }", " }").replace("=> …", "=> {}").replace(", …)", ", () => {})");

test("the examples compile as they are printed", () => {
  assert.ok(examples.length >= 3 && phrases.length >= 20, `${examples.length} ${phrases.length}`);
  const files = {};
  examples.forEach((code, i) => {
    const phone = code.includes("const phone") ? "" : 'import type { Phone } from "./tandem.js";\ndeclare const phone: Phone;\n';
    const call = 'import type { Call } from "./tandem.js";\n';
    files[`example${i}.ts`] = `${call}${phone}${READERS}${local(code).replace('document.querySelector("audio")', "audio")}`;
  });
  phrases.forEach((code, i) => {
    const given = 'import { connect, type Call, type Phone } from "./tandem.js";\ndeclare const phone: Phone, call: Call;\n';
    files[`phrase${i}.ts`] = `${given}${READERS}declare const stream: MediaStream;\nexport async function use(): Promise<void> {\n${whole(code)};\n}`;
  });
  assert.deepEqual(problems(files), []);
});

test("the first example runs: it signs in, takes a call, and makes one", async () => {
  installBrowser();
  const gateway = new FakeGateway().install();
  const logged = [];
  const document = { querySelector: () => ({}) };
  const fetch = async () => ({ text: async () => "t" });
  const AsyncFunction = (async () => {}).constructor;
  const code = examples[0].replace(/^import .*$/m, "");
  const run = new AsyncFunction("connect", "document", "fetch", "console", `${code}\nreturn phone;`);
  const running = run(connect, document, fetch, { log: (...words) => logged.push(words.join(" ")) });
  assert.equal((await gateway.letIn()).token, "t");
  const phone = await running;
  const asked = await gateway.expect("call");
  assert.equal(asked.to, "+15551234567");
  gateway.reply(asked, { call: asked.call });
  gateway.tell("ended", { call: asked.call, by: "remote", code: "busy", sip: 486, text: "Busy Here", duration: 0 });
  gateway.tell("incoming", { call: "g1", from: { uri: "sip:bob@example.com" }, to: "sip:alice@example.com", sdp: "v=0\r\ns=offer\r\n", trickle: true, headers: {} });
  const accepted = await gateway.expect("accept");
  gateway.reply(accepted, { call: "g1", rev: 1 });
  for (let i = 0; i < 10; i++) {
    await turn();
  }
  assert.deepEqual(logged, ["ended", "busy 486 Busy Here", "sip:bob@example.com"]);
  const closed = phone.close();
  gateway.reply(await gateway.expect("unregister"));
  await closed;
  assert.equal(gateway.problem, undefined);
});
