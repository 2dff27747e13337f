package dev.tandem.gateway.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.event.Subscriber.Answer;
import dev.tandem.gateway.event.Subscriptions.Room;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
  private static final Aor ALICE = Aor.of("alice", "example.test");
  private static final Aor BOB = Aor.of("bob", "example.test");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ManualClock clock = new ManualClock();
  private final List<SubscriptionEnd> ends = new ArrayList<>();
  private final Subscriptions table =
      new Subscriptions(
          new SubscriptionSettings(Duration.ofSeconds(1), MINUTE, 2, 3),
          new Timers(clock, clock),
          ends::add);
  private final Fake fake = new Fake();
  private String state = "idle";

  /** A package whose whole state is one word. */
  private final EventPackage word =
      new EventPackage() {
        @Override
        public String name() {
          return "word";
        }

        @Override
        public String contentType() {
          return "text/plain";
        }

        @Override
        public boolean mayWatch(Aor watcher, Aor resource) {
          return true;
        }

        @Override
        public View watch(Aor resource) {
          return new WholeState(() -> new Document("text/plain", state.getBytes(UTF_8)));
        }
      };

  /** Writes down what it is told, and answers when the test says. */
  private static final class Fake implements Subscriber {
    final List<String> told = new ArrayList<>();
    final List<Consumer<Answer>> waiting = new ArrayList<>();
    @Nullable FlowId movedTo;
    boolean released;

    @Override
    public void notify(String state, @Nullable Document document, Consumer<Answer> answer) {
      String body = document == null ? "" : " " + new String(document.bytes(), UTF_8);
      told.add(state.replaceFirst(";expires=.*", "") + body);
      waiting.add(answer);
    }

    @Override
    public boolean moveTo(FlowId flow) {
      movedTo = flow;
      return true;
    }

    @Override
    public void release() {
      released = true;
    }
  }

  private Subscription begun() {
    Subscription made = opened(ALICE);
    made.executor().execute(() -> made.begin(fake, MINUTE));
    return made;
  }

  private Subscription opened(Aor watcher) {
    Subscription made = table.open(word, BOB, watcher, "device").subscription();
    assertThat(made).isNotNull();
    return made;
  }

  private void answers(Subscription subscription, Answer answer) {
    Consumer<Answer> first = fake.waiting.remove(0);
    subscription.executor().execute(() -> first.accept(answer));
  }

  private void becomes(String word) {
    state = word;
    table.changed("word", BOB);
  }

  @Test
  void onlyOneNotificationIsUnderWayAndTheNextTellsTheLatest() {
    Subscription subscription = begun();
    becomes("ringing");
    clock.advance(Duration.ofSeconds(5));
    becomes("talking");
    clock.advance(Duration.ofSeconds(5));
    assertThat(fake.told).containsExactly("active idle");
    answers(subscription, Answer.TAKEN);
    assertThat(fake.told).containsExactly("active idle", "active talking");
  }

  @Test
  void whatHasChangedBackIsNotTold() {
    Subscription subscription = begun();
    answers(subscription, Answer.TAKEN);
    becomes("ringing");
    becomes("idle");
    clock.advance(Duration.ofSeconds(5));
    assertThat(fake.told).hasSize(1);
  }

  @Test
  void endWaitsForTheNotificationUnderWay() {
    Subscription subscription = begun();
    subscription.executor().execute(subscription::unsubscribe);
    assertThat(fake.told).hasSize(1);
    assertThat(table.size()).isEqualTo(1);
    answers(subscription, Answer.TAKEN);
    assertThat(fake.told).last().isEqualTo("terminated;reason=timeout idle");
    assertThat(fake.released).isTrue();
    assertThat(ends).containsExactly(SubscriptionEnd.UNSUBSCRIBED);
    assertThat(table.size()).isZero();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void lostOneThatExpiresEndsInSilence() {
    Subscription subscription = begun();
    answers(subscription, Answer.LOST);
    clock.advance(MINUTE);
    assertThat(fake.told).hasSize(1);
    assertThat(ends).hasSize(1);
    assertThat(fake.released).isTrue();
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void deviceThatComesBackIsToldAllAndOldAnswersSayNothing() {
    Subscription subscription = begun();
    FlowId flow = FlowId.next();
    table.deviceIsAt(ALICE, "device", flow);
    table.deviceIsAt(ALICE, "other device", FlowId.next());
    clock.advance(Duration.ZERO);
    assertThat(fake.movedTo).isEqualTo(flow);
    assertThat(fake.told).containsExactly("active idle", "active idle");
    answers(subscription, Answer.GONE); // to the first
    assertThat(table.size()).isEqualTo(1);
    answers(subscription, Answer.GONE);
    assertThat(table.size()).isZero();
    assertThat(ends).containsExactly(SubscriptionEnd.REFUSED);
  }

  @Test
  void thereIsRoomForSomeOfEachAndSomeOfAll() {
    opened(ALICE);
    opened(ALICE);
    assertThat(table.open(word, BOB, ALICE, "device").room()).isEqualTo(Room.NOT_FOR_THIS_WATCHER);
    opened(BOB);
    assertThat(table.open(word, BOB, BOB, "device").room()).isEqualTo(Room.NONE);
    assertThat(table.size()).isEqualTo(3);
  }

  @Test
  void deactivationReachesEverybody() {
    Subscription subscription = begun();
    answers(subscription, Answer.TAKEN);
    table.deactivateAll();
    assertThat(fake.told).last().isEqualTo("terminated;reason=deactivated");
    assertThat(ends).containsExactly(SubscriptionEnd.DEACTIVATED);
  }
}
