package dev.tandem.gateway.ladder;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;
import static dev.tandem.testkit.Sip.CANCEL;
import static dev.tandem.testkit.Sip.INFO;
import static dev.tandem.testkit.Sip.INVITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testkit.Habit;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.Sdp;
import dev.tandem.testkit.SipText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A SIP phone in a random walk, which does what the libraries do. */
final class WalkingSip extends WalkingSide {
  private final Phone phone;
  private final String user;
  private final Set<String> taken = new HashSet<>();
  private SipText invite; // that rang it
  private SipText dialog; // a message of it
  private String localTag;
  private String remoteTag;
  private boolean mayCancel;
  private boolean cancels;
  private boolean changing;
  private boolean wantsHold;

  WalkingSip(Phone phone, String user) {
    this.phone = phone.with(Habit.SEES_TRYING);
    this.user = user;
  }

  @Override
  String user() {
    return user;
  }

  @Override
  void forgets() {
    invite = null;
    mayCancel = false;
    cancels = false;
    changing = false;
  }

  @Override
  void calls(String whom) {
    state = State.CALLING;
    phone.invites(LadderTest.sip(whom));
  }

  @Override
  List<Step> steps(Random random) {
    return switch (state) {
      case CALLING ->
          mayCancel && !cancels ? List.of(new Step("cancels", this::leaves)) : List.of();
      case RUNG ->
          List.of(
              new Step("answers", this::answers),
              new Step("answers at once", this::answers),
              new Step("refuses", () -> refuses(random.nextBoolean() ? 486 : 603)));
      case ACTIVE -> {
        List<Step> steps = new ArrayList<>();
        if (!changing) {
          steps.add(new Step("holds or resumes", this::changes));
        }
        steps.add(new Step("presses a key", () -> phone.sends(INFO)));
        steps.add(new Step("hangs up", this::leaves));
        yield steps;
      }
      case NONE, ANSWERING, LEAVING, OVER -> List.of();
    };
  }

  private void answers() {
    phone.answers(invite, 200);
    state = State.ANSWERING;
  }

  private void refuses(int status) {
    phone.answers(invite, status);
    state = State.OVER;
  }

  private void changes() {
    changing = true;
    wantsHold = !holds;
    if (wantsHold) {
      phone.holds();
    } else {
      phone.resumes();
    }
  }

  @Override
  void leaves() {
    switch (state) {
      case CALLING -> {
        if (mayCancel && !cancels) {
          cancels = true;
          phone.sends(CANCEL);
        }
      }
      case RUNG -> refuses(603);
      case ACTIVE -> {
        state = State.LEAVING;
        phone.sends(BYE);
      }
      default -> {}
    }
  }

  @Override
  void transfers(String whom) {
    TransferLadderTest.refers(phone, "<" + LadderTest.sip(whom) + ">");
  }

  @Override
  void joins(WalkingSide second) {
    TransferLadderTest.refers(phone, ((WalkingSip) second).place());
  }

  /** Its place in its call, as it sees it, for who is to take it. */
  private String place() {
    return "<sip:anybody@example.test?Replaces="
        + URLEncoder.encode(
            dialog.callId() + ";to-tag=" + remoteTag + ";from-tag=" + localTag,
            StandardCharsets.UTF_8)
        + ">";
  }

  /** Of the first answer, or the ACK to it. */
  private void talksIn(SipText message, boolean calls) {
    dialog = message;
    remoteTag = calls ? message.toTag() : message.fromTag();
    localTag = calls ? message.fromTag() : message.toTag();
  }

  @Override
  boolean reacts() {
    boolean any = false;
    while (!phone.isIdle()) {
      any = true;
      SipText text = phone.receivesAny();
      if (text.isResponse()) {
        isAnswered(text);
      } else if (taken.add(text.branch() + text.method())) {
        isAsked(text);
      }
    }
    return any;
  }

  private void isAsked(SipText request) {
    switch (request.method()) {
      case INVITE -> {
        if (request.toTag() == null) {
          assertThat(state).as("%s", request).isIn(State.NONE, State.OVER);
          invite = request;
          state = State.RUNG;
          phone.answers(request, 180);
        } else {
          isOffered(request);
        }
      }
      case CANCEL -> {
        if (state == State.RUNG) {
          refuses(487);
        }
      }
      case ACK -> {
        if (state == State.ANSWERING) {
          talksIn(request, false);
          state = State.ACTIVE;
        }
      }
      case BYE -> {
        phone.answers(request, 200);
        state = State.OVER;
      }
      default -> phone.answers(request, 200);
    }
  }

  private void isOffered(SipText request) {
    if (state == State.LEAVING || state == State.OVER) {
      phone.answers(request, 481);
    } else if (changing || state == State.ANSWERING) {
      phone.answers(request, 491);
    } else {
      isHeld = request.bodyText().contains("a=sendonly");
      String direction =
          isHeld ? (holds ? "inactive" : "recvonly") : holds ? "sendonly" : "sendrecv";
      phone.describes(Sdp.directed(phone.sdp(), direction)).answers(request, 200);
    }
  }

  private void isAnswered(SipText response) {
    int status = response.status();
    if (!response.cseqMethod().equals(INVITE)) {
      if (response.cseqMethod().equals(BYE) && status >= 200) {
        state = State.OVER;
      }
    } else if (status < 200) {
      mayCancel = true;
    } else if (state == State.CALLING) {
      beginsOrNot(response);
    } else if (changing) {
      changing = false;
      if (status < 300) {
        phone.sends(ACK);
        holds = wantsHold;
      }
    }
  }

  /** The answer to its INVITE; it may have crossed the CANCEL, and then the call is hung up. */
  private void beginsOrNot(SipText response) {
    if (response.status() >= 300) {
      state = State.OVER;
    } else {
      phone.sends(ACK);
      talksIn(response, true);
      state = State.ACTIVE;
      if (cancels) {
        leaves();
      }
    }
  }

  @Override
  boolean waits() {
    return changing || isIn(State.ANSWERING, State.LEAVING) || (state == State.CALLING && cancels);
  }
}
