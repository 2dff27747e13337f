import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Mesh } from "../client/mesh.js";
import { FakePeerConnection, FakeStream, installBrowser } from "./fakes/browser.mjs";
import { mustBeValid } from "./fakes/gateway.mjs";

/** A room as the gateway keeps it: says who is there, and passes signals on, in order. */
class FakeRoom {
  #members = new Map();
  #lastId = 0;

  phone(name) {
    const listeners = {};
    let id;
    const hear = (type, told) => {
      mustBeValid(`${type}_event`, { type, seq: 1, room: "r", ...told });
      listeners[type]?.({ room: "r", ...told });
    };
    const others = () => [...this.#members].filter(([other]) => other !== id);
    const requests = {
      join: () => {
        if (this.#members.has(id)) {
          throw Object.assign(new Error(), { code: "wrong_state" });
        }
        id = `p${++this.#lastId}`;
        const peers = others().map(([other, member]) => ({ id: other, name: member.name, polite: true }));
        others().forEach(([, { hear }]) => hear("peer_joined", { peer: { id, name, polite: false } }));
        this.#members.set(id, { name, hear });
        return { self: id, peers };
      },
      leave: () => {
        this.#members.delete(id);
        others().forEach(([, { hear }]) => hear("peer_left", { peer: id }));
      },
      signal: ({ to, body }) => {
        const from = id;
        const text = JSON.stringify(body);
        setImmediate(() => this.#members.get(to)?.hear("signal", { from, body: JSON.parse(text) }));
      },
    };
    return {
      iceServers: [],
      on: (type, listener) => {
        listeners[type] = listener;
        return () => delete listeners[type];
      },
      request: async (type, fields) => {
        mustBeValid(`${type}_request`, { type, id: "1", room: "r", ...fields });
        return requests[type](fields);
      },
      hears: (type, told) => listeners[type]?.(told),
      isForgotten: () => requests.leave(),
    };
  }
}

async function settle() {
  for (let i = 0; i < 20; i++) {
    await turn();
  }
}

// A suite, so that its hooks are not those of every other test of the process.
describe("a mesh", () => {
  let room;

  beforeEach(() => {
    installBrowser();
    room = new FakeRoom();
  });

  const enter = async (name) => {
    const phone = room.phone(name);
    const mesh = new Mesh(phone, "r", { stream: new FakeStream() });
    Object.assign(mesh, { phone, heard: [] });
    mesh.onpeer = ({ name, stream }) => mesh.heard.push([name, stream]);
    mesh.onclose = () => mesh.heard.push("closed");
    await mesh.join(name);
    await offers(mesh);
    return mesh;
  };

  /** What a browser does when tracks are added. */
  const offers = async (mesh) => {
    mesh.peers.forEach(({ pc }) => pc.onnegotiationneeded());
    await settle();
  };

  const to = (mesh, name) => [...mesh.peers.values()].find((peer) => peer.name === name);

  const agreed = (mesh) => [...mesh.peers.values()].every(({ pc }) => pc.signalingState === "stable" && pc.remoteDescription);

  test("everybody is connected with everybody, by an offer of who came later", async () => {
    const all = [await enter("a"), await enter("b"), await enter("c")];
    assert.equal(FakePeerConnection.all.length, 6);
    all.forEach((mesh) => assert.ok(mesh.peers.size === 2 && agreed(mesh)));
    assert.equal(to(all[0], "b").pc.offers, 0);
    assert.equal(to(all[1], "a").pc.offers, 1);
  });

  test("of offers that cross, the impolite one's stands", async () => {
    const a = await enter("a");
    const b = await enter("b");
    // The real one takes its own offer back when another is set (W3C webrtc §4.4.1.5).
    const polite = to(b, "a").pc;
    const { setRemoteDescription } = FakePeerConnection.prototype;
    polite.setRemoteDescription = async function (description) {
      if (description.type === "offer" && this.signalingState === "have-local-offer") {
        await this.setLocalDescription({ type: "rollback" });
      }
      await setRemoteDescription.call(this, description);
    };
    to(a, "b").pc.onnegotiationneeded();
    polite.onnegotiationneeded();
    await settle();
    assert.ok(agreed(a) && agreed(b));
    assert.equal(polite.remoteDescription.type, "offer");
  });

  test("who leaves is closed and told", async () => {
    const a = await enter("a");
    const b = await enter("b");
    const { pc } = to(a, "b");
    await b.leave();
    assert.deepEqual(a.heard, [["b", undefined]]);
    assert.deepEqual([pc.signalingState, a.peers.size, b.peers.size], ["closed", 0, 0]);
  });

  test("a resumed session changes nothing when all that was missed follows", async () => {
    const [a, b] = [await enter("a"), await enter("b")];
    const { pc } = to(a, "b");
    b.phone.hears("resumed", { replay: "events" });
    await settle();
    assert.deepEqual([to(a, "b").pc, to(b, "a").pc.offers, a.heard], [pc, 1, []]);
  });

  test("who does not know what it missed enters anew, and is connected anew", async () => {
    const [a, b] = [await enter("a"), await enter("b")];
    const before = to(b, "a").pc;
    b.phone.hears("resumed", { replay: "snapshot" });
    await settle();
    await offers(b);
    assert.equal(before.signalingState, "closed");
    assert.deepEqual([a.heard, b.heard], [[["b", undefined]], [["a", undefined]]]);
    assert.ok(a.peers.size === 1 && b.peers.size === 1 && agreed(a) && agreed(b));
  });

  test("who was forgotten enters anew; a page that was loaded again takes its own place", async () => {
    const [a, b] = [await enter("a"), await enter("b")];
    b.phone.isForgotten();
    b.phone.hears("registered", {});
    await settle();
    await offers(b);
    assert.ok(agreed(a) && agreed(b));
    await b.join("b"); // as the page does that has no memory of it
    await settle();
    assert.equal(a.peers.size, 1);
  });

  test("a closed room is told", async () => {
    const [a] = [await enter("a"), await enter("b")];
    a.phone.hears("room_closed", { room: "r" });
    assert.deepEqual([a.heard, a.peers.size], [[["b", undefined], "closed"], 0]);
  });

  test("another network is another way for the media", async () => {
    const [a] = [await enter("a"), await enter("b")];
    a.phone.hears("network");
    assert.equal(to(a, "b").pc.restarts, 1);
  });
});
