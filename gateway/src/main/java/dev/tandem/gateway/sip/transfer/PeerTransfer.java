package dev.tandem.gateway.sip.transfer;

import dev.tandem.gateway.call.CallEvent;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.gateway.sip.leg.SipLeg;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.ua.ServerExchange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A transfer that the transferee carries out: the REFER is passed on to it, and what its NOTIFYs
 * say is told to the transferor (RFC 3515). When it does not want to, the gateway carries the
 * transfer out as it would have done anyway. On the executor of the call.
 */
final class PeerTransfer implements Consumer<ServerExchange> {
  private static final Pattern STATUS_LINE =
      Pattern.compile("SIP/2\\.0 ([1-6]\\d\\d) ?([^\\r\\n]*)");
  private static final Cause TRANSFERRED =
      Cause.of(200, "Transferred", "SIP;cause=200;text=\"Transferred\"");

  private final SipLeg transferee;
  private final ReferSubscription subscription;
  private final Runnable whenOver;
  private final Timers.Timer deadline;
  private boolean isOver;

  /**
   * Prepares it.
   *
   * @param subscription the transferor's
   * @param longest after which it counts as failed
   * @param whenOver runs when there is an outcome or nothing was begun
   */
  PeerTransfer(
      SipLeg transferee,
      ReferSubscription subscription,
      Timers timers,
      Duration longest,
      Runnable whenOver) {
    this.transferee = transferee;
    this.subscription = subscription;
    this.whenOver = whenOver;
    this.deadline =
        timers.schedule(longest, () -> transferee.call().executor().execute(this::takesTooLong));
  }

  /**
   * Sends the REFER.
   *
   * @param accepted the transferee will do it
   * @param refused it will not
   */
  void begin(String referTo, List<Header> more, Runnable accepted, Runnable refused) {
    transferee.hearsNotifies(this);
    transferee.sendRefer(
        message -> {
          Payloads.add(message, "Refer-To", referTo);
          more.forEach(header -> Payloads.add(message, header.name(), header.value()));
        },
        (status, reason, response) -> {
          if (status < 300) {
            accepted.run();
          } else {
            over();
            refused.run();
          }
        });
  }

  private void takesTooLong() {
    if (!isOver) {
      over();
      subscription.failed(408, "Request Timeout");
    }
  }

  private void over() {
    isOver = true;
    deadline.cancel();
    transferee.hearsNotifies(null);
    whenOver.run();
  }

  /** A NOTIFY of the transferee came. */
  @Override
  public void accept(ServerExchange notify) {
    if (!startsWith(notify, "Event", 'o', "refer")) {
      notify.respond(489, "Bad Event");
      return;
    }
    notify.respond(200, "OK");
    byte[] body = notify.request().getRawContent();
    Matcher line =
        STATUS_LINE.matcher(body == null ? "" : new String(body, StandardCharsets.UTF_8));
    int status = line.lookingAt() ? Integer.parseInt(line.group(1)) : 100;
    String reason = status == 100 ? "Trying" : line.group(2);
    if (status >= 300) {
      over();
      subscription.failed(status, reason);
    } else if (status >= 200) {
      over();
      subscription.succeeded(() -> transferee.call().post(new CallEvent.EndRequested(TRANSFERRED)));
    } else if (startsWith(notify, "Subscription-State", '\0', "terminated")) {
      over();
      subscription.failed(480, "Temporarily Unavailable"); // it will not say how it went
    } else {
      subscription.progressed(status, reason);
    }
  }

  private static boolean startsWith(
      ServerExchange request, String header, char compact, String as) {
    return RawHeaders.values(request.raw(), header, compact).stream()
        .anyMatch(value -> value.trim().toLowerCase(Locale.ROOT).startsWith(as));
  }
}
