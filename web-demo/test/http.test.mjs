import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { connect } from "../client/tandem.js";
import { installBrowser } from "./fakes/browser.mjs";
import { FakeGateway, SESSION } from "./fakes/gateway.mjs";

const ANSWER = "v=0\r\ns=answer of theirs\r\n";

describe("the client by HTTP", () => {
  let gateway;
  let browser;
  let phone;

  /** What a page hears of a WebSocket that does not open: "close", or "error" only if its own policy forbids it. */
  const FAILURES = [() => gateway.cut(), () => gateway.socket.onerror()];
  let failures = 0;

  beforeEach(async () => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
    browser = installBrowser();
    gateway = new FakeGateway().install().installHttp();
    const connected = connect("ws://gateway/ws", { token: "t" });
    FAILURES[failures++ % 2]();
    gateway.reply(await gateway.expect("register"), SESSION);
    phone = await connected;
  });

  afterEach(async () => {
    const closed = phone.close();
    gateway.reply(await gateway.expect("unregister"));
    await closed;
    await settle(); // a timer that is stopped after the reset would stop one of the next test's
    mock.timers.reset();
    assert.equal(gateway.problem, undefined);
  });

  async function settle() {
    for (let i = 0; i < 30; i++) {
      await turn();
    }
  }

  /** What was asked for since the last look, without what was waited for. */
  const sent = () => gateway.requests.splice(0).filter((request) => !request.startsWith("GET /v1/session/"));

  test("where no WebSocket opens, the same goes by HTTP, in its order", async () => {
    assert.deepEqual([phone.transport, phone.state, gateway.sockets.length], ["http", "online", 1]);
    assert.deepEqual(sent().slice(0, 2), ["GET /v1/session", "POST /v1/session"]);
    const call = phone.call("bob");
    const asked = await gateway.expect("call");
    call.pc.found(null);
    gateway.reply(asked, { call: call.id });
    await gateway.expect("candidate");
    gateway.tell("progress", { call: call.id, status: 180, text: "Ringing" });
    gateway.tell("accepted", { call: call.id, rev: 1, sdp: ANSWER, peer: { uri: "sip:bob@example.com" } });
    await settle();
    assert.deepEqual([call.state, call.pc.remoteDescription.sdp], ["active", ANSWER]);
    call.hangup();
    gateway.reply(await gateway.expect("hangup"), { call: call.id });
    gateway.tell("ended", { call: call.id, by: "local", code: "normal", text: "", duration: 1 });
    await settle();
    assert.equal(call.state, "ended");
  });

  /** The requests for events. */
  const readings = () => gateway.requests.filter((request) => request.includes("/events?"));

  /** By HTTP anew, with a stream of events. */
  const reconnect = async (how) => {
    await settle();
    gateway.streamsByHttp(how);
    gateway.requests.length = 0;
    phone.reconnect();
    gateway.cut();
    gateway.reply(await gateway.expect("resume"), { resumeToken: "r2", replay: "events", calls: [], rooms: [], subs: [] });
    await settle();
  };

  test("what comes is read from one response", async () => {
    await reconnect("through");
    const heard = [];
    phone.on("message", ({ body }) => heard.push(body));
    for (const body of ["1", "2", "3"]) {
      gateway.tell("message", { from: { uri: "sip:bob@example.com" }, contentType: "text/plain", body });
      await settle();
    }
    assert.deepEqual([heard, readings().length], [["1", "2", "3"], 1]);

    const last = gateway.seq;
    gateway.cutStream();
    await settle();
    assert.ok(readings()[1].endsWith(`after=${last}`), readings().join());
    assert.equal(phone.state, "online");
  });

  test("where a stream does not come through, one request follows the other", async () => {
    await reconnect("held");
    const heard = [];
    phone.on("message", ({ body }) => heard.push(body));
    gateway.tell("message", { from: { uri: "sip:bob@example.com" }, contentType: "text/plain", body: "late" });
    await settle();
    assert.deepEqual(heard, []);
    mock.timers.tick(5_000);
    await settle();
    assert.deepEqual([heard, phone.state], [["late"], "online"]);
  });

  test("a silent connection shows life by its pongs", async () => {
    mock.timers.tick(25_000);
    await gateway.expect("ping");
    await settle();
    mock.timers.tick(5_000);
    assert.equal(phone.state, "online");
  });

  test("what is too much for the gateway is said again", async () => {
    await settle();
    sent();
    gateway.refusesByHttp(429);
    const told = phone.message("bob", "hello");
    await settle();
    assert.equal(gateway.arrived("message").length, 0);
    mock.timers.tick(1_000);
    gateway.reply(await gateway.expect("message"), { stored: false });
    await told;
  });

  test("a session that ended is resumed", async () => {
    await settle();
    gateway.refusesByHttp(401);
    const told = phone.message("bob", "hello");
    await settle();
    assert.equal(phone.state, "reconnecting");
    mock.timers.tick(500);
    const resume = await gateway.expect("resume");
    assert.deepEqual([resume.session, resume.seq], ["s1", gateway.seq]);
    gateway.reply(resume, { resumeToken: "r2", replay: "events", calls: [], rooms: [], subs: [] });
    gateway.reply(await gateway.expect("message"), { stored: false });
    await told;
    assert.deepEqual([phone.transport, phone.state], ["http", "online"]);
  });

  test("another network is a reason to try a WebSocket, which takes the session over", async () => {
    browser.page.dispatch("online");
    assert.deepEqual([phone.state, gateway.sockets.length], ["online", 2]);
    gateway.welcome();
    gateway.reply(await gateway.expect("resume"), { resumeToken: "r2", replay: "events", calls: [], rooms: [], subs: [] });
    await settle();
    assert.deepEqual([phone.transport, phone.state], ["websocket", "online"]);
  });

  test("a WebSocket is tried again every minute", async () => {
    for (let second = 0; second < 60; second += 5) {
      mock.timers.tick(5_000);
      await settle();
    }
    assert.deepEqual([phone.transport, phone.state, gateway.sockets.length], ["http", "online", 2]);
  });
});
