import assert from "node:assert/strict";
import { test } from "node:test";
import { mendDelay } from "../src/phone/audio.js";

const broken = { audio: "disconnected", connected: true, negotiating: undefined, direction: "outgoing" };

test("audio that works, or begins to, is left alone", () => {
  for (const audio of ["new", "connecting", "connected", "closed"]) {
    assert.equal(mendDelay({ ...broken, audio }, 0), undefined);
  }
});

test("audio that broke gets some seconds to come back by itself, and none once ICE has given up", () => {
  assert.ok(mendDelay(broken, 0) > 0);
  assert.equal(mendDelay({ ...broken, audio: "failed" }, 0), 0);
});

test("the two sides do not restart in the same moment", () => {
  for (const audio of ["disconnected", "failed"]) {
    const called = { ...broken, audio, direction: "incoming" };
    assert.ok(mendDelay(called, 0) - mendDelay({ ...broken, audio }, 0) >= 1_000);
  }
});

test("what did not help is not repeated at once", () => {
  assert.ok(mendDelay({ ...broken, audio: "failed" }, 1) > mendDelay(broken, 0));
});

test("nothing is offered without connection, nor while another change is under way", () => {
  assert.equal(mendDelay({ ...broken, connected: false }, 0), undefined);
  assert.equal(mendDelay({ ...broken, negotiating: "hold" }, 0), undefined);
});
