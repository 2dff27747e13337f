package dev.tandem.gateway.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.testkit.Sdp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** A JSON client in a random walk: answers offers, gives way, and comes back after a cut. */
final class WalkingJson extends WalkingSide {
  /** What may be refused for, when the other side did something in the same moment. */
  private static final Set<String> CROSSED =
      Set.of("call_ended", "glare", "wrong_state", "rejected", "server_error");

  /** The same while a transfer goes on: there may be nobody at the other end for a moment. */
  private static final Set<String> TRANSFERRED =
      Set.of("unavailable", "not_acceptable", "no_such_call");

  private final JsonPhone phone;
  private final String user;
  private final Map<String, Consumer<ObjectNode>> asked = new LinkedHashMap<>();
  private String call = "";
  private int calls;
  private int rev = 1;
  private boolean changing;
  private final List<WalkingJson> seats; // of one client
  private final int seat;

  WalkingJson(JsonPhone phone, String user) {
    this(phone, user, new ArrayList<>());
  }

  private WalkingJson(JsonPhone phone, String user, List<WalkingJson> seats) {
    this.phone = phone;
    this.user = user;
    this.seats = seats;
    this.seat = seats.size();
    seats.add(this);
  }

  /** Another call of the same client's. */
  WalkingJson beside() {
    return new WalkingJson(phone, user, seats);
  }

  @Override
  String user() {
    return user;
  }

  @Override
  void forgets() {
    assertThat(asked).isEmpty();
    rev = 1;
    changing = false;
  }

  private void asks(String type, Consumer<ObjectNode> then, Object... fields) {
    asked.put(phone.sends(type, fields), then);
  }

  private static String sdp() {
    return Sdp.browser() + "a=end-of-candidates\r\n";
  }

  @Override
  void calls(String whom) {
    call = "w" + seat + "-" + ++calls;
    state = State.CALLING;
    asks("call", reply -> {}, "call", call, "to", whom, "sdp", sdp());
  }

  @Override
  void transfers(String whom) {
    asks("transfer", this::isOk, "call", call, "to", whom);
  }

  @Override
  void joins(WalkingSide second) {
    asks("transfer", this::isOk, "call", call, "with", ((WalkingJson) second).call);
  }

  /** Does what it is asked for in another seat, or refuses. */
  private void isAsked(ObjectNode wish) {
    WalkingJson free = seats.stream().filter(each -> each.isIn(State.NONE)).findAny().orElse(null);
    if (free == null || wish.path("ref").asText().hashCode() % 3 == 0) {
      asks("transfer_reject", this::isOk, "ref", wish.path("ref").asText());
    } else {
      free.follows(wish);
    }
  }

  private void follows(ObjectNode wish) {
    call = "w" + seat + "-" + ++calls;
    state = State.CALLING;
    List<Object> fields =
        new ArrayList<>(
            List.of("call", call, "to", wish.path("to"), "sdp", sdp(), "follow", wish.path("ref")));
    if (wish.has("replaces")) {
      fields.addAll(List.of("replaces", wish.path("replaces")));
    }
    asks("call", reply -> state = isOk(reply) ? state : State.OVER, fields.toArray());
  }

  @Override
  List<Step> steps(Random random) {
    return switch (state) {
      case CALLING -> List.of(new Step("cancels", this::leaves), new Step("is cut", this::isCut));
      case RUNG ->
          List.of(
              new Step("accepts", this::accepts),
              new Step("accepts at once", this::accepts),
              new Step("is cut", this::isCut),
              new Step("rejects", () -> rejects(random.nextBoolean() ? "busy" : "declined")));
      case ANSWERING ->
          List.of(new Step("hangs up", this::leaves), new Step("is cut", this::isCut));
      case LEAVING -> List.of(new Step("is cut", this::isCut));
      case ACTIVE -> {
        List<Step> steps = new ArrayList<>();
        if (!changing) {
          steps.add(new Step("holds or resumes", this::holds));
          steps.add(new Step("updates", this::updates));
        }
        steps.add(new Step("presses a key", this::presses));
        steps.add(new Step("is cut", this::isCut));
        steps.add(new Step("hangs up", this::leaves));
        yield steps;
      }
      case NONE, OVER -> List.of();
    };
  }

  private void accepts() {
    state = State.ANSWERING;
    asks(
        "accept",
        reply -> {
          if (state == State.ANSWERING && isOk(reply)) {
            state = State.ACTIVE;
          }
        },
        "call",
        call,
        "sdp",
        sdp());
  }

  private void rejects(String code) {
    state = State.LEAVING;
    asks("reject", this::isOk, "call", call, "code", code);
  }

  @Override
  void leaves() {
    if (isIn(State.CALLING, State.RUNG, State.ANSWERING, State.ACTIVE)) {
      String how = state == State.RUNG ? "reject" : "hangup";
      state = State.LEAVING;
      asks(how, this::isOk, "call", call);
    }
  }

  private void holds() {
    changing = true;
    boolean on = !holds;
    asks(
        "hold",
        reply -> {
          changing = false;
          if (isOk(reply)) {
            holds = on;
          }
        },
        "call",
        call,
        "on",
        on);
  }

  private void updates() {
    changing = true;
    asks(
        "update",
        reply -> {
          changing = false;
          if (isOk(reply)) {
            assertThat(reply.path("sdp").asText()).startsWith("v=0");
          }
        },
        "call",
        call,
        "rev",
        ++rev,
        "sdp",
        sdp());
  }

  private void presses() {
    asks("dtmf", this::isOk, "call", call, "digits", "5");
  }

  /** Comes back at once, and asks again what had no reply. */
  private void isCut() {
    phone.loses();
    ObjectNode resumed = phone.resumes(phone.lastSeq());
    assertThat(resumed.path("replay").asText()).isEqualTo("events");
    seats.forEach(each -> each.asked.keySet().forEach(phone::repeats));
  }

  private boolean isOk(ObjectNode reply) {
    boolean ok = reply.path("ok").asBoolean();
    if (!ok) {
      String code = reply.path("error").path("code").asText();
      if (seats.size() == 1 || !TRANSFERRED.contains(code)) {
        assertThat(code).as("%s", reply).isIn(CROSSED);
      }
    }
    return ok;
  }

  @Override
  boolean reacts() {
    boolean any = false;
    for (String id : List.copyOf(asked.keySet())) {
      Optional<ObjectNode> reply = phone.replyIfThere(id);
      if (reply.isPresent()) {
        any = true;
        asked.remove(id).accept(reply.get());
      }
    }
    while (!phone.isIdle()) {
      any = true;
      ObjectNode event = phone.receivesAny();
      seatOf(event).hears(event);
    }
    return any;
  }

  private WalkingJson seatOf(ObjectNode event) {
    if (event.path("type").asText().equals("incoming")) {
      return seats.stream()
          .filter(each -> each.isIn(State.NONE, State.OVER))
          .findFirst()
          .orElse(this);
    }
    return seats.stream()
        .filter(each -> each.call.equals(event.path("call").asText()))
        .findFirst()
        .orElse(this);
  }

  private void hears(ObjectNode event) {
    String type = event.path("type").asText();
    if (type.equals("incoming")) {
      assertThat(state).as("%s", event).isIn(State.NONE, State.OVER);
      call = event.path("call").asText();
      state = State.RUNG;
      return;
    }
    assertThat(event.path("call").asText()).as("of no call: %s", event).isEqualTo(call);
    assertThat(state).as("after the end: %s", event).isNotEqualTo(State.OVER);
    switch (type) {
      case "accepted" -> state = state == State.LEAVING ? state : State.ACTIVE;
      case "hold" -> isHeld = event.path("remote").asBoolean();
      case "update" -> answers(event.path("rev"));
      case "ended" -> state = State.OVER;
      case "transfer_request" -> isAsked(event);
      default ->
          assertThat(type)
              .isIn("progress", "candidate", "dtmf", "info", "peer", "transfer_progress");
    }
  }

  private void answers(JsonNode number) {
    rev = Math.max(rev, number.asInt());
    asks("update_answer", this::isOk, "call", call, "rev", number.asInt(), "sdp", sdp());
  }

  @Override
  boolean waits() {
    return !asked.isEmpty() || state == State.LEAVING;
  }
}
