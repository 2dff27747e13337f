package dev.tandem.gateway.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.LoadState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One tab with the demo page: what a person does in it, sees in it, and hears from it. */
final class DemoTab {
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  /** Runs in the page: what inbound-rtp says before and after a stretch of `milliseconds`. */
  private static final String LISTEN =
      """
      (milliseconds) => {
        const read = async () => {
          const report = await window.tandemDemo.peerConnection?.getStats();
          const inbound = [...(report?.values() ?? [])].find(({ type }) => type === "inbound-rtp");
          return {
            at: performance.now(),
            packets: inbound?.packetsReceived ?? 0,
            energy: inbound?.totalAudioEnergy ?? 0,
          };
        };
        const listen = async () => {
          const before = await read();
          await new Promise((resolve) => setTimeout(resolve, milliseconds));
          const after = await read();
          return [after.at - before.at, after.packets - before.packets, after.energy - before.energy];
        };
        window.listening = listen();
      }
      """;

  private static final Pattern NUMBER = Pattern.compile("^CSeq:", Pattern.CASE_INSENSITIVE);

  private final Page page;
  private final List<String> complaints = new ArrayList<>();
  private final List<String> wire = new ArrayList<>();
  private final List<WebSocketRoute> sockets = new ArrayList<>();
  private @Nullable String user;

  DemoTab(Page page) {
    this.page = page;
    page.onWebSocket(this::listenToWire);
    page.onPageError(error -> complaints.add(name() + ": " + error));
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            complaints.add(name() + ": " + message.text());
          }
        });
  }

  /**
   * Keeps the first line, CSeq and key of each SIP message, or how a frame begins, for a failure.
   */
  private void listenToWire(WebSocket socket) {
    wire.add(LocalTime.now() + " WebSocket opened");
    socket.onFrameSent(frame -> wire.add(LocalTime.now() + " > " + headline(frame.text())));
    socket.onFrameReceived(frame -> wire.add(LocalTime.now() + " < " + headline(frame.text())));
    socket.onClose(closed -> wire.add(LocalTime.now() + " WebSocket closed"));
  }

  private static String headline(@Nullable String message) {
    if (message == null) {
      return "bytes";
    }
    if (message.startsWith("{")) {
      return message.substring(0, Math.min(message.length(), 160));
    }
    return message
        .lines()
        .filter(
            line ->
                line.startsWith("SIP/2.0 ")
                    || line.endsWith(" SIP/2.0")
                    || line.startsWith("Signal=")
                    || NUMBER.matcher(line).find())
        .limit(3)
        .collect(Collectors.joining("  "));
  }

  /** What went over its WebSockets. */
  List<String> wire() {
    return wire;
  }

  void visit(String url) {
    page.navigate(url);
    assertThat(byId("sign-in")).isVisible();
  }

  // What a person does.

  void reloads() {
    page.reload();
    assertThat(byId("sign-in")).isVisible();
  }

  DemoTab signsInAs(String user, Library library) {
    triesToSignInAs(user, "secret", library);
    assertThat(byId("connection")).hasText("Online");
    return this;
  }

  /** Chooses a library, and waits until the page has loaded it. */
  void chooses(Library library) {
    page.waitForResponse(
        response -> response.url().contains("/" + library.id + "-"),
        () -> {
          page.reload();
          choose(library);
        });
    page.waitForLoadState(LoadState.NETWORKIDLE);
  }

  void triesToSignInAs(String user, String password, Library library) {
    this.user = user;
    byId("user").fill(user);
    byId("password").fill(password);
    choose(library);
    byId("sign-in").click();
  }

  private void choose(Library library) {
    byId("library-" + library.id).check(new Locator.CheckOptions().setForce(true));
  }

  /** Fills in another WebSocket address than the page's own. */
  void choosesServer(String url) {
    page.locator("summary:has-text('Server')").click();
    byId("server").fill(url);
  }

  void signsOut() {
    byId("sign-out").click();
    assertThat(byId("sign-in")).isVisible();
  }

  void dials(String target) {
    byId("target").fill(target);
    byId("dial").click();
  }

  void clicksCallBeside(String person) {
    page.locator("[data-testid=people] [data-user=" + person + "] [data-testid=call-person]")
        .click();
  }

  void accepts() {
    byId("accept").click();
  }

  void declines() {
    byId("decline").click();
  }

  void hangsUp() {
    byId("hang-up").click();
  }

  /** Mute and unmute are one button, as are hold and resume. */
  void pressesMute() {
    byId("mute").click();
  }

  void pressesHold() {
    byId("hold").click();
  }

  /** At a time of the clock, in milliseconds since the epoch, which all tabs share. */
  void pressesHoldAt(long moment) {
    byId("hold")
        .evaluate(
            "(button, moment) => { setTimeout(() => button.click(), moment - Date.now()); }",
            (double) moment);
  }

  void putsThroughTo(String target) {
    byId("transfer").click();
    byId("transfer-target").fill(target);
    byId("transfer-now").click();
  }

  /** Puts the call on hold, and calls the one who may take it. */
  void asksFirst(String target) {
    byId("transfer").click();
    byId("transfer-target").fill(target);
    byId("transfer-ask").click();
  }

  /** Joins the one who waits with the one who was asked. */
  void putsThrough() {
    byId("join").click();
  }

  void seesWaiting(String peer) {
    assertThat(byId("waiting-peer")).hasText(peer + " is waiting on hold.");
  }

  void sendsTone(String tone) {
    if (!byId("tone-" + tone).isVisible()) {
      byId("keypad").click();
    }
    byId("tone-" + tone).click();
  }

  void leaves() {
    page.close();
  }

  // What happens to the tab.

  /** It tells nobody of its ICE candidates; before anything else. */
  void keepsItsCandidates() {
    page.addInitScript(
        """
        const { send } = WebSocket.prototype;
        window.keptCandidates = 0;
        WebSocket.prototype.send = function (text) {
          if (text.startsWith('{"type":"candidate"')) {
            window.keptCandidates += 1;
          } else {
            send.call(this, text);
          }
        };
        """);
    reloads();
  }

  int keptCandidates() {
    return (int) page.evaluate("window.keptCandidates");
  }

  /** From now on, WebSockets pass through here, so that {@link #loseConnection} can cut them. */
  void watchConnection() {
    page.routeWebSocket(
        url -> true,
        socket -> {
          sockets.add(socket);
          socket.connectToServer();
        });
  }

  /** The WebSocket dies, as when a network goes away. */
  void loseConnection() {
    sockets.get(sockets.size() - 1).close(new WebSocketRoute.CloseOptions().setCode(3001));
  }

  /** The browser tells that it has a network again, as after a change from one to another. */
  void isToldOfNewNetwork() {
    page.evaluate("window.dispatchEvent(new Event('online'))");
  }

  /** The browser refuses the microphone, as after "Block". */
  void losesMicrophonePermission() {
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () =>"
            + " Promise.reject(new DOMException('blocked', 'NotAllowedError')); }");
  }

  /** The other side's answer has no telephone-event, as far as the page can tell. */
  void losesTelephoneEvents() {
    page.evaluate(
        "() => { Object.defineProperty("
            + "RTCDTMFSender.prototype, 'canInsertDTMF', { get: () => false }); }");
  }

  // What a person sees.

  void isRungBy(String peer) {
    assertThat(byId("incoming")).isVisible();
    assertThat(byId("incoming-peer")).hasText(peer);
  }

  void stopsRinging() {
    assertThat(byId("incoming")).isHidden();
  }

  void sees(String callStatus) {
    assertThat(byId("call-status")).hasText(callStatus);
  }

  /** Whether it sees that now. */
  boolean showsNow(String callStatus) {
    return byId("call-status").isVisible() && callStatus.equals(byId("call-status").textContent());
  }

  void seesConnection(String state) {
    assertThat(byId("connection")).hasText(state);
  }

  void seesHint(String text) {
    assertThat(byId("call-hint")).hasText(text);
  }

  void isTold(String text) {
    assertThat(byId("notice").locator("#notice-text")).hasText(text);
  }

  void isToldAtSignIn(String text) {
    assertThat(byId("sign-in-error")).hasText(text);
  }

  void isToldWhileRinging(String text) {
    assertThat(byId("incoming-error")).containsText(text);
  }

  void isInNoCall() {
    assertThat(byId("call")).isHidden();
    assertThat(byId("dialer")).isVisible();
  }

  void seesOnThisDevice(String... users) {
    Locator people = page.locator("[data-testid=people] [data-testid=person]");
    assertThat(people).hasCount(users.length);
    for (String each : users) {
      assertThat(page.locator("[data-testid=people] [data-user=" + each + "]")).isVisible();
    }
  }

  // What a person hears.

  /** Begins a stretch of listening; {@link #heard} waits for its end. */
  void startListening(Duration stretch) {
    page.evaluate(LISTEN, (int) stretch.toMillis());
  }

  Heard heard() {
    List<?> numbers = (List<?>) page.evaluate("window.listening");
    return new Heard(
        number(numbers, 0) / 1_000, Math.round(number(numbers, 1)), number(numbers, 2));
  }

  /** Names the ICE session of ours (RFC 8839 §5.4); another one after a restart. */
  String iceUserFragment() {
    return (String)
        page.evaluate(
            "/a=ice-ufrag:(.*)/.exec(tandemDemo.peerConnection.localDescription.sdp)[1].trim()");
  }

  /** Starts to look for the two frequencies of `tone` in what comes out of the loudspeaker. */
  void listensForTone(int row, int column) {
    page.evaluate(LISTEN_FOR_TONE, Map.of("row", row, "column", column));
  }

  void heardTone() {
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat((Boolean) page.evaluate("window.toneHeard"))
                    .as("%s heard the tone", name())
                    .isTrue());
  }

  /** Compares the two bins with the rest of the band that DTMF uses; beeps lie elsewhere. */
  private static final String LISTEN_FOR_TONE =
      """
      ({ row, column }) => {
        window.toneHeard = false;
        const context = new AudioContext();
        const stream = document.querySelector("[data-testid=remote-audio]").srcObject;
        const analyser = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0 });
        context.createMediaStreamSource(stream).connect(analyser);
        const bins = new Float32Array(analyser.frequencyBinCount);
        const bin = (frequency) => Math.round((frequency * analyser.fftSize) / context.sampleRate);
        const at = (frequency) => Math.max(...bins.subarray(bin(frequency) - 1, bin(frequency) + 2));
        const others = [697, 770, 852, 941, 1209, 1336, 1477].filter((f) => f !== row && f !== column);
        const timer = setInterval(() => {
          analyser.getFloatFrequencyData(bins);
          const quieter = Math.min(at(row), at(column));
          if (quieter > -60 && others.every((frequency) => at(frequency) < quieter - 10)) {
            window.toneHeard = true;
            clearInterval(timer);
            context.close();
          }
        }, 10);
      }
      """;

  void forgivesPolicyViolations() {
    complaints.clear();
  }

  List<String> complaints() {
    return complaints;
  }

  void screenshot(Path file) {
    page.screenshot(new Page.ScreenshotOptions().setPath(file));
  }

  String name() {
    return user == null ? "somebody" : user;
  }

  private Locator byId(String testId) {
    return page.getByTestId(testId);
  }

  private static double number(List<?> numbers, int index) {
    return ((Number) numbers.get(index)).doubleValue();
  }
}
