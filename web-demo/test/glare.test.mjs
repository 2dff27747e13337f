import assert from "node:assert/strict";
import { test } from "node:test";
import { glareDelay } from "../src/phone/call.js";

test("after 491 the two sides wait in ranges that do not meet, in steps of 10 ms (RFC 3261 §14.1)", () => {
  assert.deepEqual([glareDelay("incoming", () => 0), glareDelay("incoming", () => 1)], [0, 2_000]);
  assert.deepEqual([glareDelay("outgoing", () => 0), glareDelay("outgoing", () => 1)], [2_100, 4_000]);
  assert.equal(glareDelay("incoming", () => 0.3333) % 10, 0);
});
