package dev.tandem.gateway.probe;

import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.config.trunk.TrunkRegister;
import dev.tandem.gateway.config.trunk.TrunkTls;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.gateway.probe.Login.Challenged;
import dev.tandem.gateway.probe.PeerFinder.Found;
import dev.tandem.gateway.probe.PeerFinder.NotFoundException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks one trunk: its name, the way to it, TLS, OPTIONS, REGISTER, a call, and the way back. Each
 * step has verdicts of its own; what a failure makes pointless is skipped. Blocks, for each answer
 * no longer than the timeout; for one thread and one use.
 */
public final class TrunkProbe {
  private static final Duration PATIENCE_AFTER_183 = Duration.ofSeconds(2);
  private static final Duration FAREWELL = Duration.ofSeconds(3);
  private static final int MOST_REQUESTS = 4;

  private final ProbeSettings settings;
  private final TrunkConfig trunk;
  private final PeerFinder finder;
  private final Supplier<String> tokens;
  private final Login login;
  private final List<StepLog> steps = new ArrayList<>();
  private @Nullable PlainMessage anyAnswer;

  /**
   * Makes a check.
   *
   * @param tokens draws branches, tags and Call-IDs: never the same twice, only letters and digits
   */
  public TrunkProbe(ProbeSettings settings, PeerFinder finder, Supplier<String> tokens) {
    this.settings = settings;
    this.trunk = settings.trunk();
    this.finder = finder;
    this.tokens = tokens;
    this.login = new Login(trunk.peer().auth());
  }

  /** Does it. */
  public ProbeReport run() throws InterruptedException {
    try (Line line = way(trunk.nextHop(), step("DNS"), step("Connect"))) {
      if (line != null) {
        speak(line);
      }
    }
    return new ProbeReport(
        trunk.name(),
        trunk.transport() + " " + trunk.nextHop(),
        steps.stream().map(StepLog::step).filter(step -> !step.findings().isEmpty()).toList());
  }

  private StepLog step(String name) {
    StepLog log = new StepLog(name);
    steps.add(log);
    return log;
  }

  private @Nullable Line way(PeerAddress peer, StepLog dns, StepLog connect)
      throws InterruptedException {
    List<Found> found;
    try {
      found = finder.find(peer, settings.timeout());
    } catch (NotFoundException e) {
      dns.add(
          Finding.failed(
              String.valueOf(e.getMessage()),
              "Look at the name, and at this machine's /etc/resolv.conf."));
      return null;
    }
    dns.add(located(peer, found));
    StepLog tls = steps.contains(dns) ? step("TLS") : connect;
    TrunkTls settled = trunk.peer().tls();
    LineOpener opener = new LineOpener(settings.config().sip(), settled, settings.timeout());
    String name =
        settled != null && settled.verifyName() != null ? settled.verifyName() : peer.host();
    List<StepLog> failures = new ArrayList<>();
    for (Found each : found) {
      StepLog attempt = new StepLog("");
      Line line = opener.open(each, name, attempt, tls);
      if (line != null || tls.hasFailed() || failures.size() == found.size() - 1) {
        for (StepLog failure : failures) {
          failure.step().findings().stream().map(TrunkProbe::milder).forEach(connect::add);
        }
        connect.addAll(attempt.step().findings());
        return line;
      }
      failures.add(attempt);
    }
    return null;
  }

  /** A place that does not work beside one that does. */
  private static Finding milder(Finding finding) {
    return finding.grade() == Finding.Grade.FAILED
        ? new Finding(Finding.Grade.WARNING, finding.words(), finding.advice())
        : finding;
  }

  private static Finding located(PeerAddress peer, List<Found> found) {
    InetSocketAddress first = found.get(0).address();
    String host = peer.host().replace("[", "").replace("]", "");
    if (found.size() == 1 && first.getAddress().getHostAddress().equals(host)) {
      return Finding.ok(peer.host() + " is an address: there is nothing to look up");
    }
    List<String> places =
        found.stream()
            .map(each -> each.transport() + " " + RequestWriter.hostPort(each.address()))
            .toList();
    return Finding.ok(peer.host() + " is at " + String.join(", ", places));
  }

  private RequestWriter writer(Line line) {
    return new RequestWriter(
        settings.config(), trunk, line.transport(), line.shown(), settings.fromUser(), tokens);
  }

  private void speak(Line line) throws InterruptedException {
    RequestWriter writer = writer(line);
    boolean there = options(line, writer);
    StepLog registering = step("REGISTER");
    if (!there) {
      registering.add(Finding.skipped("the peer does not answer"));
      callBack(line, writer, trunk.peer().register() != null);
      return;
    }
    TrunkRegister register = trunk.peer().register();
    if (register == null) {
      registering.add(Finding.skipped("the trunk has no register: we do not register with it"));
      call(line, writer);
      callBack(line, writer, false);
      return;
    }
    try (Line other = registrar(register, registering)) {
      Line way = other == null ? line : other;
      if (registering.hasFailed()) {
        call(line, writer);
        callBack(line, writer, false);
        return;
      }
      Registering registration = new Registering(way, writer(way), register);
      boolean registered = registration.register(registering);
      call(line, writer);
      callBack(line, writer, registered);
      registration.takeBack(registering);
    }
  }

  private boolean options(Line line, RequestWriter writer) {
    StepLog log = step("OPTIONS");
    PlainMessage request = writer.options(writer.series());
    Reply reply = line.conversation().ask(request, settings.timeout(), response -> false, log);
    log.addAll(
        OptionsVerdicts.of(
            reply,
            settings.timeout(),
            new OptionsVerdicts.Peer(
                line.transport(), trunk.peer().auth() != null, trunk.peer().health())));
    PlainMessage answer = reply.last();
    anyAnswer = answer;
    if (answer != null) {
      log.addAll(OptionsVerdicts.seenAs(answer, writer));
    }
    return answer != null;
  }

  /** A way of its own to the registrar, where that is elsewhere; null for the trunk's. */
  private @Nullable Line registrar(TrunkRegister register, StepLog log)
      throws InterruptedException {
    if (register.registrars().isEmpty() || register.registrars().get(0).equals(trunk.nextHop())) {
      return null;
    }
    Line line = way(register.registrars().get(0), log, log);
    if (line == null && !log.hasFailed()) {
      log.add(Finding.failed("there is no way to the registrar", "Look at register.registrars."));
    }
    return line;
  }

  /** One answer, after the challenges before it. */
  private record Signed(Reply reply, PlainMessage request, @Nullable Challenged challenged) {}

  private Signed ask(
      Conversation conversation,
      Supplier<PlainMessage> next,
      Duration limit,
      Predicate<PlainMessage> enough,
      StepLog log) {
    Challenged challenged = null;
    PlainMessage request = login.sign(next.get());
    Reply reply = conversation.ask(request, limit, enough, log);
    for (int i = 1; i < MOST_REQUESTS; i++) {
      PlainMessage answer = reply.last();
      if (answer == null) {
        break;
      }
      acknowledge(conversation, request, answer, log);
      if (answer.status() != 401 && answer.status() != 407) {
        break;
      }
      boolean signed =
          request.header(answer.status() == 401 ? "Authorization" : "Proxy-Authorization") != null;
      challenged = login.read(answer, request.method(), signed);
      if (!challenged.isAnswerable()) {
        break;
      }
      request = login.sign(next.get());
      reply = conversation.ask(request, limit, enough, log);
    }
    return new Signed(reply, request, challenged);
  }

  private static void acknowledge(
      Conversation conversation, PlainMessage request, PlainMessage answer, StepLog log) {
    if (request.method().equals("INVITE") && answer.status() >= 300) {
      conversation.tell(RequestWriter.ofTransaction("ACK", request, answer.header("To")), log);
    }
  }

  /** REGISTER, and the same taken back. */
  private final class Registering {
    private final Line line;
    private final RequestWriter writer;
    private final TrunkRegister register;
    private final RequestWriter.Series series;
    private boolean ours;

    Registering(Line line, RequestWriter writer, TrunkRegister register) {
      this.line = line;
      this.writer = writer;
      this.register = register;
      this.series = writer.series();
    }

    boolean register(StepLog log) {
      boolean asksOnly = line.held();
      Signed signed = send(asksOnly ? null : register.expires(), log);
      PlainMessage brief = signed.reply().last();
      if (brief != null && brief.status() == 423) {
        String least = brief.header("Min-Expires");
        if (least != null && least.matches("\\d{1,7}")) {
          log.add(
              Finding.warning(
                  "423: the registrar takes no less than "
                      + least
                      + " s, and register.expires is "
                      + register.expires().toSeconds()
                      + " s",
                  "The gateway follows that by itself; register.expires: "
                      + least
                      + "s saves a request each time."));
          signed = send(Duration.ofSeconds(Long.parseLong(least)), log);
        }
      }
      log.add(
          RegisterVerdicts.of(
              signed.reply(),
              signed.challenged(),
              asksOnly ? null : PlainMessage.uri(writer.contact()),
              settings.timeout(),
              line.transport()));
      int status = signed.reply().status();
      ours = !asksOnly && status >= 200 && status < 300;
      return status >= 200 && status < 300;
    }

    private Signed send(@Nullable Duration expires, StepLog log) {
      return ask(
          line.conversation(),
          () -> writer.register(series, register, expires),
          settings.timeout(),
          response -> false,
          log);
    }

    void takeBack(StepLog log) {
      if (!ours) {
        return;
      }
      int status = send(Duration.ZERO, log).reply().status();
      log.add(
          status >= 200 && status < 300
              ? Finding.ok("taken back at the end")
              : Finding.warning(
                  "our Contact could not be taken back" + (status == 0 ? "" : " (" + status + ")"),
                  "It ends by itself after " + register.expires().toSeconds() + " s."));
    }
  }

  private void call(Line line, RequestWriter writer) {
    StepLog log = step("INVITE");
    String number = settings.number();
    if (number == null) {
      log.add(Finding.skipped("no call was made", "With --number N, N is called for a moment."));
      return;
    }
    try (DatagramSocket media = new DatagramSocket()) {
      RequestWriter.Series series = writer.series();
      Signed signed =
          ask(
              line.conversation(),
              () -> writer.invite(series, number, media.getLocalPort()),
              settings.timeout(),
              response -> response.status() >= 180,
              log);
      Reply reply = end(line.conversation(), signed, writer, series, log);
      log.add(InviteVerdicts.of(reply, signed.challenged(), settings.timeout(), line.transport()));
      if (reply.last() == null || reply.status() < 300) {
        log.add(InviteVerdicts.NO_MEDIA);
      }
    } catch (SocketException e) {
      log.add(
          Finding.failed(
              "there is no socket for the call's media: " + e.getMessage(),
              "Look at the limits of this machine."));
    }
  }

  /** Ends the call, whatever has become of it; returns what is worth a verdict. */
  private Reply end(
      Conversation conversation,
      Signed signed,
      RequestWriter writer,
      RequestWriter.Series series,
      StepLog log) {
    PlainMessage invite = signed.request();
    Reply reply = signed.reply();
    PlainMessage ringing = reply.progress(180);
    if (reply.last() == null && ringing != null && ringing.status() != 180) {
      // After 183 a refusal may follow, when the announcement is over or the number is looked up.
      Reply more = conversation.await(invite, PATIENCE_AFTER_183, log);
      reply = more.last() == null ? reply : more;
    }
    Reply told = reply;
    if (reply.last() == null && reply.progress(100) != null) {
      PlainMessage cancel = RequestWriter.ofTransaction("CANCEL", invite, null);
      conversation.ask(cancel, FAREWELL, response -> false, log);
      reply = conversation.await(invite, FAREWELL, log);
      told = reply.status() >= 200 && reply.status() < 300 ? reply : told;
    }
    PlainMessage last = reply.last();
    boolean isLate = signed.reply().last() == null;
    if (last != null && last.status() >= 300 && isLate) {
      acknowledge(conversation, invite, last, log);
    }
    if (last != null && last.status() < 300) {
      conversation.tell(writer.inDialog("ACK", invite, last, series), log);
      ask(
          conversation,
          () -> writer.inDialog("BYE", invite, last, series),
          FAREWELL,
          response -> false,
          log);
    }
    return told;
  }

  private void callBack(Line line, RequestWriter writer, boolean registered) {
    StepLog log = step("Call back");
    List<PlainMessage> arrived = line.conversation().arrived();
    if (arrived.isEmpty() && !settings.callBack().isZero() && !line.held()) {
      arrived = line.waitForPeer(settings.callBack(), log);
    }
    log.addAll(
        CallBackVerdicts.of(
            new CallBackVerdicts.Shown(
                writer,
                line.conversation().wire().remote(),
                line.listening(),
                line.held(),
                registered,
                anyAnswer,
                settings.callBack(),
                arrived)));
  }
}
