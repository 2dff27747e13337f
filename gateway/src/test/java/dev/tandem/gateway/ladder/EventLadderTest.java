package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Phone;
import dev.tandem.testkit.SipText;
import java.time.Duration;

/** What the ladders about subscriptions share. */
abstract class EventLadderTest extends LadderTest {
  /** Longer than changes are gathered, and than the pace. */
  static final Duration PACE = Duration.ofMillis(1100);

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
    passesUntilReceived(watcher, PACE); // no longer, or it would come again over UDP
    return notified(watcher);
  }

  static String state(SipText notify) {
    return notify.header("Subscription-State");
  }
}
