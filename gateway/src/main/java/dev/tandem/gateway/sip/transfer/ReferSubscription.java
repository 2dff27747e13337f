package dev.tandem.gateway.sip.transfer;

import dev.tandem.gateway.bridge.TransferListener;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.leg.SipLeg;
import dev.tandem.sip.time.Timers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The subscription that a REFER makes (RFC 3515 §2.4.4, RFC 6665): tells the transferor in NOTIFYs
 * how the transfer goes. One NOTIFY at a time; of what happens meanwhile only the last is told. It
 * ends with the transfer, or with the transferor's dialog. On the executor of the transferor's
 * call.
 */
final class ReferSubscription implements TransferListener {
  /**
   * How long a transferor whose transfer is done may take to hang up by itself, as RFC 5589 §6.1
   * has it. A PBX that is hung up at once takes the call for lost before it has read how it went.
   */
  static final Duration HANGS_UP_ITSELF = Duration.ofSeconds(1);

  private record News(int status, String reason, boolean isLast) {}

  private final SipLeg leg;
  private final String event;
  private final boolean silent;
  private final Duration expires;
  private final Timers timers;
  private @Nullable News waiting;
  private @Nullable Runnable afterLast;
  private int lastStatus;
  private boolean sending;
  private boolean over;

  /**
   * Makes it.
   *
   * @param cseq of the REFER, which names it where a dialog has several (RFC 3515 §2.4.6)
   * @param silent the transferor wants no subscription (RFC 4488)
   * @param expires when it will have ended at the latest
   */
  ReferSubscription(SipLeg leg, long cseq, boolean silent, Duration expires, Timers timers) {
    this.leg = leg;
    this.event = "refer;id=" + cseq;
    this.silent = silent;
    this.expires = expires;
    this.timers = timers;
  }

  /** The first NOTIFY, due at once (RFC 6665 §4.2.1.2). */
  void begin() {
    progressed(100, "Trying");
  }

  @Override
  public void progressed(int status, String reason) {
    if (status != lastStatus && afterLast == null) {
      lastStatus = status;
      tell(new News(status, reason, false));
    }
  }

  @Override
  public void succeeded(Runnable hangUp) {
    end(
        200,
        "OK",
        () -> timers.schedule(HANGS_UP_ITSELF, () -> leg.call().executor().execute(hangUp)));
  }

  @Override
  public void failed(int status, String reason) {
    end(status, reason, () -> {});
  }

  private void end(int status, String reason, Runnable then) {
    if (afterLast != null) {
      return;
    }
    afterLast = then;
    if (silent || over) {
      then.run();
    } else {
      tell(new News(status, reason, true));
    }
  }

  private void tell(News news) {
    if (silent || over) {
      return;
    }
    if (sending) {
      waiting = news;
      return;
    }
    sending = true;
    Body line =
        new Body(
            "message/sipfrag;version=2.0",
            ("SIP/2.0 " + news.status() + " " + news.reason() + "\r\n")
                .getBytes(StandardCharsets.UTF_8));
    leg.sendNotify(
        message -> {
          Payloads.add(message, "Event", event);
          Payloads.add(
              message,
              "Subscription-State",
              news.isLast()
                  ? "terminated;reason=noresource"
                  : "active;expires=" + expires.toSeconds());
          Payloads.apply(Payload.of(line), message);
        },
        (status, reason, response) -> told(news, status));
  }

  private void told(News news, int status) {
    sending = false;
    over |= news.isLast() || status == 481;
    News next = waiting;
    waiting = null;
    Runnable then = afterLast;
    if (over) {
      if (then != null) {
        then.run();
      }
    } else if (next != null) {
      tell(next);
    }
  }
}
