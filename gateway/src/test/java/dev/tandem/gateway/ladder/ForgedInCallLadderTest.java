package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static dev.tandem.testkit.Sip.MESSAGE;
import static dev.tandem.testkit.Sip.NOTIFY;
import static dev.tandem.testkit.Sip.PRACK;
import static dev.tandem.testkit.Sip.REFER;
import static dev.tandem.testkit.Sip.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a user writes into the requests of a call that goes on, or of none: a trunk gets the headers
 * that an honest user's would bring, and no other. By lot from a seed, as {@link
 * ForgedHeaderLadderTest}.
 */
class ForgedInCallLadderTest extends LadderTest {
  private static final int ROUNDS = Integer.getInteger("tandem.rounds", 8);

  /** What would have the gateway send its own requests of the call to somebody else. */
  private static final Predicate<String> NO_TARGET =
      name -> !List.of("Contact", "m", "Record-Route").contains(name);

  private final Forgeries forgeries = new Forgeries(Long.getLong("tandem.seed", 11));

  /** By method: how the lines begin that an honest one brings. */
  private final Map<String, Map<String, Integer>> honest = new HashMap<>();

  private Phone mallory;
  private int reached;

  @Override
  String yaml() {
    return Forgeries.proving(super.yaml()) + "  transfer: peer\n";
  }

  private void enters(String kind) {
    mallory = phone(kind, "alice");
    mallory.registers();
  }

  private void calls() {
    mallory.invites(sip("95550100"));
    carrier.receives(INVITE);
    carrier.answers(200);
    mallory.receives(200);
    mallory.sends(ACK);
    carrier.receives(ACK);
    settle();
  }

  private void goesOn() {
    settle();
    clock.advance(Duration.ofSeconds(11)); // messages have a rate
  }

  /** What came is as the honest one of before; the first is the honest one. */
  private void isAsHonest(String method, SipText got, List<String> forged) {
    Map<String, Integer> before = honest.putIfAbsent(method, Forgeries.lineStarts(got));
    if (before != null) {
      reached++;
      Forgeries.isAsHonest(got, before, forged);
    } else {
      assertThat(forged).isEmpty();
    }
  }

  /** Forged lines, but for the first round's. */
  private List<String> forge(int round, SipText message, Predicate<String> wanted) {
    return round == 0 ? List.of() : forgeries.into(message, wanted);
  }

  /** What the carrier got of what was just sent; null when the gateway refused it. */
  private @Nullable SipText carriersOf(String method) {
    await(method).until(() -> !carrier.isIdle() || !mallory.isIdle());
    if (carrier.isIdle()) {
      assertThat(mallory.receivesAny().status()).isBetween(400, 699);
      return null;
    }
    return carrier.receives(method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp", "tcp"})
  void requestsOfACallForgeNothing(String kind) {
    enters(kind);
    for (int round = 0; round <= ROUNDS; round++) {
      calls();
      for (String method : List.of(INFO, MESSAGE, UPDATE, INVITE)) {
        List<String> forged = new ArrayList<>();
        int now = round;
        mallory.sends(
            method,
            request -> {
              dress(method, request);
              forged.addAll(forge(now, request, any -> true));
            });
        SipText got = carriersOf(method);
        if (got != null) {
          isAsHonest(method, got, forged);
          carrier.answers(200, method);
          mallory.receives(200, method);
          if (method.equals(INVITE)) {
            mallory.sends(ACK);
            carrier.receives(ACK);
          }
        }
      }
      hangsUp(round);
      goesOn();
    }
    assertThat(reached).as("of %s that were not refused", 5 * ROUNDS).isGreaterThan(ROUNDS);
  }

  private void dress(String method, SipText request) {
    if (method.equals(UPDATE)) {
      request.sdp(Sdp.directed(mallory.sdp(), "sendonly"));
    } else if (method.equals(MESSAGE)) {
      request.body("text/plain", "hello");
    }
  }

  private void hangsUp(int round) {
    List<String> forged = new ArrayList<>();
    mallory.sends(BYE, bye -> forged.addAll(forge(round, bye, any -> true)));
    if (mallory.receivesOneOf(200, 400).status() == 400) {
      mallory.sends(BYE);
      mallory.receives(200, BYE);
      carrier.receives(BYE);
    } else {
      isAsHonest(BYE, carrier.receives(BYE), forged);
    }
    carrier.answers(200, BYE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "udp"})
  void cancelForgesNothing(String kind) {
    enters(kind);
    for (int round = 0; round <= ROUNDS; round++) {
      mallory.invites(sip("95550100"));
      carrier.receives(INVITE);
      carrier.answers(180);
      mallory.receives(180);
      List<String> forged = new ArrayList<>();
      int now = round;
      mallory.sends(CANCEL, cancel -> forged.addAll(forge(now, cancel, any -> true)));
      if (mallory.receivesOneOf(200, 400).status() == 400) {
        mallory.sends(CANCEL);
        mallory.receives(200, CANCEL);
        carrier.receives(CANCEL);
      } else {
        isAsHonest(CANCEL, carrier.receives(CANCEL), forged);
      }
      mallory.receives(487);
      carrier.answers(487, INVITE);
      carrier.receives(ACK);
      goesOn();
    }
    assertThat(reached).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void prackForgesNothing(String kind) {
    enters(kind);
    mallory.with(Habit.LATE_OFFER);
    for (int round = 0; round <= ROUNDS; round++) {
      mallory.invites(sip("95550100"), it -> it.set("Supported", "100rel, replaces, timer"));
      carrier.receives(INVITE);
      carrier
          .describes(Sdp.rtp())
          .answers(183, it -> it.add("Require", "100rel").add("RSeq", "1").set("Allow", "PRACK"));
      SipText early = mallory.receives(183);
      String rack = early.header("RSeq") + " " + early.header("CSeq");
      List<String> forged = new ArrayList<>();
      int now = round;
      mallory.sends(
          PRACK,
          prack -> {
            prack.add("RAck", rack).sdp(Sdp.rtp());
            forged.addAll(forge(now, prack, NO_TARGET));
          });
      if (mallory.receivesOneOf(200, 400).status() == 400) {
        mallory.sends(PRACK, prack -> prack.add("RAck", rack).sdp(Sdp.rtp()));
        mallory.receives(200, PRACK);
        carrier.receives(PRACK);
      } else {
        isAsHonest(PRACK, carrier.receives(PRACK), forged);
      }
      carrier.answers(200, it -> it.noBody());
      carrier.answers(486, INVITE);
      carrier.receives(ACK);
      mallory.receives(486);
      goesOn();
    }
    assertThat(reached).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "tcp"})
  void referForgesNothing(String kind) {
    enters(kind);
    for (int round = 0; round <= ROUNDS; round++) {
      calls();
      List<String> forged = new ArrayList<>();
      int now = round;
      mallory.sends(
          REFER,
          refer -> {
            refer
                .add("Contact", "<" + mallory.contactUri() + ">")
                .add("Refer-To", "<sip:95550123@" + DOMAIN + "?P-Asserted-Identity=f0rged>");
            forged.addAll(forge(now, refer, NO_TARGET));
          });
      SipText got = carriersOf(REFER);
      if (got != null) {
        isAsHonest(REFER, got, forged);
        assertThat(got.header("Referred-By")).isEqualTo("<" + sip("alice") + ">");
        carrier.answers(202, REFER);
        mallory.receives(202, REFER);
        mallory.receives(NOTIFY);
        mallory.answers(200, NOTIFY);
        carrier.sends(
            NOTIFY,
            it ->
                it.add("Contact", "<" + carrier.contactUri() + ">")
                    .add("Event", "refer")
                    .add("Subscription-State", "terminated;reason=noresource")
                    .body("message/sipfrag", "SIP/2.0 603 Decline\r\n"));
        carrier.receives(200, NOTIFY);
        mallory.receives(NOTIFY);
        mallory.answers(200, NOTIFY);
      }
      settle();
      mallory.sends(BYE);
      mallory.receives(200, BYE);
      carrier.receives(BYE);
      carrier.answers(200, BYE);
      goesOn();
    }
    assertThat(reached).isPositive();
  }

  /** A phone tells how the transfer went that a trunk asked it for. */
  @ParameterizedTest
  @ValueSource(strings = {"udp", "tcp"})
  void notifyForgesNothing(String kind) {
    enters(kind);
    for (int round = 0; round <= ROUNDS; round++) {
      carrier.invites(sip("alice"));
      mallory.receives(INVITE);
      mallory.answers(200, it -> it.set("Allow", "INVITE, ACK, BYE, CANCEL, REFER, NOTIFY"));
      carrier.receives(200);
      carrier.sends(ACK);
      mallory.receives(ACK);
      settle();
      carrier.sends(
          REFER,
          it ->
              it.add("Contact", "<" + carrier.contactUri() + ">")
                  .add("Refer-To", "<" + sip("bob") + ">"));
      mallory.receives(REFER);
      mallory.answers(202, REFER);
      carrier.receives(202, REFER);
      isAsHonest("first " + NOTIFY, carrier.receives(NOTIFY), List.of());
      carrier.answers(200, NOTIFY);
      List<String> forged = new ArrayList<>();
      tells(forged, round);
      if (mallory.receivesOneOf(200, 400).status() == 400) {
        tells(new ArrayList<>(), 0);
        mallory.receives(200, NOTIFY);
        carrier.receives(NOTIFY);
      } else {
        isAsHonest(NOTIFY, carrier.receives(NOTIFY), forged);
      }
      carrier.answers(200, NOTIFY);
      settle();
      carrier.sends(BYE);
      carrier.receives(200, BYE);
      mallory.receives(BYE);
      mallory.answers(200, BYE);
      goesOn();
    }
    assertThat(reached).isPositive();
  }

  private void tells(List<String> forged, int round) {
    mallory.sends(
        NOTIFY,
        it -> {
          it.add("Contact", "<" + mallory.contactUri() + ">")
              .add("Event", "refer")
              .add("Subscription-State", "terminated;reason=noresource")
              .body(
                  "message/sipfrag",
                  "SIP/2.0 603 No" + (round == 0 ? "" : "\rP-Asserted-Identity: f0rged") + "\r\n");
          forged.addAll(forge(round, it, NO_TARGET));
        });
  }

  // Requests of no call, and bodies.

  /** Replies go where a MESSAGE says that they go (RFC 3428 §4), which is for the person there. */
  private static final Predicate<String> NO_REPLY_TO = name -> !name.equals("Reply-To");

  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "jsSip", "udp", "tcp"})
  void messageForgesNothing(String kind) {
    enters(kind);
    for (int round = 0; round <= 4 * ROUNDS; round++) {
      List<String> forged = new ArrayList<>();
      int now = round;
      mallory.asks(
          MESSAGE,
          sip("95550100"),
          it -> {
            it.body("text/plain", "hello");
            forged.addAll(forge(now, it, NO_REPLY_TO));
          });
      SipText got = carriersOf(MESSAGE);
      if (got != null) {
        isAsHonest(MESSAGE, got, forged);
        carrier.answers(200, MESSAGE);
        mallory.receives(200, MESSAGE);
      }
      goesOn();
    }
    assertThat(reached).isGreaterThan(ROUNDS);
  }

  /** U+0D0A is a letter, and a line end where somebody writes it as two bytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/plain;charset=utf-8",
        "text/plain;charset=UTF-16BE",
        "text/plain;charset=UTF-16",
        "text/plain;charset=IBM037",
        "text/plain;charset=no-such-charset",
        "text/plain;charset=\"a b\"",
        "multipart/mixed;boundary=\"b\"",
        "multipart/mixed;boundary=b;P-Asserted-Identity=x",
        "message/sip"
      })
  void noBodyForgesAHeader(String contentType) {
    enters("sipJs");
    String part =
        "--b\r\nContent-Type: text/plain\r\nP-Asserted-Identity: <sip:f0rged@bank.test>\r\n"
            + "Content-Length: 0\r\n\r\nhi\r\n--b--\r\n\r\nP-Asserted-Identity: f0rged\r\n\r\n";
    for (String type : List.of("text/plain", contentType)) {
      mallory.asks(
          MESSAGE,
          sip("95550100"),
          it ->
              it.body(type, part)
                  .add("Subject", "\u0d0aP-Asserted-Identity: <sip:f0rged@bank.test>\u0d0a"));
      SipText got = carriersOf(MESSAGE);
      if (got != null) {
        assertThat(got.bodyText()).isEqualTo(part);
        isAsHonest(MESSAGE, got, List.of());
        carrier.answers(200, MESSAGE);
        mallory.receives(200, MESSAGE);
      }
      goesOn();
    }
  }

  /** The part that describes the session crosses, without what stands beside it. */
  @ParameterizedTest
  @ValueSource(strings = {"sipJs", "udp"})
  void noPartOfABodyForgesAHeader(String kind) {
    enters(kind);
    for (int round = 0; round <= ROUNDS; round++) {
      String forged = round == 0 ? "" : forgeries.spelled("P-Asserted-Identity") + ": f0rged\r\n";
      String disposition = round % 2 == 0 ? "" : "Content-Disposition: session\r\n";
      mallory.invites(
          sip("95550100"),
          it ->
              it.body(
                  "multipart/mixed;boundary=b",
                  "--b\r\n"
                      + forged
                      + "Content-Type: application/sdp\r\n"
                      + disposition
                      + forged
                      + "\r\n"
                      + Sdp.rtp()
                      + "\r\n--b\r\nContent-Type: text/plain\r\n"
                      + "Content-Disposition: render;handling=optional\r\n"
                      + forged
                      + "\r\nhi\r\n--b--\r\n"));
      SipText got = carriersOf(INVITE);
      if (got != null) {
        isAsHonest(INVITE, got, round == 0 ? List.of() : List.of(forged));
        assertThat(got.header("Content-Type")).isEqualTo("application/sdp");
        assertThat(got.bodyText()).startsWith("v=0").doesNotContain("f0rged", "--b");
        carrier.answers(486);
        carrier.receives(ACK);
        mallory.receives(486);
      }
      goesOn();
    }
    assertThat(reached).isPositive();
  }
}
