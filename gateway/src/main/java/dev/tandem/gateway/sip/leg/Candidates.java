package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.bridge.Trickling;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sip.header.Payloads;
import dev.tandem.sip.stack.RawHeaders;
import dev.tandem.sip.ua.InviteDialog;
import dev.tandem.sip.ua.ServerExchange;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * ICE candidates that travel by INFO (RFC 8840, RFC 6086), in one leg. Each INFO has all of them,
 * so of those that wait only the last is sent, and it waits for the answer to the one before (RFC
 * 8840 §4.4). On the executor of the leg's call.
 */
final class Candidates {
  private final List<Trickling> branches = new ArrayList<>(1);
  private boolean taken;
  private boolean sending;
  private @Nullable Body waiting;

  /** What this message of the peer's says of it. */
  void learn(SIPMessage message) {
    for (Iterator<?> i = message.getHeaders("Recv-Info"); i.hasNext(); ) {
      String packages = ((SIPHeader) i.next()).getHeaderValue().toLowerCase(Locale.ROOT);
      for (String each : packages.split(",", -1)) {
        taken |= each.trim().equals(Trickling.NAME);
      }
    }
  }

  boolean areTaken() {
    return taken;
  }

  void areHeardBy(Trickling branch) {
    branches.add(branch);
  }

  static boolean areIn(ServerExchange info) {
    return RawHeaders.values(info.raw(), "Info-Package", '\0').stream()
        .anyMatch(value -> value.trim().equalsIgnoreCase(Trickling.NAME));
  }

  /**
   * An INFO of the peer's has brought some.
   *
   * @param other whom the peer talks to; the leg itself when that is not decided
   * @return false when nobody there takes candidates: then it is an INFO like all others
   */
  boolean came(ServerExchange info, Object other, SipLeg self) {
    List<Trickling> hearing =
        other == self
            ? branches
            : other instanceof Trickling far && !(far instanceof SipLeg) ? List.of(far) : List.of();
    if (hearing.isEmpty()) {
      return false;
    }
    Body fragment = Payloads.of(info.request()).body();
    info.respond(200, "OK");
    if (fragment != null) {
      hearing.forEach(each -> each.trickle(fragment));
    }
    return true;
  }

  /** Tells the peer, now or when it has answered the one before. */
  void send(Body fragment, @Nullable InviteDialog dialog) {
    if (dialog == null || dialog.isOver()) {
      return;
    }
    if (sending) {
      waiting = fragment;
      return;
    }
    sending = true;
    dialog.send(
        "INFO",
        message -> {
          Payloads.add(message, "Info-Package", Trickling.NAME);
          Payloads.add(message, "Content-Disposition", "Info-Package");
          Payloads.apply(Payload.of(fragment), message);
        },
        (status, reason, response) -> {
          sending = false;
          Body next = waiting;
          waiting = null;
          taken &= status < 300;
          if (next != null && taken) {
            send(next, dialog);
          }
        });
  }
}
