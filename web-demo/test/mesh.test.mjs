import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Mesh } from "../client/mesh.js";
import { FakePeerConnection, FakeStream, installBrowser } from "./fakes/browser.mjs";
import { mustBeValid } from "./fakes/gateway.mjs";

/** A room as the gateway keeps it: says who is there, and passes signals on, in order. */
class FakeRoom {
  #members = new Map();

  phone(id) {
    const listeners = {};
    const hear = (type, told) => {
      mustBeValid(`${type}_event`, { type, seq: 1, room: "r", ...told });
      listeners[type]?.({ room: "r", ...told });
    };
    const others = () => [...this.#members].filter(([other]) => other !== id);
    return {
      iceServers: [],
      on: (type, listener) => {
        listeners[type] = listener;
        return () => delete listeners[type];
      },
      request: async (type) => {
        if (type === "join") {
          const peers = others().map(([other]) => ({ id: other, name: other, polite: true }));
          others().forEach(([, tell]) => tell("peer_joined", { peer: { id, name: id, polite: false } }));
          this.#members.set(id, hear);
          return { self: id, peers };
        }
        this.#members.delete(id);
        return others().forEach(([, tell]) => tell("peer_left", { peer: id }));
      },
      tell: (type, { to, body }) => {
        const text = JSON.stringify(body);
        setImmediate(() => this.#members.get(to)?.(type, { from: id, body: JSON.parse(text) }));
      },
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
    const mesh = new Mesh(room.phone(name), "r", { stream: new FakeStream() });
    mesh.heard = [];
    mesh.onpeer = ({ id, stream }) => mesh.heard.push([id, stream]);
    await mesh.join(name);
    // What a browser does when tracks are added.
    mesh.peers.forEach(({ pc }) => pc.onnegotiationneeded());
    await settle();
    return mesh;
  };

  const agreed = (mesh) => [...mesh.peers.values()].every(({ pc }) => pc.signalingState === "stable" && pc.remoteDescription);

  test("everybody is connected with everybody, by an offer of who came later", async () => {
    const all = [await enter("a"), await enter("b"), await enter("c")];
    assert.equal(FakePeerConnection.all.length, 6);
    all.forEach((mesh) => assert.ok(mesh.peers.size === 2 && agreed(mesh)));
    assert.equal(all[0].peers.get("b").pc.offers, 0);
    assert.equal(all[1].peers.get("a").pc.offers, 1);
  });

  test("of offers that cross, the impolite one's stands", async () => {
    const a = await enter("a");
    const b = await enter("b");
    // The real one takes its own offer back when another is set (W3C webrtc §4.4.1.5).
    const polite = b.peers.get("a").pc;
    const { setRemoteDescription } = FakePeerConnection.prototype;
    polite.setRemoteDescription = async function (description) {
      if (description.type === "offer" && this.signalingState === "have-local-offer") {
        await this.setLocalDescription({ type: "rollback" });
      }
      await setRemoteDescription.call(this, description);
    };
    a.peers.get("b").pc.onnegotiationneeded();
    polite.onnegotiationneeded();
    await settle();
    assert.ok(agreed(a) && agreed(b));
    assert.equal(polite.remoteDescription.type, "offer");
  });

  test("who leaves is closed and told", async () => {
    const a = await enter("a");
    const b = await enter("b");
    const { pc } = a.peers.get("b");
    await b.leave();
    assert.deepEqual(a.heard, [["b", undefined]]);
    assert.deepEqual([pc.signalingState, a.peers.size, b.peers.size], ["closed", 0, 0]);
  });
});
