package dev.tandem.gateway.json;

import dev.tandem.gateway.bridge.AttendedTransfer;
import dev.tandem.gateway.bridge.BlindTransfer;
import dev.tandem.gateway.bridge.Branches;
import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.CalleeLeg;
import dev.tandem.gateway.bridge.Callees;
import dev.tandem.gateway.bridge.Leg;
import dev.tandem.gateway.bridge.NewCall;
import dev.tandem.gateway.bridge.TransferListener;
import dev.tandem.gateway.bridge.TransferWish;
import dev.tandem.gateway.bridge.Transferee;
import dev.tandem.gateway.call.Cause;
import dev.tandem.gateway.call.Header;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.routing.CallerId;
import dev.tandem.gateway.routing.RouteDecision;
import dev.tandem.gateway.routing.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transfers: those that clients ask for, and those that clients are asked to carry out. A client is
 * asked if it says that it can ({@code transfer} among its features); for all others the gateway
 * does it. Thread-safe.
 */
final class TransferRequests {
  /** So many transfers may follow each other in what began as one call. */
  private static final int MAX_TRANSFERS = 16;

  private final JsonParts parts;
  private final SipSide sip;
  private final Dialling dialling;

  TransferRequests(JsonParts parts, SipSide sip, Dialling dialling) {
    this.parts = parts;
    this.sip = sip;
    this.dialling = dialling;
  }

  void transfer(Session session, Wire wire, Fields fields, Reply reply) {
    JsonLeg leg = session.call(fields.id("call"));
    if (fields.has("with")) {
      JsonLeg second = session.call(fields.id("with"));
      CallRequests.step(leg, reply, first -> attended(first, second, reply));
    } else {
      Dialled to = dialling.read(fields, "to");
      dialling.refuseLate(session, to);
      CallRequests.step(leg, reply, first -> blind(session, wire, first, to, reply));
    }
  }

  private void attended(JsonLeg leg, JsonLeg second, Reply reply) {
    mayTransfer(leg);
    if (second == leg) {
      throw Refusal.field("with", "is the same call");
    }
    Transferee willing = willing(leg);
    if (willing != null) {
      TransferWish.Seat place = new TransferWish.Seat(second.call(), second);
      String to = second.other().uri();
      willing.askToTransfer(wish(leg, to, by(leg.session()), place));
      reply.ok(reply.begin().put("call", leg.name()));
      return;
    }
    if (!AttendedTransfer.begin(leg.call(), leg.self(), second.call(), second, telling(leg))) {
      throw Refusal.of(ErrorCode.GLARE, "another transfer goes on");
    }
    reply.ok(reply.begin().put("call", leg.name()));
  }

  private void blind(Session session, Wire wire, JsonLeg leg, Dialled to, Reply reply) {
    mayTransfer(leg);
    Source asking = dialling.source(session, wire, null, to);
    Leg transferred = leg.call().leg(leg.call().otherThan(leg.self()));
    CallerId transferee = Texts.callerId(transferred.peer());
    Source source =
        new Source(
            asking.user(),
            null,
            asking.address(),
            transferee,
            null,
            transferred.privacy(),
            asking.rights());
    RouteDecision decision = dialling.route(source, to, List.of(), session.login());
    Transferee willing = willing(leg);
    if (willing != null) {
      willing.askToTransfer(wish(leg, to.uri(), by(session), null));
      reply.ok(reply.begin().put("call", leg.name()));
      return;
    }
    List<List<CalleeLeg>> rounds =
        sip.branches().to(decision, source, Branches.Description.COMPLETE).rounds();
    if (rounds.isEmpty()) {
      throw Refusal.sip(480, "Temporarily Unavailable");
    }
    CallInfo info = dialling.info(session, leg.name(), source, to, decision);
    NewCall wanted =
        new NewCall(
            info,
            to.shown().toString(),
            Callees.inRounds(rounds),
            new Payload(null, List.of(new Header("Referred-By", by(session)))));
    if (!BlindTransfer.begin(leg.call(), leg.self(), wanted, telling(leg))) {
      throw Refusal.of(ErrorCode.GLARE, "another transfer goes on");
    }
    reply.ok(reply.begin().put("call", leg.name()));
  }

  /** Who is transferred, if that is a client that carries transfers out itself. */
  private static @Nullable Transferee willing(JsonLeg leg) {
    return leg.call().leg(leg.call().otherThan(leg.self())) instanceof Transferee other
            && other.takesTransfers()
        ? other
        : null;
  }

  private TransferWish wish(JsonLeg leg, String to, String by, TransferWish.@Nullable Seat place) {
    return new TransferWish(leg.call(), to, by, place, telling(leg), parts.longestTransfer());
  }

  private static String by(Session session) {
    return new CallerId(session.login().aor().user(), session.login().aor().host(), null)
        .toString();
  }

  private static void mayTransfer(JsonLeg leg) {
    leg.must(
        leg.phase() == JsonLeg.Phase.ACTIVE && !leg.self().isAside(),
        "only a call that is answered can be transferred");
    if (leg.call().transfers() >= MAX_TRANSFERS) {
      throw Refusal.sip(403, "Too Many Transfers");
    }
    boolean others =
        leg.call().leg(leg.call().otherThan(leg.self())) instanceof Transferee other
            && other.isAskedToTransfer();
    if (others || leg.isAskedToTransfer()) {
      throw Refusal.of(ErrorCode.GLARE, "another transfer goes on");
    }
  }

  private static TransferListener telling(JsonLeg leg) {
    return new TransferListener() {
      @Override
      public void progressed(int status, String reason) {
        tell(status, reason, false, false);
      }

      @Override
      public void succeeded(Runnable hangUp) {
        tell(200, "OK", true, true);
        hangUp.run();
      }

      @Override
      public void failed(int status, String reason) {
        tell(status, reason, true, false);
      }

      private void tell(int status, String reason, boolean last, boolean ok) {
        if (leg.phase() == JsonLeg.Phase.OVER) {
          return;
        }
        var event = leg.event("transfer_progress").put("status", status);
        event.put("text", Texts.shortened(reason, 200)).put("final", last);
        if (last) {
          event.put("ok", ok);
        }
        leg.send(event);
      }
    };
  }

  // Carried out by the client.

  /** What a {@code call} carries out; null when nothing. */
  @Nullable AskedTransfer followed(Session session, Fields fields, Dialled to) {
    String replaces = fields.optionalLine("replaces", 512);
    if (!fields.has("follow")) {
      if (replaces != null) {
        throw Refusal.field("replaces", "is said of a transfer only: with follow");
      }
      return null;
    }
    AskedTransfer asked = session.asked(fields.id("follow"));
    if (replaces == null ? asked.replaces() != null : !replaces.equals(asked.replaces())) {
      throw Refusal.field("replaces", "is not what transfer_request said");
    }
    String wanted = asked.wish().to();
    if (replaces == null && !Dialled.parse(wanted, "to", parts.domain()).equals(to)) {
      throw Refusal.field("to", "is not whom transfer_request named");
    }
    return asked;
  }

  void reject(Session session, Fields fields, Reply reply) {
    AskedTransfer asked = session.asked(fields.id("ref"));
    asked.take();
    reply.ok(reply.begin().put("ref", asked.name()));
    asked.failed(Cause.of(603, "Decline"));
  }
}
