package dev.tandem.gateway.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.RegistrarConfig;
import dev.tandem.gateway.registrar.RegisterResult.IntervalTooBrief;
import dev.tandem.gateway.registrar.RegisterResult.Registered;
import dev.tandem.gateway.registrar.RegisterResult.Rejected;
import dev.tandem.gateway.registrar.RegistrarEvent.Added;
import dev.tandem.gateway.registrar.RegistrarEvent.Cause;
import dev.tandem.gateway.registrar.RegistrarEvent.Refreshed;
import dev.tandem.gateway.registrar.RegistrarEvent.Removed;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrarTest {
  private static final Aor ALICE = Aor.of("alice", "example.test");
  private static final Aor BOB = Aor.of("bob", "example.test");
  private static final RegistrarConfig CONFIG =
      new RegistrarConfig(
          Duration.ofSeconds(600), Duration.ofSeconds(60), Duration.ofSeconds(3600), 3);
  private static final String INSTANCE_1 = ";+sip.instance=\"<urn:uuid:1>\"";
  private static final String INSTANCE_2 = ";+sip.instance=\"<urn:uuid:2>\"";

  private final ManualClock clock = new ManualClock();
  private final List<RegistrarEvent> events = new ArrayList<>();
  private final Registrar registrar = new Registrar(CONFIG, new Timers(clock, clock), events::add);
  private final Set<FlowId> closed = new HashSet<>();
  private final FlowId flow1 = new FlowId(1);
  private final FlowId flow2 = new FlowId(2);

  @AfterEach
  void close() {
    registrar.close();
  }

  /** A REGISTER as a test writes it; every with-method gives a changed copy. */
  private record Request(
      Aor aor, String callId, long cseq, List<String> contacts, long expires, FlowId flow) {
    Request on(FlowId otherFlow) {
      return new Request(aor, callId, cseq, contacts, expires, otherFlow);
    }

    Request call(String otherCallId, long otherCseq) {
      return new Request(aor, otherCallId, otherCseq, contacts, expires, flow);
    }

    Request expires(long seconds) {
      return new Request(aor, callId, cseq, contacts, seconds, flow);
    }

    Request of(Aor otherAor) {
      return new Request(otherAor, callId, cseq, contacts, expires, flow);
    }
  }

  private long lastCseq;

  private Request contacts(String... contacts) {
    return new Request(
        ALICE, "call-1", ++lastCseq, List.of(contacts), ContactSpec.NO_EXPIRES, flow1);
  }

  private RegisterResult register(Request request) {
    return registrar.register(
        new RegisterRequest(
            request.aor(),
            request.callId(),
            request.cseq(),
            Contacts.parse(request.contacts()),
            request.expires(),
            List.of(),
            request.flow(),
            () -> !closed.contains(request.flow())));
  }

  private List<String> registered(Request request) {
    RegisterResult result = register(request);
    assertThat(result).isInstanceOf(Registered.class);
    return ((Registered) result).contactValues();
  }

  private List<String> uris(Aor aor) {
    return registrar.bindings(aor).stream().map(Binding::requestUri).toList();
  }

  private void flowEnds(FlowId flow) {
    closed.add(flow);
    registrar.flowEnded(flow);
  }

  private void assertCounts(long aors, long bindings, int flows) {
    assertThat(registrar.aorCount()).as("aors").isEqualTo(aors);
    assertThat(registrar.bindingCount()).as("bindings").isEqualTo(bindings);
    assertThat(registrar.flowCount()).as("flows").isEqualTo(flows);
  }

  @Test
  void contactComesBackAsItWasSentWithTheTimeGranted() {
    String contact =
        "\"A, \\\"B\\\"\" <sip:k3b@fk1d.invalid;transport=ws;ob>;+sip.ice;reg-id=1"
            + ";+sip.instance=\"<urn:uuid:5e9b0d0e>\";x=\"y;z,\"";
    assertThat(registered(contacts(contact))).containsExactly(contact + ";expires=600");
    assertThat(registered(contacts(contact + ";expires=120")))
        .containsExactly(contact + ";expires=120");
    clock.advance(Duration.ofMillis(10_001));
    assertThat(registered(contacts())).containsExactly(contact + ";expires=110");
  }

  @Test
  void severalContactsEachWithItsOwnPreferenceAndTime() {
    assertThat(
            registered(
                contacts("<sip:a@1>;q=0.5;expires=100, <sip:b@2>;q=0.9", "sip:c@3;expires=70")
                    .expires(200)))
        .containsExactly(
            "sip:c@3;expires=70", "<sip:b@2>;q=0.9;expires=200", "<sip:a@1>;q=0.5;expires=100");
    assertThat(uris(ALICE)).containsExactly("sip:c@3", "sip:b@2", "sip:a@1");
  }

  @Test
  void bindingsOfOneRequestComeBeforeTheOthersInItsAnswer() {
    registered(contacts("<sip:a@1>;q=1"));
    assertThat(registered(contacts("<sip:b@2>;q=0.1")))
        .containsExactly("<sip:b@2>;q=0.1;expires=600", "<sip:a@1>;q=1;expires=600");
  }

  @Test
  void amongEquallyPreferredTheMostRecentIsFirst() {
    registered(contacts("<sip:a@1>"));
    registered(contacts("<sip:b@2>"));
    assertThat(uris(ALICE)).containsExactly("sip:b@2", "sip:a@1");
    registered(contacts("<sip:a@1>"));
    assertThat(uris(ALICE)).containsExactly("sip:a@1", "sip:b@2");
  }

  @Test
  void queryChangesNothing() {
    assertThat(registered(contacts())).isEmpty();
    registered(contacts("<sip:a@1>"));
    events.clear();
    assertThat(registered(contacts().call("other", 1))).containsExactly("<sip:a@1>;expires=600");
    assertThat(events).isEmpty();
  }

  @Test
  void oneAorIsNotAnother() {
    registered(contacts("<sip:a@1>"));
    registered(contacts("<sip:a@1>").of(BOB));
    registered(contacts("<sip:a@1>;expires=0"));
    assertThat(uris(ALICE)).isEmpty();
    assertThat(uris(BOB)).containsExactly("sip:a@1");
  }

  @ParameterizedTest
  @CsvSource({
    "'', -1, 600",
    "'', 100, 100",
    ";expires=90, 100, 90",
    ";expires=bad, 100, 100",
    ";expires=99999, 100, 3600",
    "'', 4294967295, 3600",
    ";expires=60, -1, 60",
  })
  void contactsTimeGoesBeforeTheHeaderBeforeTheDefaultUpToTheMaximum(
      String parameter, long header, long granted) {
    assertThat(registered(contacts("<sip:a@1>" + parameter).expires(header)))
        .containsExactly("<sip:a@1>;expires=" + granted);
  }

  @Test
  void timeBelowTheMinimumIsTooBriefForTheWholeRequest() {
    assertThat(register(contacts("<sip:a@1>;expires=59"))).isEqualTo(new IntervalTooBrief(60));
    assertThat(register(contacts("<sip:a@1>").expires(1))).isEqualTo(new IntervalTooBrief(60));
    assertThat(register(contacts("<sip:a@1>, <sip:b@2>;expires=59")))
        .isEqualTo(new IntervalTooBrief(60));
    assertThat(uris(ALICE)).isEmpty();
    assertThat(registered(contacts("<sip:a@1>;expires=60").expires(1))).hasSize(1);
  }

  @Test
  void zeroRemovesWhatIsThereAndHarmsNothingElse() {
    registered(contacts("<sip:a@1>", "<sip:b@2>"));
    assertThat(registered(contacts("<sip:A@1>;expires=0", "<sip:c@3>").expires(0)))
        .hasSize(2); // users are case-sensitive
    assertThat(registered(contacts("<sip:a@1>;expires=0", "<sip:b@2>;expires=60").expires(0)))
        .containsExactly("<sip:b@2>;expires=60");
    assertThat(registered(contacts("<sip:b@2>").expires(0))).isEmpty();
    assertCounts(0, 0, 0);
  }

  @Test
  void starRemovesAllAndNeedsExpiresZero() {
    registered(contacts("<sip:a@1>", "<sip:b@2>"));
    for (long expires : new long[] {-1, 1, 3600}) {
      assertThat(register(contacts("*").expires(expires)))
          .isEqualTo(new Rejected(400, "Contact: * needs Expires: 0"));
    }
    assertThat(uris(ALICE)).hasSize(2);
    assertThat(registered(contacts("*").expires(0))).isEmpty();
    assertThat(registered(contacts("*").expires(0))).isEmpty();
    assertThat(events)
        .filteredOn(Removed.class::isInstance)
        .extracting(event -> ((Removed) event).cause())
        .containsExactly(Cause.UNREGISTERED, Cause.UNREGISTERED);
    assertCounts(0, 0, 0);
  }

  @Test
  void malformedContactIsABadRequestNotAQuery() {
    assertThat(register(contacts("<sip:a@1")))
        .isEqualTo(new Rejected(400, "Bad Contact: a < is not closed"));
  }

  @Test
  void cseqMustRiseWithinACallId() {
    Rejected outOfOrder = new Rejected(500, "CSeq is not higher than before");
    registered(contacts("<sip:a@1>;expires=300").call("x", 7));
    assertThat(register(contacts("<sip:a@1>").call("x", 7))).isEqualTo(outOfOrder);
    assertThat(register(contacts("<sip:a@1>").call("x", 6))).isEqualTo(outOfOrder);
    assertThat(register(contacts("<sip:a@1>;expires=0").call("x", 6))).isEqualTo(outOfOrder);
    assertThat(register(contacts("*").call("x", 7).expires(0))).isEqualTo(outOfOrder);
    assertThat(registered(contacts())).containsExactly("<sip:a@1>;expires=300");
    registered(contacts("<sip:b@2>").call("x", 5)); // no binding of its own to be older than
    registered(contacts("<sip:a@1>").call("y", 1));
    registered(contacts("<sip:a@1>").call("x", 6)); // the binding is of call y by now
    assertThat(register(contacts("<sip:a@1>").call("x", 6))).isEqualTo(outOfOrder);
    registered(contacts("*").call("x", 8).expires(0));
    registered(contacts("<sip:a@1>").call("x", 1)); // nothing left to be older than
  }

  @Test
  void requestThatFailsInOnePartFailsInAll() {
    registered(contacts("<sip:a@1>").call("x", 7));
    registered(contacts("<sip:b@2>").call("y", 9));
    List<Binding> before = registrar.bindings(ALICE);
    events.clear();
    assertThat(register(contacts("<sip:c@3>", "<sip:a@1>;expires=0", "<sip:b@2>").call("y", 9)))
        .isInstanceOf(Rejected.class);
    assertThat(register(contacts("*").call("y", 9).expires(0))).isInstanceOf(Rejected.class);
    assertThat(registrar.bindings(ALICE)).isEqualTo(before);
    assertThat(events).isEmpty();
  }

  @Test
  void sameContactTwiceInOneRequestIsOneBindingTheLast() {
    assertThat(registered(contacts("<sip:a@1>;q=0.1", "<sip:a@1>;q=0.2")))
        .containsExactly("<sip:a@1>;q=0.2;expires=600");
    assertThat(registered(contacts("<sip:a@1>", "<sip:a@1>;expires=0"))).isEmpty();
  }

  @Test
  void equivalentUriReplaces() {
    registered(contacts("<sip:a@EXAMPLE.com;x=1>"));
    assertThat(registered(contacts("\"A\" <sip:%61@example.com>")))
        .containsExactly("\"A\" <sip:%61@example.com>;expires=600");
  }

  @Test
  void deviceWithAnInstanceReplacesItselfFromAnywhere() {
    registered(contacts("<sip:abc@1.invalid>" + INSTANCE_1 + ";reg-id=1").call("x", 100));
    events.clear();
    assertThat(
            registered(
                contacts("<sip:xyz@2.invalid>" + INSTANCE_1 + ";reg-id=1").call("y", 1).on(flow2)))
        .containsExactly("<sip:xyz@2.invalid>" + INSTANCE_1 + ";reg-id=1;expires=600");
    assertThat(events).hasSize(1);
    assertThat(((Refreshed) events.get(0)).isMoved()).isTrue();
    assertThat(events.get(0).binding().flow()).isEqualTo(flow2);
    assertCounts(1, 1, 1);
  }

  @Test
  void flowsOfOneDeviceAreToldApartByRegId() {
    registered(contacts("<sip:a@1>" + INSTANCE_1 + ";reg-id=1").on(flow1));
    registered(contacts("<sip:a@1>" + INSTANCE_1 + ";reg-id=2").on(flow2));
    registered(contacts("<sip:a@1>" + INSTANCE_2).on(flow2));
    assertThat(registrar.bindings(ALICE)).hasSize(3);
    flowEnds(flow2);
    assertThat(registrar.bindings(ALICE)).extracting(Binding::flow).containsExactly(flow1);
  }

  @Test
  void deviceThatMatchesTwoOldBindingsReplacesBoth() {
    registered(contacts("<sip:old@1>" + INSTANCE_1));
    registered(contacts("<sip:new@2>"));
    events.clear();
    assertThat(registered(contacts("<sip:new@2>" + INSTANCE_1))).hasSize(1);
    assertThat(events).hasSize(2);
    assertThat(events).hasAtLeastOneElementOfType(Refreshed.class);
    assertThat(events)
        .filteredOn(Removed.class::isInstance)
        .extracting(event -> ((Removed) event).cause())
        .containsExactly(Cause.REPLACED);
    assertCounts(1, 1, 1);
  }

  @Test
  void limitOfBindingsStopsNewOnesButNeverARefresh() {
    registered(contacts("<sip:a@1>", "<sip:b@2>", "<sip:c@3>"));
    assertThat(register(contacts("<sip:d@4>")))
        .isEqualTo(new Rejected(403, "At most 3 devices can be registered"));
    assertThat(registered(contacts("<sip:a@1>"))).hasSize(3);
    assertThat(registered(contacts("<sip:d@4>", "<sip:a@1>;expires=0"))).hasSize(3);
    assertThat(register(contacts("<sip:x@1>", "<sip:y@1>", "<sip:z@1>", "<sip:w@1>").of(BOB)))
        .isInstanceOf(Rejected.class);
    assertThat(uris(ALICE)).containsExactlyInAnyOrder("sip:b@2", "sip:c@3", "sip:d@4");
    assertThat(uris(BOB)).isEmpty();
  }

  @Test
  void expiredBindingMakesRoom() {
    registered(contacts("<sip:a@1>;expires=60", "<sip:b@2>", "<sip:c@3>"));
    clock.advance(Duration.ofSeconds(60));
    assertThat(registered(contacts("<sip:d@4>"))).hasSize(3);
  }

  @Test
  void bindingEndsInItsMillisecondForEveryReader() {
    registered(contacts("<sip:a@1>;expires=60", "<sip:b@2>;expires=61"));
    clock.advance(Duration.ofMillis(59_999));
    assertThat(uris(ALICE)).hasSize(2);
    clock.advance(Duration.ofMillis(1));
    assertThat(uris(ALICE)).containsExactly("sip:b@2");
    assertThat(registered(contacts())).containsExactly("<sip:b@2>;expires=1");
    clock.advance(Duration.ofSeconds(1));
    assertThat(uris(ALICE)).isEmpty();
    assertThat(registered(contacts())).isEmpty();
  }

  @Test
  void everyExpiryIsToldOnceWithinSeconds() {
    registered(contacts("<sip:a@1>;expires=60", "<sip:b@2>;expires=90").on(flow1));
    registered(contacts("<sip:c@3>;expires=60").of(BOB).on(flow2));
    events.clear();
    clock.advance(Duration.ofSeconds(65));
    assertThat(events)
        .extracting(RegistrarEvent::aor, e -> e.binding().requestUri(), e -> ((Removed) e).cause())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(ALICE, "sip:a@1", Cause.EXPIRED),
            org.assertj.core.groups.Tuple.tuple(BOB, "sip:c@3", Cause.EXPIRED));
    assertCounts(1, 1, 1);
    clock.advance(Duration.ofSeconds(30));
    assertThat(events).hasSize(3);
    assertCounts(0, 0, 0);
  }

  @Test
  void expiryIsToldAlsoWhenAReturningDeviceFindsItFirst() {
    registered(contacts("<sip:a@1>;expires=61"));
    clock.advance(Duration.ofSeconds(61)); // between two sweeps
    registered(contacts("<sip:a@1>").on(flow2));
    assertThat(events)
        .extracting(e -> e.getClass().getSimpleName())
        .containsExactly("Added", "Removed", "Added");
    assertCounts(1, 1, 1);
  }

  @Test
  void refreshProlongs() {
    for (int i = 0; i < 10; i++) {
      registered(contacts("<sip:a@1>;expires=60"));
      clock.advance(Duration.ofSeconds(59));
    }
    assertThat(uris(ALICE)).hasSize(1);
    assertThat(events).hasSize(10);
    assertThat(events.subList(1, 10)).allMatch(e -> e instanceof Refreshed r && !r.isMoved());
    registered(contacts("<sip:a@1>;expires=3600"));
    registered(contacts("<sip:a@1>;expires=60")); // shorter
    clock.advance(Duration.ofSeconds(60));
    assertThat(uris(ALICE)).isEmpty();
  }

  @Test
  void bindingsLeaveWithTheirFlow() {
    registered(contacts("<sip:a@1>", "<sip:b@2>").on(flow1));
    registered(contacts("<sip:c@3>").on(flow2));
    registered(contacts("<sip:d@4>").of(BOB).on(flow1));
    events.clear();
    flowEnds(flow1);
    assertThat(uris(ALICE)).containsExactly("sip:c@3");
    assertThat(uris(BOB)).isEmpty();
    assertThat(events).hasSize(3).allMatch(e -> ((Removed) e).cause() == Cause.FLOW_ENDED);
    assertCounts(1, 1, 1);
    flowEnds(flow1);
    flowEnds(new FlowId(99));
    assertThat(events).hasSize(3);
  }

  @Test
  void bindingThatHasMovedStaysWhenItsOldFlowEnds() {
    registered(contacts("<sip:a@1>").on(flow1));
    registered(contacts("<sip:a@1>").on(flow2));
    flowEnds(flow1);
    assertThat(registrar.bindings(ALICE)).extracting(Binding::flow).containsExactly(flow2);
    flowEnds(flow2);
    assertCounts(0, 0, 0);
  }

  @Test
  void registeringOnADeadFlowLeavesNoBinding() {
    flowEnds(flow1);
    register(contacts("<sip:a@1>").on(flow1));
    assertThat(uris(ALICE)).isEmpty();
    registered(contacts("<sip:b@2>").on(flow2));
    register(contacts("<sip:c@3>").on(flow1));
    assertThat(uris(ALICE)).containsExactly("sip:b@2");
    assertCounts(1, 1, 1);
  }

  @Test
  void flowIsAskedOnlyWhenTheBindingIsThereForTheEndOfTheFlowToFind() {
    List<Integer> found = new ArrayList<>();
    registrar.register(
        new RegisterRequest(
            ALICE,
            "call-1",
            1,
            Contacts.parse(List.of("<sip:a@1>")),
            600,
            List.of(),
            flow1,
            () -> {
              found.add(registrar.bindings(ALICE).size());
              registrar.flowEnded(flow1); // ends after it has said that it is open
              return true;
            }));
    assertThat(found).containsExactly(1);
    assertThat(uris(ALICE)).isEmpty();
  }

  @Test
  void manyUsersOnOneFlowLeaveTogether() {
    for (int i = 0; i < 500; i++) {
      registered(contacts("<sip:a@1>").of(Aor.of("u" + i, "example.test")));
    }
    registered(contacts("<sip:a@1>;expires=0").of(Aor.of("u7", "example.test")));
    assertCounts(499, 499, 1);
    flowEnds(flow1);
    assertCounts(0, 0, 0);
  }

  @Test
  void strangersCannotFillTheMemory() {
    try (Registrar small =
        new Registrar(CONFIG, new Timers(clock, clock), RegistrarListener.NONE, 2)) {
      List<RegisterResult> results = new ArrayList<>();
      for (String user : List.of("a", "b", "c", "a")) {
        results.add(
            small.register(
                new RegisterRequest(
                    Aor.of(user, "x"),
                    user,
                    ++lastCseq,
                    Contacts.parse(List.of("<sip:a@1>")),
                    60,
                    List.of(),
                    flow1,
                    () -> true)));
      }
      assertThat(results.get(2)).isEqualTo(new Rejected(503, "Too many users are registered"));
      assertThat(results).filteredOn(Registered.class::isInstance).hasSize(3);
    }
  }

  @Test
  void listenerThatFailsHarmsNothing() {
    try (Registrar unlucky =
        new Registrar(
            CONFIG,
            new Timers(clock, clock),
            event -> {
              throw new IllegalStateException("on purpose");
            })) {
      RegisterResult result =
          unlucky.register(
              new RegisterRequest(
                  ALICE,
                  "x",
                  1,
                  Contacts.parse(List.of("<sip:a@1>")),
                  60,
                  List.of("<sip:edge.example;lr>"),
                  flow1,
                  () -> true));
      assertThat(result).isInstanceOf(Registered.class);
      assertThat(unlucky.bindings(ALICE))
          .extracting(Binding::path)
          .containsExactly(List.of("<sip:edge.example;lr>"));
    }
  }

  @Test
  void headersInAContactAreNoPartOfTheRequestUri() {
    registered(contacts("<sip:a?b@1;transport=ws?Route=%3Csip:evil%3E>"));
    assertThat(uris(ALICE)).containsExactly("sip:a?b@1;transport=ws");
  }

  @Test
  void everyAorCanBeListed() {
    registered(contacts("<sip:a@1>"));
    registered(contacts("<sip:b@2>;expires=60").of(BOB));
    clock.advance(Duration.ofSeconds(61));
    List<Aor> aors = new ArrayList<>();
    registrar.forEach((aor, bindings) -> aors.add(aor));
    assertThat(aors).containsExactly(ALICE);
    assertThat(events).hasAtLeastOneElementOfType(Added.class);
  }
}
