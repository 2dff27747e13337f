package dev.tandem.gateway.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.config.RegistrarConfig;
import dev.tandem.gateway.registrar.RegistrarEvent.Added;
import dev.tandem.gateway.registrar.RegistrarEvent.Refreshed;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random REGISTERs, ends of flows and passing time, with what must hold after each. */
class RegistrarWalkTest {
  private static final int LIMIT = 4;
  private static final List<Aor> AORS =
      List.of(Aor.of("a", "x"), Aor.of("b", "x"), Aor.of("c", "x"));
  private static final RegistrarConfig CONFIG =
      new RegistrarConfig(
          Duration.ofSeconds(600), Duration.ofSeconds(60), Duration.ofSeconds(3600), LIMIT);

  private final ManualClock clock = new ManualClock();
  private final Told told = new Told();
  private final Registrar registrar = new Registrar(CONFIG, new Timers(clock, clock), told);

  /** The bindings as one knows them who has heard the events only. */
  private static final class Told implements RegistrarListener {
    final Map<Aor, Set<Binding>> bindings = new ConcurrentHashMap<>();

    Told() {
      AORS.forEach(aor -> bindings.put(aor, new HashSet<>()));
    }

    @Override
    public void changed(RegistrarEvent event) {
      Set<Binding> known = bindings.get(event.aor());
      if (event instanceof Added added) {
        assertThat(known.add(added.binding())).isTrue();
      } else if (event instanceof Refreshed refreshed) {
        assertThat(known.remove(refreshed.before())).isTrue();
        assertThat(known.add(refreshed.binding())).isTrue();
      } else {
        assertThat(known.remove(event.binding())).isTrue();
      }
    }
  }

  private static String contact(Random random) {
    String text = "<sip:u" + random.nextInt(3) + "@h" + random.nextInt(2) + ".invalid>";
    if (random.nextBoolean()) {
      text += ";+sip.instance=\"<urn:uuid:" + random.nextInt(3) + ">\"";
      text += random.nextBoolean() ? ";reg-id=" + (1 + random.nextInt(2)) : "";
    }
    text += random.nextInt(3) == 0 ? ";q=0." + random.nextInt(10) : "";
    return text
        + switch (random.nextInt(5)) {
          case 0 -> ";expires=0";
          case 1 -> ";expires=" + (60 + random.nextInt(40));
          case 2 -> random.nextInt(10) == 0 ? ";expires=59" : "";
          default -> "";
        };
  }

  private static RegisterRequest request(Random random, FlowId flow, AtomicBoolean closed) {
    List<String> contacts = new ArrayList<>();
    boolean star = random.nextInt(20) == 0;
    for (int n = star ? 0 : random.nextInt(4); n > 0; n--) {
      contacts.add(contact(random));
    }
    return new RegisterRequest(
        AORS.get(random.nextInt(AORS.size())),
        "call-" + random.nextInt(3),
        random.nextInt(1000),
        Contacts.parse(star ? List.of("*") : contacts),
        star ? 0 : ContactSpec.NO_EXPIRES,
        List.of(),
        flow,
        () -> !closed.get());
  }

  private void assertInvariants(Set<FlowId> ended) {
    long count = 0;
    Set<FlowId> flows = new HashSet<>();
    for (Aor aor : AORS) {
      List<Binding> bindings = registrar.bindings(aor);
      count += bindings.size();
      assertThat(bindings.size()).isLessThanOrEqualTo(LIMIT);
      for (int i = 0; i < bindings.size(); i++) {
        Binding one = bindings.get(i);
        assertThat(ended).doesNotContain(one.flow());
        flows.add(one.flow());
        for (Binding other : bindings.subList(i + 1, bindings.size())) {
          assertThat(one.contact().isSameBindingAs(other.contact())).isFalse();
          assertThat(one.contact().q()).isGreaterThanOrEqualTo(other.contact().q());
        }
      }
      assertThat(told.bindings.get(aor)).containsAll(bindings);
    }
    assertThat(registrar.bindingCount()).isGreaterThanOrEqualTo(count);
    assertThat(registrar.flowCount()).isGreaterThanOrEqualTo(flows.size());
  }

  private void assertNothingIsLeft() {
    for (Aor aor : AORS) {
      assertThat(registrar.bindings(aor)).isEmpty();
      assertThat(told.bindings.get(aor)).isEmpty();
    }
    assertThat(registrar.aorCount()).isZero();
    assertThat(registrar.bindingCount()).isZero();
    assertThat(registrar.flowCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void invariantsHoldOnEveryWalk(long seed) {
    Random random = new Random(seed);
    Map<FlowId, AtomicBoolean> flows = new HashMap<>();
    List<FlowId> open = new ArrayList<>();
    Set<FlowId> ended = new HashSet<>();
    long nextFlow = 0;
    int accepted = 0;
    for (int step = 0; step < 2500; step++) {
      while (open.size() < 4) {
        FlowId flow = new FlowId(++nextFlow);
        flows.put(flow, new AtomicBoolean());
        open.add(flow);
      }
      int choice = random.nextInt(12);
      if (choice == 0) {
        FlowId flow = open.remove(random.nextInt(open.size()));
        flows.get(flow).set(true);
        registrar.flowEnded(flow);
        ended.add(flow);
      } else if (choice == 1) {
        clock.advance(Duration.ofMillis(random.nextInt(30_000)));
      } else {
        // Some come on a flow that has ended already.
        FlowId flow = new FlowId(1 + random.nextLong(nextFlow));
        if (choice < 10) {
          flow = open.get(random.nextInt(open.size()));
        }
        RegisterResult result = registrar.register(request(random, flow, flows.get(flow)));
        accepted += result instanceof RegisterResult.Registered ? 1 : 0;
      }
      assertInvariants(ended);
    }
    assertThat(accepted).isGreaterThan(600);
    clock.advance(CONFIG.maxExpires().plusSeconds(6));
    assertNothingIsLeft();
  }

  @Test
  void registersAndEndsOfFlowsMayRace() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int seed = t;
      tasks.add(
          threads.submit(
              () -> {
                Random random = new Random(seed);
                for (int round = 0; round < 500; round++) {
                  FlowId flow = FlowId.next();
                  AtomicBoolean closed = new AtomicBoolean();
                  Future<?> end =
                      random.nextBoolean() ? threads.submit(() -> end(flow, closed)) : null;
                  for (int i = 0; i < 3; i++) {
                    registrar.register(request(random, flow, closed));
                  }
                  if (end == null) {
                    end(flow, closed);
                  }
                  registrar.register(request(random, flow, closed));
                }
              }));
    }
    for (Future<?> task : tasks) {
      task.get();
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertNothingIsLeft();
  }

  private void end(FlowId flow, AtomicBoolean closed) {
    closed.set(true);
    registrar.flowEnded(flow);
  }

  @Test
  void readersSeeAllOfARegisterOrNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    AtomicBoolean closed = new AtomicBoolean();
    AtomicBoolean done = new AtomicBoolean();
    FlowId flow = FlowId.next();
    List<Future<?>> tasks = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      String call = "writer-" + writer;
      tasks.add(
          threads.submit(
              () -> {
                for (int i = 1; i <= 5000; i++) {
                  String mark = ";mark=" + call + "-" + i;
                  registrar.register(
                      new RegisterRequest(
                          AORS.get(0),
                          call,
                          i,
                          Contacts.parse(List.of("<sip:one@h>" + mark, "<sip:two@h>" + mark)),
                          600,
                          List.of(),
                          flow,
                          () -> !closed.get()));
                }
              }));
    }
    Future<Integer> reader =
        threads.submit(
            () -> {
              int seen = 0;
              while (!done.get()) {
                List<Binding> bindings = registrar.bindings(AORS.get(0));
                if (!bindings.isEmpty()) {
                  seen++;
                  assertThat(bindings).hasSize(2);
                  assertThat(
                          bindings.stream().map(b -> b.contact().text().replaceAll(".*mark=", "")))
                      .containsOnly(bindings.get(0).contact().text().replaceAll(".*mark=", ""));
                }
              }
              return seen;
            });
    for (Future<?> task : tasks) {
      task.get();
    }
    done.set(true);
    assertThat(reader.get()).isPositive();
    threads.shutdown();
  }
}
