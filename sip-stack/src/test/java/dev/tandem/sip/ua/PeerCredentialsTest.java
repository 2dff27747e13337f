package dev.tandem.sip.ua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.auth.AuthorizationValue;
import dev.tandem.sip.auth.ClientCredentials;
import dev.tandem.sip.auth.Credentials;
import dev.tandem.sip.auth.DigestAuthenticator;
import dev.tandem.sip.auth.DigestClient.Verdict;
import dev.tandem.sip.auth.DigestOutcome;
import dev.tandem.sip.auth.DigestRequest;
import dev.tandem.sip.auth.DigestSettings;
import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.stack.MessageLimits;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.stack.StackListener;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.Transport;
import dev.tandem.testkit.ManualClock;
import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.ExtensionHeaderImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sip.address.AddressFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A user agent calls another one that lets nobody do anything without a digest. */
class PeerCredentialsTest {
  private static final UaSettings SETTINGS =
      new UaSettings(
          "Test", List.of("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO"), List.of());

  private final ManualClock clock = new ManualClock();
  private final Timers timers = new Timers(clock, clock);
  private final Guard guard = new Guard();
  private final List<String> heard = new ArrayList<>();
  private final List<Verdict> refusals = new ArrayList<>();
  private final UserAgent left = agent(new Nobody());
  private final UserAgent right = agent(guard);
  private final Wire wire = new Wire(Transport.UDP, left.stack().flows(), right.stack().flows());
  private @Nullable PeerCredentials ours = credentials("secret", "r");
  private final Caller caller = new Caller();

  @AfterEach
  void close() {
    left.close();
    right.close();
  }

  private PeerCredentials credentials(String password, @Nullable String realm) {
    return new PeerCredentials(
        ClientCredentials.ofPassword("left", password, realm), flow -> true, refusals::add);
  }

  @Test
  void challengedInviteIsSentAgainWithCredentials() {
    InviteDialog dialog = invite();
    assertThat(lines())
        .containsExactly(
            "> INVITE 1",
            "< 407 INVITE 1",
            "> ACK 1",
            "> INVITE 2 signed",
            "< 100 INVITE 2",
            "< 180 INVITE 2");
    guard.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    assertThat(lines()).endsWith("< 200 INVITE 2", "> ACK 2 signed");
    assertThat(heard).containsExactly("180", "200");
    assertThat(refusals).isEmpty();
  }

  @Test
  void nonceServesTheNextRequestToo() {
    invite();
    heard.clear();
    wire.forget();
    invite();
    assertThat(lines()).containsExactly("> INVITE 1 signed", "< 100 INVITE 1", "< 180 INVITE 1");
  }

  @Test
  void nonceThatIsTooOldIsReplaced() {
    invite();
    wire.forget();
    clock.advance(Duration.ofMinutes(10));
    invite();
    assertThat(lines())
        .filteredOn(line -> line.contains("INVITE"))
        .containsSubsequence(
            "> INVITE 1 signed", "< 407 INVITE 1", "> INVITE 2 signed", "< 180 INVITE 2");
  }

  @Test
  void wrongPasswordIsTriedOnce() {
    ours = credentials("wrong", "r");
    invite();
    assertThat(lines())
        .containsExactly(
            "> INVITE 1",
            "< 407 INVITE 1",
            "> ACK 1",
            "> INVITE 2 signed",
            "< 407 INVITE 2",
            "> ACK 2");
    assertThat(heard).containsExactly("407");
    assertThat(refusals).containsExactly(Verdict.WRONG_CREDENTIALS);
  }

  @Test
  void otherRealmIsToldNothing() {
    ours = credentials("secret", "mine");
    invite();
    assertThat(lines()).containsExactly("> INVITE 1", "< 407 INVITE 1", "> ACK 1");
    assertThat(refusals).containsExactly(Verdict.OTHER_REALM);
  }

  @Test
  void otherHostIsToldNothing() {
    ours =
        new PeerCredentials(
            ClientCredentials.ofPassword("left", "secret", "r"), flow -> false, refusals::add);
    invite();
    assertThat(lines()).containsExactly("> INVITE 1", "< 407 INVITE 1", "> ACK 1");
    assertThat(heard).containsExactly("407");
    assertThat(refusals).containsExactly(Verdict.OTHER_REALM);
  }

  @Test
  void whoHasNoCredentialsHearsTheChallenge() {
    ours = null;
    invite();
    assertThat(heard).containsExactly("407");
    assertThat(refusals).isEmpty();
  }

  @Test
  void peerThatAlwaysFindsTheNonceStaleIsGivenUp() {
    guard.alwaysStale = true;
    invite();
    assertThat(lines()).filteredOn(line -> line.startsWith("> INVITE")).hasSize(5);
    assertThat(heard).containsExactly("407");
  }

  @Test
  void requestInsideTheDialogIsSignedAndRetried() {
    InviteDialog dialog = invite();
    guard.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    wire.forget();
    clock.advance(Duration.ofMinutes(10)); // the nonce is too old now
    ClientExchange[] reinvite = new ClientExchange[1];
    reinvite[0] =
        dialog.send(
            "INVITE",
            MessageEdit.NONE,
            (status, reason, response) -> {
              heard.add("re-INVITE " + status);
              dialog.ack(reinvite[0], MessageEdit.NONE);
            });
    wire.settle();
    dialog.send(
        "INFO", MessageEdit.NONE, (status, reason, response) -> heard.add("INFO " + status));
    wire.settle();
    assertThat(lines())
        .containsExactly(
            "> INVITE 3 signed",
            "< 100 INVITE 3",
            "< 407 INVITE 3",
            "> ACK 3",
            "> INVITE 4 signed",
            "< 100 INVITE 4",
            "< 200 INVITE 4",
            "> ACK 4 signed",
            "> INFO 5 signed",
            "< 200 INFO 5");
    assertThat(heard).containsExactly("180", "200", "re-INVITE 200", "INFO 200");
  }

  @Test
  void cancelBeforeTheChallengeEndsTheCall() {
    guard.holdsChallenge = true;
    InviteDialog dialog = invite();
    dialog.cancel(MessageEdit.NONE);
    guard.challengeHeld();
    wire.settle();
    assertThat(lines()).filteredOn(line -> line.startsWith("> INVITE")).hasSize(1);
    assertThat(heard).containsExactly("180", "407");
  }

  @Test
  void cancelBetweenTheChallengeAndTheNextResponseWaitsForThat() {
    wire.loses(text -> text.startsWith("SIP/2.0 1"));
    InviteDialog dialog = invite();
    dialog.cancel(MessageEdit.NONE);
    wire.settle();
    assertThat(lines()).noneMatch(line -> line.contains("CANCEL"));
    wire.loses(text -> false);
    guard.invite.respond(183, "Session Progress");
    wire.settle();
    assertThat(lines()).contains("> CANCEL 2", "< 200 CANCEL 2");
    guard.invite.respond(487, "Request Terminated");
    wire.settle();
    assertThat(heard).containsExactly("183", "487");
  }

  @Test
  void requestsOfASeriesShareTheirCallIdAndCountOn() throws ParseException {
    RequestSeries series = new RequestSeries();
    options(series);
    options(series);
    assertThat(lines())
        .containsExactly(
            "> OPTIONS 1",
            "< 407 OPTIONS 1",
            "> OPTIONS 2 signed",
            "< 200 OPTIONS 2",
            "> OPTIONS 3 signed",
            "< 200 OPTIONS 3");
    assertThat(guard.callIds).hasSize(3);
    assertThat(guard.callIds.stream().distinct()).hasSize(1);
    assertThat(heard).containsExactly("200", "200");
  }

  @Test
  void abandonedRequestIsHeardOfNoMore() throws ParseException {
    guard.holdsChallenge = true;
    OutsideRequest request = options(new RequestSeries());
    request.abandon();
    guard.challengeHeld();
    wire.settle();
    assertThat(heard).isEmpty();
    assertThat(left.stack().transactions()).isZero();
  }

  private OutsideRequest options(RequestSeries series) throws ParseException {
    AddressFactory addresses = new AddressFactoryImpl();
    OutsideRequest request =
        left.request(
            new OutgoingRequest(
                "OPTIONS",
                addresses.createURI("sip:right.example"),
                addresses.createAddress("<sip:left@right.example>"),
                addresses.createAddress("<sip:right.example>"),
                70,
                MessageEdit.NONE),
            series,
            wire.left,
            ours,
            caller);
    wire.settle();
    return request;
  }

  private InviteDialog invite() {
    AddressFactory addresses = new AddressFactoryImpl();
    try {
      OutgoingInvite outgoing =
          new OutgoingInvite(
              addresses.createURI("sip:bob@right.example"),
              addresses.createAddress("<sip:alice@left.example>"),
              addresses.createAddress("<sip:bob@right.example>"),
              69,
              MessageEdit.NONE);
      InviteDialog dialog = left.invite(outgoing, wire.left, Runnable::run, caller);
      wire.settle();
      return dialog;
    } catch (ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What went over the wire: the direction, what it is, its number, and whether it was signed. */
  private List<String> lines() {
    return wire.delivered(
        (toRight, text) -> {
          String[] cseq = text.replaceAll("(?s).*\r\nCSeq: ([^\r]*).*", "$1").split(" ", -1);
          String[] first = text.lines().findFirst().orElse("").split(" ", -1);
          return (toRight ? "> " : "< ")
              + (first[0].equals("SIP/2.0") ? first[1] + " " + cseq[1] : first[0])
              + " "
              + cseq[0]
              + (text.contains("\r\nProxy-Authorization: ") ? " signed" : "");
        });
  }

  private UserAgent agent(UserAgentHandler handler) {
    UserAgent agent =
        new UserAgent(
            SETTINGS,
            MessageLimits.DEFAULT,
            timers,
            (uri, last) ->
                CompletableFuture.completedFuture(Optional.of(last).filter(Flow::isOpen)),
            new StackListener() {},
            handler);
    if (handler instanceof Guard made) {
      made.agent = agent;
    }
    return agent;
  }

  /** Our end. */
  private final class Caller implements DialogListener, ClientTransaction.Listener {
    @Override
    public @Nullable PeerCredentials credentials() {
      return ours;
    }

    @Override
    public void progressed(SIPResponse response) {
      heard.add("" + response.getStatusCode());
    }

    @Override
    public void answered(SIPResponse response) {
      heard.add("" + response.getStatusCode());
    }

    @Override
    public void refused(int status, String reason, @Nullable SIPResponse response) {
      heard.add("" + status);
    }

    @Override
    public void responded(SIPResponse response) {
      heard.add("" + response.getStatusCode());
    }

    @Override
    public void timedOut() {
      heard.add("timed out");
    }

    @Override
    public void flowEnded(FlowEnd end) {
      heard.add("flow ended");
    }

    @Override
    public void pracked(ServerExchange prack) {}

    @Override
    public void cancelled(SIPRequest cancel) {}

    @Override
    public void acked(ServerExchange invite, SIPRequest ack) {}

    @Override
    public void ackMissing(ServerExchange invite) {}

    @Override
    public void requested(ServerExchange request) {}

    @Override
    public void requestCancelled(ServerExchange invite) {}

    @Override
    public void hungUp(SIPRequest bye) {}

    @Override
    public void expired(int status, String reason) {}
  }

  /** The other end: lets only "left" with the password "secret" in realm "r" do anything. */
  private final class Guard implements UserAgentHandler, DialogListener {
    private final DigestAuthenticator authenticator =
        new DigestAuthenticator(
            DigestSettings.of("r"),
            (user, realm) -> Credentials.ofPassword(user, realm, "secret"),
            timers);
    private final List<String> callIds = new ArrayList<>();
    private UserAgent agent;
    private ServerExchange invite;
    private @Nullable ServerExchange held;
    private boolean holdsChallenge;
    private boolean alwaysStale;

    @Override
    public void invited(ServerExchange received) {
      if (holdsChallenge) {
        agent.accept(received, Runnable::run, this);
        received.respond(180, "Ringing");
        held = received;
      } else if (letsIn(received)) {
        invite = received;
        agent.accept(received, Runnable::run, this);
        received.respond(180, "Ringing");
      }
    }

    @Override
    public void requested(ServerExchange request) {
      callIds.add(request.request().getCallId().getCallId());
      if (holdsChallenge) {
        held = request;
      } else if (letsIn(request)) {
        request.respond(200, "OK");
      }
    }

    void challengeHeld() {
      if (held != null) {
        letsIn(held);
      }
    }

    private boolean letsIn(ServerExchange request) {
      List<AuthorizationValue> values =
          RawHeaders.values(request.raw(), "Proxy-Authorization", '\0').stream()
              .map(AuthorizationValue::parse)
              .toList();
      DigestOutcome outcome =
          authenticator.authenticate(
              new DigestRequest(
                  request.method(), request.request().getRequestURI().toString(), 1, values));
      if (outcome instanceof DigestOutcome.Authenticated && !alwaysStale) {
        return true;
      }
      boolean stale =
          alwaysStale || (outcome instanceof DigestOutcome.Challenge given && given.stale());
      request.respond(
          407,
          "Proxy Authentication Required",
          message -> {
            for (String value : authenticator.challenges(1, stale)) {
              ExtensionHeaderImpl header = new ExtensionHeaderImpl("Proxy-Authenticate");
              header.setValue(value);
              message.addHeader(header);
            }
          });
      return false;
    }

    @Override
    public void flowEnded(Flow flow, FlowEnd end) {}

    @Override
    public void flowEnded(FlowEnd end) {}

    @Override
    public void progressed(SIPResponse response) {}

    @Override
    public void answered(SIPResponse response) {}

    @Override
    public void refused(int status, String reason, @Nullable SIPResponse response) {}

    @Override
    public void pracked(ServerExchange prack) {}

    @Override
    public void cancelled(SIPRequest cancel) {}

    @Override
    public void acked(ServerExchange acked, SIPRequest ack) {}

    @Override
    public void ackMissing(ServerExchange unacked) {}

    @Override
    public void requestCancelled(ServerExchange cancelledInvite) {}

    @Override
    public void hungUp(SIPRequest bye) {}

    @Override
    public void expired(int status, String reason) {}
  }

  /** Our end is not called by anybody. */
  private static final class Nobody implements UserAgentHandler {
    @Override
    public void invited(ServerExchange invite) {
      throw new AssertionError("nobody calls");
    }

    @Override
    public void requested(ServerExchange request) {
      throw new AssertionError("nobody asks");
    }

    @Override
    public void flowEnded(Flow flow, FlowEnd end) {}
  }
}
