package dev.tandem.sip.ua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.stack.ClientTransaction;
import dev.tandem.sip.stack.MessageLimits;
import dev.tandem.sip.stack.StackListener;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.Transport;
import dev.tandem.testkit.ManualClock;
import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import javax.sip.address.AddressFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two user agents talk over a wire in memory, on a clock that the test moves. */
class UserAgentTest {
  private static final UaSettings SETTINGS =
      new UaSettings(
          "Test", List.of("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO"), List.of());

  private static final String REQUEST_URI = "sip:bob@right.invalid;transport=ws";

  private final ManualClock clock = new ManualClock();
  private final Timers timers = new Timers(clock, clock);
  private final List<String> served = new ArrayList<>();
  private final Events caller = new Events();
  private final Events callee = new Events();
  private final UserAgent left = agent(caller);
  private final UserAgent right = agent(callee);
  private Wire wire = new Wire(Transport.WS, left.stack().flows(), right.stack().flows());

  @AfterEach
  void close() {
    left.close();
    right.close();
  }

  @Test
  void eachRequestButAckIsMeasuredOnce() {
    InviteDialog dialog = invite();
    callee.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    assertThat(served).containsExactly("INVITE");

    dialog.hangUp(MessageEdit.NONE);
    wire.settle();
    assertThat(served).containsExactly("INVITE", "BYE");
  }

  @Test
  void aCallIsMadeAndHungUp() {
    InviteDialog dialog = invite();
    callee.invite.respond(180, "Ringing");
    wire.settle();
    callee.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    callee.dialog.hangUp(MessageEdit.NONE);
    wire.settle();

    assertThat(wire.seen)
        .extracting(line -> line.replaceAll("sip:.* ", ""))
        .containsExactly(
            "> INVITE SIP/2.0",
            "< SIP/2.0 180 Ringing",
            "< SIP/2.0 200 OK",
            "> ACK SIP/2.0",
            "< BYE SIP/2.0",
            "> SIP/2.0 200 OK");
    assertThat(caller.log).containsExactly("progressed 180", "answered 200", "hungUp");
    assertThat(callee.log).containsExactly("invited", "acked");
    nothingIsLeft();
  }

  /** RFC 3261 §17.2.1. */
  @Test
  void aBrowserHearsOf100WhenNothingElseIsSaidWithin200Milliseconds() {
    invite();
    clock.advance(Duration.ofMillis(199));
    wire.settle();
    assertThat(wire.seen).containsExactly("> INVITE " + REQUEST_URI + " SIP/2.0");
    clock.advance(Duration.ofMillis(1));
    wire.settle();
    assertThat(wire.seen).last().isEqualTo("< SIP/2.0 100 Trying");
    callee.invite.respond(180, "Ringing");
    clock.advance(Duration.ofSeconds(1));
    wire.settle();
    assertThat(wire.seen).hasSize(3).last().isEqualTo("< SIP/2.0 180 Ringing");
  }

  @ParameterizedTest
  @EnumSource(names = {"UDP", "TCP", "TLS"})
  void othersHearOf100AtOnce(Transport transport) {
    wire = new Wire(transport, left.stack().flows(), right.stack().flows());
    invite();
    assertThat(wire.seen)
        .containsExactly("> INVITE " + REQUEST_URI + " SIP/2.0", "< SIP/2.0 100 Trying");
  }

  /** What a lost datagram makes the peer ask for again is kept as bytes, not as a transaction. */
  @ParameterizedTest
  @EnumSource(names = {"WS", "UDP"})
  void ofACallNoTransactionOutlivesItsEnd(Transport transport) {
    wire = new Wire(transport, left.stack().flows(), right.stack().flows());
    InviteDialog dialog = invite();
    callee.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    assertThat(left.stack().transactions() + right.stack().transactions()).isZero();
    dialog.hangUp(MessageEdit.NONE);
    wire.settle();
    assertThat(left.stack().transactions() + right.stack().transactions()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  /** RFC 3261 §17.2.2, Timer J. */
  @Test
  void aRequestThatComesAgainOverUdpIsAnsweredAsItWas() {
    wire = new Wire(Transport.UDP, left.stack().flows(), right.stack().flows());
    InviteDialog dialog = invite();
    callee.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    dialog.hangUp(MessageEdit.NONE);
    wire.settle();
    clock.advance(Duration.ofSeconds(31));
    assertThat(whatCauses(text -> text.startsWith("BYE"))).containsExactly("< SIP/2.0 200 OK");
    assertThat(whatCauses(text -> text.startsWith("INVITE"))).containsExactly("< SIP/2.0 200 OK");
    clock.advance(Duration.ofSeconds(1));
    assertThat(whatCauses(text -> text.startsWith("BYE")))
        .containsExactly("< SIP/2.0 481 Call/Transaction Does Not Exist");
  }

  /** RFC 3261 §17.1.1.2, Timer D; §17.2.1, Timer I. */
  @Test
  void ofARefusalOverUdpEachPartCanBeLost() {
    wire = new Wire(Transport.UDP, left.stack().flows(), right.stack().flows());
    invite();
    callee.invite.respond(486, "Busy Here");
    wire.settle();
    assertThat(left.stack().transactions() + right.stack().transactions()).isZero();
    assertThat(clock.pendingTasks()).isZero();
    assertThat(whatCauses(text -> text.startsWith("SIP/2.0 486")))
        .containsExactly("> ACK " + REQUEST_URI + " SIP/2.0");
    assertThat(whatCauses(text -> text.startsWith("ACK"))).isEmpty();
    assertThat(whatCauses(text -> text.startsWith("INVITE")))
        .containsExactly("< SIP/2.0 486 Busy Here", "> ACK " + REQUEST_URI + " SIP/2.0");
    assertThat(caller.log).containsExactly("refused 486");
    assertThat(callee.log).containsExactly("invited");
  }

  /** Timers G and H. */
  @Test
  void aRefusalIsRepeatedUpToEachT2AndGivenUpAfter64T1() {
    wire = new Wire(Transport.UDP, left.stack().flows(), right.stack().flows());
    invite();
    wire.loses(text -> text.startsWith("ACK"));
    callee.invite.respond(486, "Busy Here");
    wire.settle();
    List<Long> repeats = new ArrayList<>();
    for (int tick = 1; tick <= 64; tick++) {
      int before = wire.seen.size();
      clock.advance(Duration.ofMillis(500));
      wire.settle();
      if (wire.seen.subList(before, wire.seen.size()).contains("< SIP/2.0 486 Busy Here")) {
        repeats.add(tick * 500L);
      }
    }
    assertThat(repeats)
        .containsExactly(500L, 1500L, 3500L, 7500L, 11500L, 15500L, 19500L, 23500L, 27500L, 31500L);
    assertThat(right.stack().transactions()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  private List<String> whatCauses(Predicate<String> repeated) {
    wire.repeat(repeated, text -> text);
    int before = wire.seen.size() + 1; // itself
    wire.settle();
    return wire.seen.subList(before, wire.seen.size());
  }

  @Test
  void anAnswerIsRepeatedUntilItsAckComes() {
    wire = new Wire(Transport.UDP, left.stack().flows(), right.stack().flows());
    InviteDialog dialog = invite();
    callee.invite.respond(200, "OK");
    wire.settle();
    wire.loses(text -> text.startsWith("ACK"));
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    clock.advance(Duration.ofMillis(500));
    wire.settle();
    wire.loses(text -> false);
    clock.advance(Duration.ofSeconds(1));
    wire.settle();

    assertThat(wire.seen).filteredOn(line -> line.equals("< SIP/2.0 200 OK")).hasSize(3);
    assertThat(callee.log).containsExactly("invited", "acked");
    clock.advance(Duration.ofSeconds(60));
    assertThat(wire.seen).filteredOn(line -> line.equals("< SIP/2.0 200 OK")).hasSize(3);
  }

  @Test
  void anAnswerThatIsNeverAckedIsGivenUpAfter64T1() {
    invite();
    callee.invite.respond(200, "OK");
    wire.settle();
    clock.advance(Duration.ofMillis(31_999));
    assertThat(callee.log).containsExactly("invited");
    clock.advance(Duration.ofMillis(1));
    assertThat(callee.log).containsExactly("invited", "ackMissing");
  }

  @Test
  void aByeWaitsForTheAck() {
    InviteDialog dialog = invite();
    callee.invite.respond(200, "OK");
    callee.dialog.hangUp(MessageEdit.NONE);
    wire.settle();
    assertThat(wire.seen).noneMatch(line -> line.contains("BYE"));
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    assertThat(wire.seen).anyMatch(line -> line.contains("BYE"));
    nothingIsLeft();
  }

  @Test
  void aCancelWaitsForAProvisionalResponse() {
    wire.loses(text -> text.startsWith("SIP/2.0 100"));
    InviteDialog dialog = invite();
    dialog.cancel(MessageEdit.NONE);
    wire.settle();
    assertThat(wire.seen).noneMatch(line -> line.contains("CANCEL"));
    callee.invite.respond(180, "Ringing");
    wire.settle();
    callee.invite.respond(487, "Request Terminated");
    wire.settle();
    assertThat(callee.log).containsExactly("invited", "cancelled");
    assertThat(caller.log).containsExactly("progressed 180", "refused 487");
    clock.advance(Duration.ofSeconds(60));
    nothingIsLeft();
  }

  @Test
  void aCancelledInviteThatNeverEndsIsEndedHere() {
    InviteDialog dialog = invite();
    callee.invite.respond(180, "Ringing");
    wire.settle();
    dialog.cancel(MessageEdit.NONE);
    wire.settle();
    clock.advance(Duration.ofSeconds(32));
    assertThat(caller.log).containsExactly("progressed 180", "refused 487");
    wire.seen.clear();
    callee.invite.respond(200, "OK"); // after all
    wire.settle();
    assertThat(wire.seen)
        .extracting(line -> line.replaceAll("sip:.* ", ""))
        .containsExactly("< SIP/2.0 200 OK", "> ACK SIP/2.0", "> BYE SIP/2.0", "< SIP/2.0 200 OK");
    clock.advance(Duration.ofSeconds(64));
    nothingIsLeft();
  }

  @Test
  void anInviteThatNobodyAnswersTimesOut() {
    wire.loses(text -> true);
    invite();
    clock.advance(Duration.ofSeconds(33));
    wire.settle();
    assertThat(caller.log).containsExactly("refused 408");
    clock.advance(Duration.ofSeconds(33));
    assertThat(left.dialogs()).isZero();
    assertThat(left.stack().transactions()).isZero();
  }

  @Test
  void whatIsOpenWhenTheDialogEndsIsAnswered() {
    InviteDialog dialog = invite();
    callee.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    List<Integer> outcomes = new ArrayList<>();
    dialog.send("INFO", MessageEdit.NONE, (status, reason, response) -> outcomes.add(status));
    dialog.send("INVITE", MessageEdit.NONE, (status, reason, response) -> outcomes.add(status));
    wire.settle();
    assertThat(callee.log).endsWith("requested INFO", "requested INVITE");
    dialog.hangUp(MessageEdit.NONE);
    wire.settle();
    assertThat(outcomes).containsExactly(487, 487);
    clock.advance(Duration.ofSeconds(1));
    nothingIsLeft();
  }

  /** JsSIP does so after 491, and hangs up when the second INVITE is refused, too. */
  @Test
  void anInviteThatWasRefusedWith491MayComeAgainUnderItsNumber() {
    InviteDialog dialog = invite();
    callee.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    dialog.send("INVITE", MessageEdit.NONE, (status, reason, response) -> {});
    wire.settle();
    callee.requested.respond(491, "Request Pending");
    wire.settle();

    inviteComesAgain("z9hG4bKagain");
    assertThat(callee.log).endsWith("acked", "requested INVITE", "requested INVITE");
    callee.requested.respond(500, "Server Internal Error");
    wire.settle();
    inviteComesAgain("z9hG4bKonceMore");
    assertThat(callee.log).endsWith("acked", "requested INVITE", "requested INVITE");
    assertThat(wire.seen).endsWith("< SIP/2.0 500 CSeq Out Of Order");
  }

  private void inviteComesAgain(String branch) {
    wire.repeat(
        text -> text.startsWith("INVITE") && text.contains("CSeq: 2 "),
        text -> text.replaceFirst("branch=[^;\r]+", "branch=" + branch));
    wire.settle();
  }

  @Test
  void anotherForkThatAnswersIsAcknowledgedAndHungUp() {
    InviteDialog dialog = invite();
    callee.invite.respond(200, "OK");
    wire.settle();
    dialog.ack(MessageEdit.NONE);
    wire.settle();
    wire.seen.clear();
    String tag = callee.invite.localTag();
    wire.repeat(text -> text.startsWith("SIP/2.0 200"), text -> text.replace(tag, "otherfork"));
    wire.settle();
    assertThat(wire.seen)
        .extracting(line -> line.replaceAll("sip:.* ", ""))
        .startsWith("< SIP/2.0 200 OK", "> ACK SIP/2.0", "> BYE SIP/2.0");
  }

  @Test
  void theEndOfAFlowIsToldOnceAndLeavesNothing() {
    invite();
    wire.cut();
    assertThat(caller.log).containsExactly("refused 480");
    assertThat(callee.log).containsExactly("invited", "flowEnded");
    clock.advance(Duration.ofSeconds(64));
    nothingIsLeft();
  }

  /** What goes to the next connection of a peer goes as it was: the peer may have it already. */
  @Test
  void aRequestThatIsSentAgainUnderItsBranchHearsItsAnswer() throws ParseException {
    invite();
    SIPRequest request = (SIPRequest) callee.invite.request().clone();
    request.getCallId().setCallId("another");
    request.getTopmostVia().setBranch("z9hG4bKonTwoConnections");
    List<String> heard = new ArrayList<>();
    left.stack().send(request, wire.left, hears("first", heard)).abandon();
    left.stack().send((SIPRequest) request.clone(), wire.left, hears("second", heard));
    wire.settle();
    clock.advance(Duration.ofSeconds(2)); // the timers of the first one
    callee.invite.respond(486, "Busy Here");
    wire.settle();
    assertThat(heard).containsOnly("second 100", "second 486");
  }

  private static ClientTransaction.Listener hears(String name, List<String> heard) {
    return new ClientTransaction.Listener() {
      @Override
      public void responded(SIPResponse response) {
        heard.add(name + " " + response.getStatusCode());
      }

      @Override
      public void timedOut() {
        heard.add(name + " timed out");
      }

      @Override
      public void flowEnded(FlowEnd end) {
        heard.add(name + " lost its flow");
      }
    };
  }

  private void nothingIsLeft() {
    clock.advance(Duration.ofSeconds(1));
    assertThat(left.dialogs()).isZero();
    assertThat(right.dialogs()).isZero();
    assertThat(left.stack().transactions()).isZero();
    assertThat(right.stack().transactions()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  private InviteDialog invite() {
    AddressFactory addresses = new AddressFactoryImpl();
    try {
      OutgoingInvite outgoing =
          new OutgoingInvite(
              addresses.createURI(REQUEST_URI),
              addresses.createAddress("<sip:alice@tandem.example>"),
              addresses.createAddress("<sip:bob@tandem.example>"),
              69,
              MessageEdit.NONE);
      InviteDialog dialog = left.invite(outgoing, wire.left, caller.serial, caller);
      wire.settle();
      return dialog;
    } catch (ParseException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private UserAgent agent(Events events) {
    UserAgent agent =
        new UserAgent(
            SETTINGS,
            MessageLimits.DEFAULT,
            timers,
            (uri, last) ->
                CompletableFuture.completedFuture(Optional.of(last).filter(Flow::isOpen)),
            new StackListener() {
              @Override
              public void requestAnswered(String method, long nanos) {
                served.add(method);
              }
            },
            events);
    events.agent = agent;
    return agent;
  }

  /** Writes down what it hears, and accepts every INVITE without answering it. */
  private static final class Events implements DialogListener, UserAgentHandler {
    final List<String> log = new ArrayList<>();
    final SerialForTest serial = new SerialForTest();
    UserAgent agent;
    ServerExchange invite;
    ServerExchange requested;
    InviteDialog dialog;

    @Override
    public void invited(ServerExchange received) {
      log.add("invited");
      invite = received;
      dialog = agent.accept(received, serial, this);
    }

    @Override
    public void requested(ServerExchange request) {
      requested = request;
      log.add("requested " + request.method());
    }

    @Override
    public void flowEnded(Flow flow, FlowEnd end) {}

    @Override
    public void progressed(SIPResponse response) {
      log.add("progressed " + response.getStatusCode());
    }

    @Override
    public void answered(SIPResponse response) {
      log.add("answered " + response.getStatusCode());
    }

    @Override
    public void refused(int status, String reason, SIPResponse response) {
      log.add("refused " + status);
    }

    @Override
    public void cancelled(SIPRequest cancel) {
      log.add("cancelled");
    }

    @Override
    public void acked(ServerExchange acked, SIPRequest ack) {
      log.add("acked");
    }

    @Override
    public void ackMissing(ServerExchange unacked) {
      log.add("ackMissing");
    }

    @Override
    public void requestCancelled(ServerExchange cancelledInvite) {
      log.add("requestCancelled");
    }

    @Override
    public void hungUp(SIPRequest bye) {
      log.add("hungUp");
    }

    @Override
    public void pracked(ServerExchange prack) {
      log.add("pracked");
    }

    @Override
    public void expired(int status, String reason) {
      log.add("expired " + status);
    }

    @Override
    public void flowEnded(FlowEnd end) {
      log.add("flowEnded");
    }
  }

  /** Runs tasks one after the other, on whichever thread is there. */
  private static final class SerialForTest implements java.util.concurrent.Executor {
    private final java.util.ArrayDeque<Runnable> tasks = new java.util.ArrayDeque<>();
    private boolean running;

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
      if (!running) {
        running = true;
        try {
          while (!tasks.isEmpty()) {
            tasks.poll().run();
          }
        } finally {
          running = false;
        }
      }
    }
  }
}
