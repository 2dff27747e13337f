package dev.tandem.gateway.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.gateway.call.Payload;
import dev.tandem.sip.message.Aor;
import dev.tandem.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageStoreTest {
  private static final Aor ALICE = Aor.of("alice", "example.test");
  private static final Aor BOB = Aor.of("bob", "example.test");

  private final ManualClock clock = new ManualClock();
  private final MessageStore store = new MessageStore(2, Duration.ofDays(7), clock);

  private StoredMessage message(String from, Duration life) {
    return new StoredMessage(
        "", from, "sip:x", 70, Payload.EMPTY, 300, clock.millis() + life.toMillis());
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
}
