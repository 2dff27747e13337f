import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { setImmediate as turn } from "node:timers/promises";
import { FakePeerConnection, installBrowser } from "./fakes/browser.mjs";
import { FakeGateway } from "./fakes/gateway.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const text = (path) => readFileSync(join(root, path), "utf8");
const raw = text("web-demo/client/examples/raw.js");

test("the documents print the examples byte for byte", () => {
  assert.ok(text("docs/json-client.md").includes("```js\n" + raw + "```"), "raw.js in docs/json-client.md");
  const page = text("web-demo/client/examples/call.html");
  assert.ok(text("README.md").includes("```html\n" + page + "```"), "call.html in README.md");
  assert.ok(page.trim().split("\n").length <= 30);
});

test("22 lines without any library make a call", async () => {
  assert.equal(raw.trim().split("\n").length, 22);
  installBrowser();
  const gateway = new FakeGateway().install();
  const hangupButton = {};
  const audio = {};
  const logged = [];
  const { WebSocket, RTCPeerConnection, navigator } = globalThis;
  const console = { log: (...words) => logged.push(words) };
  vm.runInNewContext(raw, { WebSocket, RTCPeerConnection, navigator, console, audio, hangupButton, TOKEN: "t" });
  await gateway.letIn();
  const call = await gateway.expect("call");
  const [pc] = FakePeerConnection.all;
  pc.found(null);
  await gateway.expect("candidate");
  gateway.reply(call, { call: "c1" });
  gateway.tell("progress", { call: "c1", status: 180, text: "Ringing" });
  gateway.tell("accepted", { call: "c1", rev: 1, sdp: "v=0\r\ns=answer\r\n" });
  await turn();
  gateway.tell("candidate", { call: "c1", candidate: null });
  assert.deepEqual([pc.signalingState, pc.candidates], ["stable", [null]]);
  pc.ontrack({ streams: ["their voice"] });
  assert.equal(audio.srcObject, "their voice");
  hangupButton.onclick();
  gateway.reply(await gateway.expect("hangup"));
  gateway.tell("ended", { call: "c1", by: "local", code: "normal", text: "", duration: 9 });
  assert.deepEqual(logged, [["ended", "normal", undefined]]);
  assert.equal(gateway.problem, undefined);
});
