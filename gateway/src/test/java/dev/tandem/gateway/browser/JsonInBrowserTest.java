package dev.tandem.gateway.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.tandem.gateway.browser.Library.JSSIP;
import static dev.tandem.gateway.browser.Library.SIPJS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import dev.tandem.gateway.browser.Chromium.Profile;
import dev.tandem.gateway.token.TestTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Pages that speak the JSON dialect, written as the documents show it: without a library, and with
 * the client that the gateway serves. The demo page is in {@link JsonDemoInBrowserTest}.
 */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
class JsonInBrowserTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final String CONFIG =
      """
      domain: tandem.example
      http:
        listen: ["127.0.0.1:0"]
      sip:
        listen: {udp: ["127.0.0.1:0"], tcp: []}
      users:
        - {user: alice, password: secret}
        - {user: bob, password: secret}
        - {user: carol, password: secret}
        - {user: erin}
      routes:
        - {number: "+15551234567", user: bob}
      auth:
        tokens: {secret: "%s"}
      """
          .formatted(TestTokens.SECRET);

  /** What has come in on all of a page's connections: packets, and the energy of what they say. */
  private static final String HEARD =
      """
      async (connections) => {
        const all = await Promise.all(connections().map((each) => each.getStats()));
        const inbound = all.map((report) => [...report.values()].find(({ type }) => type === "inbound-rtp"));
        return inbound.filter((each) => each?.totalAudioEnergy > 0).length;
      }
      """;

  /** A call that the gateway has told of has none until the microphone is open. */
  private static final String CONNECTIONS =
      "() => [...phone.calls.values()].map(({ pc }) => pc).filter(Boolean)";

  private GatewayWithPage gateway;
  private Chromium chromium;
  private Profile profile;

  @BeforeAll
  void start() throws Exception {
    gateway = GatewayWithPage.start(CONFIG);
    chromium = new Chromium();
  }

  @AfterAll
  void stop() {
    chromium.close();
    gateway.close();
  }

  @BeforeEach
  void openProfile() {
    profile = chromium.newProfile();
  }

  @AfterEach
  void closeProfile() {
    profile.close();
  }

  /** docs/json-client.md prints this file; web-demo/test/raw.test.mjs sees to that. */
  @Test
  void twentyTwoLinesWithoutAnyLibraryCallANumber() throws Exception {
    DemoTab bob = profile.open(gateway.pageUrl()).signsInAs("bob", SIPJS);
    Page page = emptyPage();
    String raw = Files.readString(Path.of("..", "web-demo", "client", "examples", "raw.js"));
    page.evaluate(
        """
        ([raw, url, token]) => {
          const Real = WebSocket;
          globalThis.WebSocket = class extends Real {
            constructor(address, protocol) {
              super(address === "wss://gw.example/ws" ? url : address, protocol);
            }
          };
          const Connection = RTCPeerConnection;
          globalThis.connections = [];
          globalThis.RTCPeerConnection = class extends Connection {
            constructor(...given) {
              super(...given);
              connections.push(this);
            }
          };
          globalThis.logged = [];
          console.log = (...words) => logged.push(words);
          globalThis.TOKEN = token;
          globalThis.audio = new Audio();
          audio.autoplay = true;
          globalThis.hangupButton = document.createElement("button");
        }
        """,
        List.of(raw, gateway.webSocketUrl(), token("erin")));
    page.evaluate("() => {" + raw + "}");
    bob.isRungBy("erin");
    bob.accepts();
    heard(page, "() => connections", 1);
    bob.sees("On the call");
    page.evaluate("hangupButton.click()");
    bob.isTold("Call ended.");
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(page.evaluate("JSON.stringify(logged)"))
                    .isEqualTo("[[\"ended\",\"normal\",null]]"));
    gateway.hasNoCallLeft();
  }

  @Test
  void aPageThatIsLoadedAgainGoesOnWithItsCall() {
    DemoTab bob = profile.open(gateway.pageUrl()).signsInAs("bob", JSSIP);
    Page page = emptyPage();
    connect(page, "alice", "storage: sessionStorage");
    page.evaluate("() => { phone.call('bob'); }");
    bob.isRungBy("alice");
    bob.accepts();
    heard(page, CONNECTIONS, 1);

    page.reload();
    connect(page, "alice", "storage: sessionStorage");
    assertThat(page.evaluate("phone.calls.size")).isEqualTo(1);
    heard(page, CONNECTIONS, 1);
    bob.sees("On the call");
    bob.hangsUp();
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(page.evaluate("phone.calls.size")).isEqualTo(0));
    gateway.hasNoCallLeft();
  }

  /**
   * Who is cut off learns with the next connection who came and went; who reloads takes its own
   * place.
   */
  @Test
  void threeInARoomHearEachOtherWhateverHappensToTheirConnections() {
    Device device = new Device(gateway.address("http"));
    Page alice = inRoom("alice", gateway.pageUrl());
    Page bob = inRoom("bob", gateway.pageUrl());
    Page carol = inRoom("carol", "http://127.0.0.1:" + device.cable.address().getPort() + "/");
    List<Page> pages = List.of(alice, bob, carol);
    pages.forEach(page -> heard(page, PEERS, 2));

    device.cable.cut();
    assertThat(carol.getByTestId("connection")).hasText("Reconnecting…");
    bob.reload();
    heard(bob, PEERS, 1);
    device.findsNetwork();
    assertThat(carol.getByTestId("connection")).hasText("Online");
    pages.forEach(page -> heard(page, PEERS, 2));

    alice.getByTestId("mute").click();
    assertThat(alice.getByTestId("mute")).hasText("Unmute");
    carol.getByTestId("leave").click();
    assertThat(carol.getByTestId("enter-form")).isVisible();
    for (Page page : List.of(alice, bob)) {
      assertThat(page.getByTestId("person")).hasCount(1);
    }
    device.close();
  }

  private static final String PEERS =
      "() => [...globalThis.tandemRoom?.mesh?.peers.values() ?? []].map(({ pc }) => pc).filter(Boolean)";

  private Page inRoom(String user, String url) {
    Page page = profile.page();
    page.navigate(url);
    page.getByTestId("to-room").click();
    page.getByTestId("room-name").fill("standup");
    page.getByTestId("user").fill(user);
    page.getByTestId("password").fill("secret");
    page.getByTestId("enter").click();
    assertThat(page.getByTestId("room-title")).hasText(user + " in standup");
    return page;
  }

  @Test
  void textAndPresenceGoFromPageToPage() {
    Page alice = emptyPage();
    Page bob = emptyPage();
    connect(alice, "alice", "");
    connect(bob, "bob", "");
    bob.evaluate("() => { phone.on('message', (message) => (globalThis.message = message)); }");
    alice.evaluate("phone.message('bob', 'Are you there?')");
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(bob.evaluate("[message?.body, message?.from.uri].join()"))
                    .isEqualTo("Are you there?,sip:alice@tandem.example"));
    alice.evaluate(
        """
        async () => {
          globalThis.told = [];
          globalThis.stop = await phone.subscribe("bob", "presence", (notify) => told.push(notify.data));
        }
        """);
    bob.evaluate("phone.publish('busy', 'in a meeting')");
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(alice.evaluate("[told.at(-1)?.status, told.at(-1)?.note].join()"))
                    .isEqualTo("busy,in a meeting"));
    alice.evaluate("stop()");
  }

  @Test
  void whoCallsNobodyLearnsWhy() {
    Page page = emptyPage();
    connect(page, "alice", "");
    assertThat(page.evaluate("phone.call('zoe').done.then(({ code, sip }) => `${code} ${sip}`)"))
        .isEqualTo("not_found 404");
    assertThat(page.evaluate("phone.call('carol').done.then(({ code, sip }) => `${code} ${sip}`)"))
        .isEqualTo("unavailable 480");
    DemoTab bob = profile.open(gateway.pageUrl()).signsInAs("bob", SIPJS);
    page.evaluate("() => { globalThis.call = phone.call('bob'); }");
    bob.isRungBy("alice");
    bob.declines();
    assertThat(page.evaluate("call.done.then(({ code, sip }) => `${code} ${sip}`)"))
        .isEqualTo("declined 603");
    page.evaluate("() => { globalThis.call = phone.call('bob', { timeout: 1 }); }");
    bob.isRungBy("alice");
    assertThat(page.evaluate("call.done.then(({ code, q850 }) => `${code} ${q850}`)"))
        .isEqualTo("no_answer 19");
    bob.isTold("Missed call from alice.");
    page.evaluate("() => { phone.call('bob'); }");
    bob.isRungBy("alice");
    bob.accepts();
    bob.sees("On the call");
    assertThat(page.evaluate("phone.call('bob').done.then(({ code, sip }) => `${code} ${sip}`)"))
        .isEqualTo("busy 486");
  }

  @Test
  void aPageCallsItselfWhomItIsTransferredTo() {
    Page alice = emptyPage();
    Page bob = emptyPage();
    Page carol = emptyPage();
    connect(alice, "alice", "features: ['update', 'early', 'info', 'transfer']");
    connect(bob, "bob", "");
    connect(carol, "carol", "");
    for (Page page : List.of(bob, carol)) {
      page.evaluate("() => { phone.on('incoming', (call) => call.accept()); }");
    }
    alice.evaluate(
        """
        () => {
          const call = phone.call("bob");
          call.on("transfer_request", (wish) => {
            globalThis.by = wish.by;
            call.follow(wish);
          });
        }
        """);
    heard(alice, CONNECTIONS, 1);
    bob.evaluate("() => [...phone.calls.values()][0].transfer('carol')");
    assertThat(alice.evaluate("by")).isEqualTo("sip:bob@tandem.example");
    List.of(alice, carol).forEach(page -> heard(page, CONNECTIONS, 1));
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(bob.evaluate("phone.calls.size")).isEqualTo(0);
              assertThat(alice.evaluate("[...phone.calls.values()].map(({ peer }) => peer.uri)"))
                  .isEqualTo(List.of("sip:carol@tandem.example"));
            });
    alice.evaluate("() => [...phone.calls.values()][0].hangup()");
    gateway.hasNoCallLeft();
  }

  /** Both find a new way for the media in the same moment: one gives way, and tries again. */
  @Test
  void offersThatCrossAreBothDone() {
    Page alice = emptyPage();
    Page bob = emptyPage();
    List<Page> both = List.of(alice, bob);
    connect(alice, "alice", "");
    connect(bob, "bob", "");
    bob.evaluate("() => { phone.on('incoming', (call) => call.accept()); }");
    alice.evaluate("() => { phone.call('bob'); }");
    both.forEach(page -> heard(page, CONNECTIONS, 1));
    List<List<?>> before = new ArrayList<>();
    both.forEach(page -> before.add(iceSessions(page)));
    double moment = System.currentTimeMillis() + 300;
    both.forEach(
        page ->
            page.evaluate(
                "(moment) => { setTimeout(() => phone.networkChanged(), moment - Date.now()); }",
                moment));
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<?> hers = iceSessions(alice);
              assertThat(hers.get(0)).isNotEqualTo(before.get(0).get(0));
              assertThat(hers.get(1)).isNotEqualTo(before.get(0).get(1));
              assertThat(List.of(hers.get(1), hers.get(0))).isEqualTo(iceSessions(bob));
            });
    both.forEach(page -> heard(page, CONNECTIONS, 1));
  }

  /**
   * No WebSocket opens for Alice; when one can be had, she moves there in the middle of the call.
   */
  @Test
  void whereNoWebSocketOpensACallGoesByHttp() {
    DemoTab bob = profile.open(gateway.pageUrl()).signsInAs("bob", SIPJS);
    Page alice = emptyPage();
    List<String> reading = new CopyOnWriteArrayList<>();
    alice.onRequest(
        request -> {
          if (request.url().contains("/events?")) {
            reading.add(request.headers().get("accept"));
          }
        });
    alice.evaluate(
        """
        () => {
          globalThis.RealWebSocket = WebSocket;
          globalThis.WebSocket = class extends RealWebSocket {
            constructor() {
              super("ws://127.0.0.1:9/ws"); // where nobody listens
            }
          };
        }
        """);
    connect(alice, "alice", "");
    assertThat(alice.evaluate("phone.transport")).isEqualTo("http");
    alice.evaluate("() => { globalThis.call = phone.call('bob'); }");
    bob.isRungBy("alice");
    bob.accepts();
    heard(alice, CONNECTIONS, 1);
    alice.evaluate("call.hold()");
    bob.sees("alice put you on hold");
    assertThat(reading).containsExactly("text/event-stream"); // one response, all the time

    alice.evaluate("() => { WebSocket = RealWebSocket; phone.networkChanged(); }");
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .until(() -> alice.evaluate("phone.transport + phone.state").equals("websocketonline"));
    alice.evaluate("call.hold(false)");
    bob.sees("On the call");
    bob.hangsUp();
    assertThat(alice.evaluate("call.done.then(({ code }) => code)")).isEqualTo("normal");
    gateway.hasNoCallLeft();
  }

  /** Names the ICE sessions of both ends (RFC 8839 §5.4), the page's own first. */
  private static List<?> iceSessions(Page page) {
    return (List<?>)
        page.evaluate(
            """
            () => {
              const { localDescription, remoteDescription } = [...phone.calls.values()][0].pc;
              return [localDescription, remoteDescription].map(({ sdp }) => /a=ice-ufrag:(.*)/.exec(sdp)[1].trim());
            }
            """);
  }

  /** One of the gateway's own that runs nothing: the reference of the dialect. */
  private Page emptyPage() {
    Page page = profile.page();
    page.navigate(gateway.pageUrl() + "schema/");
    return page;
  }

  private void connect(Page page, String user, String options) {
    page.evaluate(
        """
        async ([url, user]) => {
          const { connect } = await import("/client/tandem.js");
          const audio = document.createElement("audio");
          audio.autoplay = true;
          globalThis.phone = await connect(url, { user, password: "secret", audio, OPTIONS });
        }
        """
            .replace("OPTIONS", options),
        List.of(gateway.webSocketUrl(), user));
  }

  /** So many of the page's connections bring sound. */
  private static void heard(Page page, String connections, int count) {
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(page.evaluate("(" + HEARD + ")(" + connections + ")")).isEqualTo(count));
  }

  private static String token(String user) {
    return TestTokens.shared(
        user,
        claims ->
            claims.setExpirationTime(
                NumericDate.fromSeconds(Instant.now().getEpochSecond() + 600)));
  }
}
