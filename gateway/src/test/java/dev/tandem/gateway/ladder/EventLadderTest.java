package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;

/** What the ladders about subscriptions share. */
abstract class EventLadderTest extends LadderTest {
  /** How long changes are gathered; a repetition over UDP comes only after 500 ms. */
  private static final Duration GATHERING = Duration.ofMillis(20);

  /** Every change is told, however soon it comes after another. */
  @Override
  String yaml() {
    return super.yaml() + "events: {" + events() + "}\n";
  }

  String events() {
    return "pace: 0s";
  }

  /** Subscribes and takes the first state. */
  SipText subscribed(Phone watcher, String user, String event, int expires) {
    watcher.subscribes(sip(user), event, expires);
    SipText accepted = watcher.receives(200, SUBSCRIBE);
    assertThat(accepted.header("Expires")).isEqualTo(Integer.toString(expires));
    return notified(watcher);
  }

  /** Takes a NOTIFY. */
  SipText notified(Phone watcher) {
    SipText notify = watcher.receives(NOTIFY);
    watcher.answers(200, NOTIFY);
    settle();
    return notify;
  }

  /** Lets the time pass in which a change is told, and takes it. */
  SipText notifiedOfChange(Phone watcher) {
    // What makes the change, such as the end of a connection, may take the gateway a moment.
    await()
        .until(
            () -> {
              passes(GATHERING);
              return !watcher.isIdle();
            });
    return notified(watcher);
  }

  static String state(SipText notify) {
    return notify.header("Subscription-State");
  }
}
