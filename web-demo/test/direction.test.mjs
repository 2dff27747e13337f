import assert from "node:assert/strict";
import { test } from "node:test";
import { audioDirection, remoteHoldAfter } from "../src/phone/direction.js";

const sdp = (direction) => `v=0\r\ns=-\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=${direction}\r\n`;
const after = (before, offerer, offered, answered) => {
  const offer = { type: "offer", sdp: sdp(offered) };
  const answer = { type: "answer", sdp: sdp(answered) };
  return offerer === "we" ? remoteHoldAfter(before, offer, answer) : remoteHoldAfter(before, answer, offer);
};

test("the direction of audio, not of another section", () => {
  const both = `v=0\r\nm=video 9 X 1\r\na=inactive\r\nm=audio 9 X 1\r\na=sendonly\r\n`;
  assert.equal(audioDirection(both), "sendonly");
  assert.equal(audioDirection("v=0\r\na=recvonly\r\nm=audio 9 X 1\r\n"), "recvonly");
  assert.equal(audioDirection("v=0\r\nm=audio 9 X 1\r\n"), "sendrecv");
});

test("they hold and resume", () => {
  assert.equal(after(false, "they", "sendonly", "recvonly"), true);
  assert.equal(after(true, "they", "sendrecv", "sendrecv"), false);
});

test("our own hold is not theirs", () => {
  assert.equal(after(false, "we", "sendonly", "recvonly"), false);
});

test("both hold, in either order", () => {
  assert.equal(after(true, "we", "inactive", "inactive"), true, "they first, then we");
  assert.equal(after(false, "they", "inactive", "inactive"), true, "we first, then they");
});

test("of two holds, one goes", () => {
  assert.equal(after(true, "we", "recvonly", "sendonly"), true, "we resume, they still hold");
  assert.equal(after(true, "they", "recvonly", "sendonly"), false, "they resume, we still hold");
});
