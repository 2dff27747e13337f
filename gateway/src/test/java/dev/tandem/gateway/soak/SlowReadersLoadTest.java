package dev.tandem.gateway.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients that ask for long answers and read none of them: what waits for all of them together is
 * bounded, however many they are, and each is closed for it.
 */
@Tag("slow")
class SlowReadersLoadTest extends HostileLoad {
  private static final int CLIENTS = LONG ? 400 : 40;
  private static final int AT_ONCE = 25;

  /** Short of what a message may have in its headers; the answer has them all again. */
  private static final int LONG_WORD = 6 * 1024;

  private static final int BUDGET = LONG ? 64 << 20 : 4 << 20;

  /** Each queue may have this whatever the others have, and a frame that found it empty. */
  private static final int EVERYBODYS = 2 * 16 * 1024;

  private final byte[] request = SipOverLine.frame(longRequest());
  private final CountDownLatch ends = new CountDownLatch(CLIENTS);

  private static byte[] longRequest() {
    return SipText.request("OPTIONS", "sip:example.test")
        .add("Via", "SIP/2.0/WS x.invalid;branch=z9hG4bK" + "v".repeat(LONG_WORD))
        .add("Max-Forwards", "70")
        .add("From", "<sip:u9@example.test>;tag=1")
        .add("To", "<sip:example.test>")
        .add("Call-ID", "c".repeat(LONG_WORD))
        .add("CSeq", "1 OPTIONS")
        .add("Content-Length", "0")
        .toString()
        .getBytes(ISO_8859_1);
  }

  /** Upgrades, and from then on only talks. */
  private final class Deaf extends SipOverLine {
    private boolean talks;

    Deaf() {
      super("u9", registered -> {}, lost -> {});
    }

    @Override
    void isUpgraded() {
      line.readsNoMore();
      talks = true;
    }

    void goesOn() {
      for (int i = 0; i < AT_ONCE && talks && line.isFlushed(); i++) {
        line.sends(request);
      }
    }

    @Override
    public void ended(Swarm.Line from) {
      talks = false;
      ends.countDown();
    }
  }

  @Test
  void whoDoesNotReadIsClosedAndAllTogetherHaveABoundedShare() throws Exception {
    start(", ban: {after: 0}, sendQueues: " + (BUDGET >> 20) + "MiB");
    long before = server.rss();
    long began = System.nanoTime();
    List<Deaf> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Deaf client = new Deaf();
      clients.add(client);
      swarm.opens(server.address("http"), stranger(i), client);
    }
    long most = before;
    double waiting = 0;
    while (!ends.await(50, TimeUnit.MILLISECONDS)) {
      clients.forEach(client -> swarm.run(client::goesOn));
      most = Math.max(most, server.rss());
      waiting = Math.max(waiting, server.metric("tandem_send_waiting_bytes"));
      assertThat(System.nanoTime() - began).as("open still: " + ends).isLessThan(120_000_000_000L);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    double slow = server.metric("tandem_flow_ends_total{cause=\"too_slow\",transport=\"ws\"}");
    tells(
        "%d that do not read: %.0f closed for it within %.1f s, %.1f MiB waited, RSS %d MiB at most"
            .formatted(CLIENTS, slow, seconds, waiting / (1 << 20), most >> 10));
    assertThat(slow).isEqualTo(CLIENTS);
    assertThat(waiting).isLessThan(BUDGET + CLIENTS * (double) EVERYBODYS);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(server.metric("tandem_send_waiting_bytes")).isZero());
    await("a call beside").until(() -> calls.made() > 0);
    callsWentWell(3000);
  }
}
