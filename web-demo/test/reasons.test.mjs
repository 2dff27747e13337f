import assert from "node:assert/strict";
import { test } from "node:test";
import { schema } from "../protocol/schema.mjs";
import { cancelReason, endedReason, inviteReason, microphoneReason, registerReason } from "../src/phone/reasons.js";
import { callEndWords, otherWords, signInWords } from "../src/words.js";

test("480 is offline, unless a phone rang before", () => {
  assert.equal(inviteReason(480, false), "offline");
  assert.equal(inviteReason(480, true), "no-answer");
});

test("every final status has words of its own, and none of them is a bare reason", () => {
  for (let status = 300; status < 700; status++) {
    const words = callEndWords(inviteReason(status, false), { peer: "Bob", status });
    assert.doesNotMatch(words, /page|undefined/, `${status}: ${words}`);
  }
});

test("every code of the JSON dialect has words of its own", () => {
  for (const code of schema.$defs.code.enum) {
    for (const call of [{ answered: true }, { incoming: true }, { rang: true }, {}]) {
      assert.doesNotMatch(callEndWords(endedReason(code, call), { peer: "Bob" }), /page|undefined/, code);
    }
  }
  assert.equal(endedReason("unavailable", { rang: true }), "no-answer");
  assert.equal(endedReason("unavailable", {}), "offline");
  assert.equal(endedReason("cancelled", { incoming: true }), "missed");
});

test("every reason to fail at sign-in has words", () => {
  const facts = { server: "ws://host/ws", origin: "http://page", user: "bob", domain: "a.b" };
  for (const reason of ["unreachable", "refused", "elsewhere", registerReason(401), registerReason(503)]) {
    assert.doesNotMatch(signInWords(reason, facts), /undefined|went wrong/);
  }
});

test("a microphone that cannot be had is explained", () => {
  for (const name of ["NotAllowedError", "NotFoundError", "NotReadableError", "whatever"]) {
    const words = otherWords(microphoneReason({ name }), {});
    assert.match(words, /microphone/i, name);
  }
});

test("a CANCEL tells whether somebody else took the call (RFC 3326)", () => {
  assert.equal(cancelReason('SIP;cause=200;text="Call completed elsewhere"'), "answered-elsewhere");
  assert.equal(cancelReason("SIP;cause=487"), "missed");
  assert.equal(cancelReason(undefined), "missed");
});
