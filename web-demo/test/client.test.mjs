import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { connect } from "../client/tandem.js";
import { FakePeerConnection, FakeStorage, installBrowser } from "./fakes/browser.mjs";
import { FakeGateway, SESSION } from "./fakes/gateway.mjs";

const ANSWER = "v=0\r\ns=answer of theirs\r\n";
const OFFER = "v=0\r\ns=offer of theirs\r\n";
const CANDIDATE = { candidate: "candidate:1 1 udp 1 192.0.2.1 1 typ host", sdpMid: "0", sdpMLineIndex: 0 };
const BOB = { uri: "sip:bob@example.com", display: "Bob" };
const ACTIVE = { call: "", state: "active", rev: 1, held: { local: false, remote: false }, needsOffer: false };
const ENDED = { by: "remote", code: "normal", text: "bye", duration: 7 };

// A suite, so that its hooks are not those of every other test of the process.
describe("the client", () => {
  let gateway;
  let browser;
  let phones;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
    browser = installBrowser();
    gateway = new FakeGateway().install();
    phones = [];
  });

  afterEach(async () => {
    for (const phone of phones) {
      if (phone.state === "online") {
        const closed = phone.close();
        gateway.reply(await gateway.expect("unregister"));
        await closed;
      }
    }
    mock.timers.reset();
    assert.equal(gateway.problem, undefined);
  });

  /** Lets everything happen that waits for nothing else. */
  async function settle() {
    for (let i = 0; i < 10; i++) {
      await turn();
    }
  }

  async function online(options, session) {
    const connected = connect("ws://gateway/ws", { token: "t", ...options });
    await gateway.letIn(session);
    const phone = await connected;
    phones.push(phone);
    return phone;
  }

  async function activeCall(phone) {
    const call = phone.call("bob");
    const asked = await gateway.expect("call");
    gateway.reply(asked, { call: call.id });
    gateway.tell("accepted", { call: call.id, rev: 1, sdp: ANSWER, peer: BOB });
    await settle();
    assert.equal(call.state, "active");
    return call;
  }

  test("signing in by a token that a function gets", async () => {
    const connected = connect("ws://gateway/ws", { token: async () => "fresh", device: "d1" });
    const request = await gateway.letIn();
    const phone = await connected;
    phones.push(phone);
    assert.deepEqual([request.token, request.device], ["fresh", "d1"]);
    assert.deepEqual([phone.state, phone.user, phone.uri], ["online", "alice", "sip:alice@example.com"]);
  });

  test("who is refused learns why, and does not try again", async () => {
    const connected = connect("ws://gateway/ws", { user: "alice", password: "wrong" });
    gateway.welcome();
    gateway.refuse(await gateway.expect("register"), "auth_failed", { sip: 401 });
    await assert.rejects(connected, { name: "Error", code: "auth_failed", sip: 401 });
    mock.timers.tick(60_000);
    assert.equal(gateway.sockets.length, 1);
    assert.equal(browser.page.count("online"), 0, "nothing is left behind");
  });

  test("a gateway that is not there is told at once", async () => {
    const connected = connect("ws://gateway/ws", { token: "t" });
    gateway.cut();
    await assert.rejects(connected, { code: "unavailable" });
    mock.timers.tick(60_000);
    assert.equal(gateway.sockets.length, 1);
  });

  test("a call: offer, candidates after it, answer, end", async () => {
    const phone = await online();
    const call = phone.call("bob", { timeout: 30 });
    const asked = await gateway.expect("call");
    const [pc] = FakePeerConnection.all;
    assert.deepEqual([asked.to, asked.sdp, asked.timeout], ["bob", pc.localDescription.sdp, 30]);
    pc.found(CANDIDATE);
    pc.found(null);
    assert.deepEqual((await gateway.expect("candidate")).candidate, CANDIDATE);
    assert.equal((await gateway.expect("candidate")).candidate, null);
    gateway.reply(asked, { call: call.id });
    gateway.tell("progress", { call: call.id, status: 180, text: "Ringing" });
    assert.equal(call.state, "progressing");
    gateway.tell("accepted", { call: call.id, rev: 1, sdp: ANSWER, peer: BOB });
    await settle();
    assert.deepEqual([call.state, call.peer.display, pc.remoteDescription.sdp], ["active", "Bob", ANSWER]);

    call.hangup();
    const hangup = await gateway.expect("hangup");
    gateway.reply(hangup, { call: call.id });
    gateway.tell("ended", { call: call.id, ...ENDED, by: "local" });
    assert.equal((await call.done).by, "local");
    assert.equal(pc.signalingState, "closed");
    assert.ok(browser.microphone.streams[0].tracks[0].stopped);
    assert.equal(phone.calls.size, 0);
  });

  test("an answer that came early is not applied again", async () => {
    const phone = await online();
    const call = phone.call("bob");
    gateway.reply(await gateway.expect("call"));
    gateway.tell("progress", { call: call.id, status: 183, text: "Session Progress", sdp: ANSWER });
    gateway.tell("accepted", { call: call.id, rev: 1, sdp: "v=0\r\ns=again\r\n" });
    await settle();
    assert.equal(FakePeerConnection.all[0].remoteDescription.sdp, ANSWER);
    assert.equal(call.state, "active");
  });

  test("candidates of the other side wait for its description", async () => {
    const phone = await online();
    const call = phone.call("bob");
    gateway.reply(await gateway.expect("call"));
    gateway.tell("candidate", { call: call.id, candidate: CANDIDATE });
    gateway.tell("candidate", { call: call.id, candidate: null });
    await settle();
    assert.deepEqual(FakePeerConnection.all[0].candidates, []);
    gateway.tell("accepted", { call: call.id, rev: 1, sdp: ANSWER });
    await settle();
    assert.deepEqual(FakePeerConnection.all[0].candidates, [CANDIDATE, null]);
  });

  test("a call that fails ends with the gateway's reason, and is not an exception", async () => {
    const phone = await online();
    const call = phone.call("nobody");
    gateway.refuse(await gateway.expect("call"), "not_found", { sip: 404, q850: 1 });
    const { code, sip } = await call.done;
    assert.deepEqual([code, sip], ["not_found", 404]);
  });

  test("a call that is hung up before the microphone is open is never sent", async () => {
    const phone = await online();
    const call = phone.call("bob");
    call.hangup();
    assert.equal((await call.done).code, "cancelled");
    await settle();
    assert.equal(gateway.arrived("call").length, 0);
    assert.ok(browser.microphone.streams[0].tracks[0].stopped);
  });

  async function incoming(phone, fields = { sdp: OFFER }) {
    const rings = new Promise((resolve) => phone.on("incoming", resolve));
    gateway.tell("incoming", { call: "g1", from: BOB, to: "sip:alice@example.com", headers: {}, trickle: true, ...fields });
    return rings;
  }

  test("a call comes in, and is taken; candidates do not wait for the reply", async () => {
    const phone = await online();
    const call = await incoming(phone);
    assert.deepEqual([call.state, call.peer.display], ["incoming", "Bob"]);
    const accepted = call.accept();
    const asked = await gateway.expect("accept");
    const [pc] = FakePeerConnection.all;
    assert.equal(pc.remoteDescription.sdp, OFFER);
    assert.equal(asked.sdp, pc.localDescription.sdp);
    pc.found(CANDIDATE);
    await gateway.expect("candidate");
    assert.equal(call.state, "answering");
    gateway.reply(asked, { call: "g1", rev: 1 });
    await accepted;
    assert.equal(call.state, "active");
  });

  test("a call without an offer gets one, and its answer", async () => {
    const phone = await online();
    const call = await incoming(phone, {});
    const accepted = call.accept();
    const asked = await gateway.expect("accept");
    assert.equal(FakePeerConnection.all[0].signalingState, "have-local-offer");
    gateway.reply(asked, { call: "g1", rev: 1, sdp: ANSWER });
    await accepted;
    assert.equal(FakePeerConnection.all[0].remoteDescription.sdp, ANSWER);
  });

  test("without a microphone the call rings on", async () => {
    const phone = await online();
    const call = await incoming(phone);
    browser.microphone.refused = new Error("no");
    await assert.rejects(call.accept(), { message: "no" });
    assert.equal(call.state, "incoming");
    browser.microphone.refused = undefined;
    call.accept();
    await gateway.expect("accept");
  });

  test("declining, busy and elsewhere", async () => {
    const phone = await online();
    const call = await incoming(phone);
    call.decline("busy");
    const asked = await gateway.expect("reject");
    assert.equal(asked.code, "busy");
    gateway.reply(asked, { call: "g1" });
    gateway.tell("ended", { call: "g1", ...ENDED, by: "local", code: "busy" });
    assert.equal((await call.done).code, "busy");

    const second = await incoming(phone);
    second.decline({ to: "carol" });
    assert.equal((await gateway.expect("reject")).to, "carol");
  });

  test("hold silences both directions, and not when the other side refuses", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    const [track] = browser.microphone.streams[0].tracks;
    const held = call.hold();
    gateway.reply(await gateway.expect("hold"), { call: call.id, held: { local: true, remote: false } });
    await held;
    const [sender] = FakePeerConnection.all[0].senders;
    assert.deepEqual([call.held.local, track.enabled, sender.track], [true, false, null]);
    const resumed = call.hold(false);
    gateway.refuse(await gateway.expect("hold"), "not_acceptable");
    await assert.rejects(resumed, { code: "not_acceptable" });
    assert.deepEqual([call.held.local, track.enabled], [true, false]);
    gateway.tell("hold", { call: call.id, remote: true });
    assert.equal(call.held.remote, true);
    const again = call.hold(false);
    gateway.reply(await gateway.expect("hold"), { call: call.id });
    await again;
    assert.equal(sender.track, null, "still held by the other side");
    gateway.tell("hold", { call: call.id, remote: false });
    assert.deepEqual([sender.track, track.enabled], [track, true]);
  });

  test("digits go by the media when the browser can, otherwise by the gateway", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    const sent = call.dtmf("12#");
    gateway.reply(await gateway.expect("dtmf"), { call: call.id });
    await sent;
    FakePeerConnection.all[0].canInsertDTMF = true;
    await call.dtmf("34");
    assert.equal(FakePeerConnection.all[0].tones, "34");
    assert.equal(gateway.arrived("dtmf").length, 0);
  });

  test("a transfer is told when it worked, or why not", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    const failing = call.transfer("carol");
    gateway.reply(await gateway.expect("transfer"), { call: call.id });
    gateway.tell("transfer_progress", { call: call.id, status: 486, text: "Busy Here", final: true });
    await assert.rejects(failing, { sip: 486 });

    const second = await activeCall(phone);
    const working = call.transfer(second);
    const asked = await gateway.expect("transfer");
    assert.equal(asked.with, second.id);
    gateway.reply(asked, { call: call.id });
    gateway.tell("transfer_progress", { call: call.id, status: 180, text: "Ringing", final: false });
    gateway.tell("transfer_progress", { call: call.id, status: 200, text: "OK", final: true, ok: true });
    await working;
  });

  test("the other side's update is answered; one without an offer gets one", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    gateway.tell("update", { call: call.id, rev: 2, sdp: OFFER });
    const answer = await gateway.expect("update_answer");
    assert.deepEqual([answer.rev, answer.sdp], [2, "v=0\r\ns=answer\r\n"]);
    gateway.reply(answer, { call: call.id, rev: 2 });
    gateway.tell("update", { call: call.id, rev: 3 });
    const offer = await gateway.expect("update_answer");
    assert.match(offer.sdp, /offer/);
    gateway.reply(offer, { call: call.id, rev: 3, sdp: ANSWER });
    await settle();
    assert.equal(FakePeerConnection.all[0].signalingState, "stable");
  });

  test("glare: our offer is taken back, theirs answered, ours sent again under a higher number", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    const [pc] = FakePeerConnection.all;
    call.restartIce();
    const first = await gateway.expect("update");
    gateway.tell("update", { call: call.id, rev: first.rev, sdp: OFFER });
    gateway.refuse(first, "glare", { sip: 491 });
    const answer = await gateway.expect("update_answer");
    assert.equal(answer.sdp, "v=0\r\ns=answer\r\n");
    gateway.reply(answer, { call: call.id, rev: first.rev });
    await settle();
    mock.timers.tick(500);
    const second = await gateway.expect("update");
    assert.ok(second.rev > first.rev);
    assert.equal(pc.restarts, 2, "the restart was taken back with the offer");
    gateway.reply(second, { call: call.id, rev: second.rev, sdp: ANSWER });
    await settle();
    assert.equal(pc.signalingState, "stable");
  });

  test("media that failed, or a network that changed, is an ICE restart", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    const [pc] = FakePeerConnection.all;
    pc.becomes("failed");
    mock.timers.tick(1);
    const first = await gateway.expect("update");
    gateway.reply(first, { call: call.id, rev: first.rev, sdp: ANSWER });
    await settle();
    pc.becomes("connected");
    browser.network.dispatch("change");
    await gateway.expect("update");
    assert.equal(pc.restarts, 2);
    await gateway.expect("ping");
  });

  test("interrupted media gets some seconds to come back by itself", async () => {
    const phone = await online();
    await activeCall(phone);
    const [pc] = FakePeerConnection.all;
    pc.becomes("disconnected");
    mock.timers.tick(2_000);
    pc.becomes("connected");
    mock.timers.tick(10_000);
    await settle();
    assert.equal(pc.restarts, 0);
  });

  test("a cut connection: the session is resumed, and what had no reply is asked again under its id", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    const held = call.hold();
    const lost = await gateway.expect("hold");
    const { seq } = gateway;
    gateway.cut();
    assert.equal(phone.state, "reconnecting");
    FakePeerConnection.all[0].found(CANDIDATE); // while there is no connection
    mock.timers.tick(500);
    gateway.welcome();
    const resume = await gateway.expect("resume");
    assert.deepEqual([resume.session, resume.token, resume.seq], ["s1", "r1", seq]);
    gateway.reply(resume, { resumeToken: "r2", replay: "events", calls: [{ ...ACTIVE, call: call.id }], rooms: [], subs: [] });
    const again = await gateway.expect("hold");
    assert.equal(again.id, lost.id);
    gateway.reply(again, { call: call.id });
    await held;
    await gateway.expect("candidate");
    assert.deepEqual([phone.state, call.state], ["online", "active"]);

    gateway.cut();
    mock.timers.tick(500);
    gateway.welcome();
    assert.equal((await gateway.expect("resume")).token, "r2");
    gateway.cut();
    mock.timers.tick(1_000);
    assert.equal(gateway.sockets.length, 4);
  });

  test("a connection that is silent is given up, and another one opened", async () => {
    const phone = await online();
    mock.timers.tick(25_000);
    gateway.pong(await gateway.expect("ping"));
    mock.timers.tick(25_000);
    await gateway.expect("ping");
    assert.equal(phone.state, "online");
    mock.timers.tick(5_000);
    assert.equal(phone.state, "reconnecting");
    mock.timers.tick(500);
    assert.equal(gateway.sockets.length, 2);
  });

  test("a gateway that cannot be reached is tried again, later each time", async () => {
    await online({ http: false });
    for (let i = 0; i < 6; i++) {
      gateway.cut();
      mock.timers.tick(12_000);
      assert.equal(gateway.sockets.length, 2 + i);
    }
  });

  test("too late to resume: calls end, and one is signed in anew", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    gateway.cut();
    mock.timers.tick(500);
    gateway.welcome();
    gateway.refuse(await gateway.expect("resume"), "resume_failed");
    assert.equal((await call.done).code, "client_lost");
    gateway.reply(await gateway.expect("register"), SESSION);
    await settle();
    assert.equal(phone.state, "online");
  });

  test("a call that ended while the connection was lost is over", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    gateway.cut();
    mock.timers.tick(500);
    gateway.welcome();
    const resume = await gateway.expect("resume");
    gateway.reply(resume, { resumeToken: "r2", replay: "snapshot", calls: [], rooms: [], subs: [] });
    assert.equal((await call.done).code, "client_lost");
  });

  test("a page that is loaded again goes on with its call by a new offer", async () => {
    const storage = new FakeStorage();
    await online({ storage });
    browser.page.dispatch("pagehide");
    phones = [];
    gateway.sockets.length = 0;

    const found = [];
    const connected = connect("ws://gateway/ws", { token: "t", storage });
    gateway.welcome();
    const resume = await gateway.expect("resume");
    assert.equal(resume.token, "r1");
    gateway.reply(resume, {
      resumeToken: "r2",
      replay: "snapshot",
      calls: [{ ...ACTIVE, call: "c9", rev: 4, peer: BOB, direction: "out", needsOffer: true, duration: 5_000 }],
      rooms: [],
      subs: [],
    });
    const phone = await connected;
    phones.push(phone);
    found.push(...phone.calls.values());
    const update = await gateway.expect("update");
    assert.deepEqual([update.call, update.rev], ["c9", 5]);
    gateway.reply(update, { call: "c9", rev: 5, sdp: ANSWER });
    await settle();
    assert.deepEqual([found[0].state, found[0].peer.display, Date.now() - found[0].since], ["active", "Bob", 5_000]);
    assert.equal(FakePeerConnection.all[0].remoteDescription.sdp, ANSWER);
    assert.match(storage.getItem("tandem.session"), /"r2"/);
  });

  test("a session that another connection took over is not fought for", async () => {
    const phone = await online();
    const call = await activeCall(phone);
    gateway.cut(4409);
    assert.equal(phone.state, "offline");
    await call.done;
    mock.timers.tick(60_000);
    assert.equal(gateway.sockets.length, 1);
    await assert.rejects(phone.message("bob", "hi"), { code: "not_registered" });
  });

  test("credentials of TURN servers are renewed in time, also for calls that go on", async () => {
    const servers = (username) => [{ urls: "turn:turn.example.com", username, credential: "x" }];
    const phone = await online({}, { iceServers: servers("1"), iceTtl: 600 });
    await activeCall(phone);
    for (let second = 0; second < 480; second += 20) {
      mock.timers.tick(20_000);
      gateway.arrived("ping").splice(0);
      gateway.pong({});
    }
    const asked = await gateway.expect("ice");
    gateway.reply(asked, { iceServers: servers("2"), iceTtl: 600 });
    await settle();
    assert.equal(phone.iceServers[0].username, "2");
    assert.equal(FakePeerConnection.all[0].configuration.iceServers[0].username, "2");
  });

  test("a login that expires is renewed when there is a function for it", async () => {
    let tokens = 0;
    await online({ token: () => `token ${++tokens}` });
    gateway.tell("session", { state: "token_expiring", in: 60 });
    const asked = await gateway.expect("register");
    assert.equal(asked.token, "token 2");
    gateway.reply(asked, SESSION);
    await settle();
  });

  test("a page carries out a transfer that the other side asks for, or does not", async () => {
    const phone = await online({ features: ["update", "transfer"] });
    const call = await activeCall(phone);
    const asked = new Promise((resolve) => call.on("transfer_request", resolve));
    const wish = { ref: "t1", to: "sip:carol@example.com", by: BOB.uri, replaces: "p1" };
    gateway.tell("transfer_request", { call: call.id, ...wish });
    const second = call.follow(await asked);
    const begun = await gateway.expect("call");
    assert.deepEqual([begun.to, begun.follow, begun.replaces], [wish.to, "t1", "p1"]);
    gateway.reply(begun, { call: second.id });
    gateway.tell("ended", { call: second.id, ...ENDED });

    const refused = call.rejectTransfer(wish);
    const rejected = await gateway.expect("transfer_reject");
    assert.equal(rejected.ref, "t1");
    gateway.reply(rejected, { ref: "t1" });
    await refused;
    assert.equal(call.state, "active");
  });

  test("messages and states", async () => {
    const phone = await online();
    const sent = phone.message("bob", "hi");
    gateway.reply(await gateway.expect("message"), { stored: true });
    assert.equal((await sent).stored, true);

    const heard = [];
    phone.on("message", ({ body }) => heard.push(body));
    gateway.tell("message", { from: BOB, contentType: "text/plain", body: "yes" });
    const subscribed = phone.subscribe("bob", "presence", ({ data }) => heard.push(data.status));
    const asked = await gateway.expect("subscribe");
    gateway.reply(asked, { sub: asked.sub });
    const end = await subscribed;
    gateway.tell("notify", { sub: asked.sub, event: "presence", state: "active", data: { status: "busy" } });
    end();
    const ending = await gateway.expect("unsubscribe");
    gateway.reply(ending, { sub: asked.sub });
    assert.deepEqual(heard, ["yes", "busy"]);
  });

  test("how a call sounds is told when that is wished for", async () => {
    const phone = await online({ stats: 5 });
    await activeCall(phone);
    mock.timers.tick(5_000);
    const told = await gateway.expect("stats");
    assert.deepEqual([told.rtt, told.jitter, told.loss, told.candidateType], [42, 4, 0.1, "srflx"]);
  });

  test("what a listener throws keeps no other listener from hearing", async () => {
    const phone = await online();
    const heard = [];
    phone.on("message", () => {
      throw new Error("of the page");
    });
    phone.on("message", ({ body }) => heard.push(body));
    gateway.tell("message", { from: BOB, contentType: "text/plain", body: "yes" });
    assert.deepEqual(heard, ["yes"]);
    assert.throws(() => mock.timers.tick(1), /of the page/);
  });
});
