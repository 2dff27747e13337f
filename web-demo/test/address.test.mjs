import assert from "node:assert/strict";
import { test } from "node:test";
import { initials, parseAddress, toShortAddress, toSipUri } from "../src/address.js";

const parsed = (text) => {
  const address = parseAddress(text, "tandem.example");
  return address && `${address.user}@${address.domain}`;
};

test("a name alone is somebody of our own domain", () => {
  assert.equal(parsed(" bob "), "bob@tandem.example");
});

test("addresses are understood the way people paste them", () => {
  assert.equal(parsed("bob@Other.Example"), "bob@other.example");
  assert.equal(parsed("sip:bob@10.0.0.1:5070;transport=ws"), "bob@10.0.0.1:5070");
  assert.equal(parsed("SIPS:bob@[2001:db8::1]"), "bob@[2001:db8::1]");
  assert.equal(parsed("tel:+49-30-123"), "+4930123@tandem.example");
});

test("numbers lose what is there to read them, names do not", () => {
  assert.equal(parsed("+49 (30) 123-45.6"), "+4930123456@tandem.example");
  assert.equal(parsed("*21#"), "*21#@tandem.example");
  assert.equal(parsed("anna-lena.b"), "anna-lena.b@tandem.example");
});

test("what cannot be called is refused", () => {
  for (const text of ["", "  ", "@host", "bob@", "bob marley", "bob@ho st", "bob\r\nVia: x", "bob>"]) {
    assert.equal(parsed(text), null, JSON.stringify(text));
  }
});

test("a hash is escaped in the URI", () => {
  assert.equal(toSipUri({ user: "*21#", domain: "a.b" }), "sip:*21%23@a.b");
});

test("our own domain goes without saying", () => {
  assert.equal(toShortAddress({ user: "bob", domain: "a.b" }, "a.b"), "bob");
  assert.equal(toShortAddress({ user: "bob", domain: "c.d" }, "a.b"), "bob@c.d");
});

test("initials", () => {
  assert.equal(initials("Ada King Lovelace"), "AL");
  assert.equal(initials("bob"), "BO");
});
