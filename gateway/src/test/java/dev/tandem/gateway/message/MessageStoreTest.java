package dev.tandem.gateway.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.Payload;
import dev.tandem.sip.message.Aor;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageStoreTest {
  private static final Aor ALICE = Aor.of("alice", "example.test");
  private static final Aor BOB = Aor.of("bob", "example.test");

  private final ManualClock clock = new ManualClock();
  private final MessageStore store = new MessageStore(2, Duration.ofDays(7), clock);

  private StoredMessage message(String from, Duration life) {
    return new StoredMessage(
        "", from, "sip:x", 70, Payload.EMPTY, 300, clock.millis() + life.toMillis(), null);
  }

  private static List<String> senders(List<StoredMessage> messages) {
    return messages.stream().map(StoredMessage::fromUri).toList();
  }

  @Test
  void whatWaitsIsTakenOnceAndInOrder() {
    store.keep(ALICE, message("one", Duration.ofHours(1)));
    store.keep(ALICE, message("two", Duration.ofHours(1)));
    assertThat(store.size()).isEqualTo(2);
    assertThat(senders(store.take(ALICE))).containsExactly("one", "two");
    assertThat(store.take(ALICE)).isEmpty();
    assertThat(store.size()).isZero();
  }

  @Test
  void thereIsRoomForSoManyOfOneUser() {
    assertThat(store.keep(ALICE, message("one", Duration.ofMinutes(1)))).isTrue();
    assertThat(store.keep(ALICE, message("two", Duration.ofHours(1)))).isTrue();
    assertThat(store.keep(ALICE, message("three", Duration.ofHours(1)))).isFalse();
    assertThat(store.keep(BOB, message("one", Duration.ofHours(1)))).isTrue();
    clock.advance(Duration.ofMinutes(1)); // the first is of no use any more
    assertThat(store.keep(ALICE, message("three", Duration.ofHours(1)))).isTrue();
    assertThat(senders(store.take(ALICE))).containsExactly("two", "three");
  }

  @Test
  void expiredMessagesLeave() {
    store.keep(ALICE, message("short", Duration.ofMinutes(1)));
    store.keep(ALICE, message("long", Duration.ofHours(1)));
    clock.advance(Duration.ofMinutes(2));
    assertThat(senders(store.take(ALICE))).containsExactly("long");
    store.keep(BOB, message("short", Duration.ofMinutes(1)));
    clock.advance(Duration.ofMinutes(2));
    assertThat(store.size()).isZero();
  }

  @Test
  void whatIsPutBackComesFirst() {
    store.keep(ALICE, message("one", Duration.ofHours(1)));
    List<StoredMessage> taken = store.take(ALICE);
    store.keep(ALICE, message("two", Duration.ofHours(1)));
    store.putBack(ALICE, taken);
    assertThat(senders(store.take(ALICE))).containsExactly("one", "two");
  }

  /** One whose sender notes what becomes of it. */
  private StoredMessage noted(String from, int size, Duration life, List<String> fates) {
    return new StoredMessage(
        "",
        from,
        "sip:x",
        70,
        Payload.EMPTY,
        size,
        clock.millis() + life.toMillis(),
        new Messenger.Outcome() {
          @Override
          public void done(int status, String reason) {
            throw new AssertionError("the store does not know");
          }

          @Override
          public void later(int status, String reason) {
            fates.add(from + " " + status);
          }
        });
  }

  @Test
  void whoeverExpiresIsToldOnceHoweverItIsFoundOut() {
    List<String> fates = new ArrayList<>();
    Duration minute = Duration.ofMinutes(1);
    store.keep(ALICE, noted("taken", 300, minute, fates));
    store.keep(ALICE, noted("fresh", 300, Duration.ofHours(1), fates));
    store.keep(BOB, noted("swept", 300, minute, fates));
    store.keep(BOB, noted("stays", 300, Duration.ofHours(1), fates));
    store.keep(Aor.of("carol", "x.test"), noted("alone", 300, minute, fates));
    store.expire();
    assertThat(fates).isEmpty();
    clock.advance(minute);
    assertThat(senders(store.take(ALICE))).containsExactly("fresh");
    assertThat(fates).contains("taken 480");
    store.expire();
    store.expire();
    assertThat(fates).containsExactlyInAnyOrder("taken 480", "swept 480", "alone 480");
    assertThat(senders(store.take(BOB))).containsExactly("stays");
    store.putBack(BOB, List.of(noted("back", 300, Duration.ZERO, fates)));
    assertThat(fates).hasSize(4).contains("back 480");
  }

  @Test
  void whoeverHasToGoForLackOfMemoryIsTold() {
    List<String> fates = new ArrayList<>();
    int most = 8 << 20;
    for (int i = 0; i < 12; i++) {
      store.keep(Aor.of("u" + i, "x.test"), noted("m" + i, most, Duration.ofHours(1), fates));
    }
    store.expire();
    assertThat(fates).hasSize(12 - store.size()).isNotEmpty();
  }
}
