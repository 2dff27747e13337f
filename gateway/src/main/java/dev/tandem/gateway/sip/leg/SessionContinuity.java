package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.call.Payload;
import dev.tandem.gateway.sip.leg.SdpText.Origin;
import dev.tandem.gateway.sip.leg.SdpText.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a peer in one session when, after a transfer, somebody else describes it. RFC 3264 §8 wants
 * of every description after the first that its o= line differs in the version only, and that no m=
 * line goes away or becomes another medium. So the origin is rewritten, media are put in the places
 * that they had, and a medium that the newcomer does not have is refused in its place; from the
 * answer to such an offer those places are taken out again. As long as the session is the one that
 * it began as, everything passes byte for byte. One for each leg, on its call's executor.
 */
final class SessionContinuity {
  private static final String SDP = "application/sdp";

  private @Nullable Body last; // what the peer was told last
  private @Nullable Body before; // the same before our last offer
  private boolean changed; // another than the one with whom it began may describe it
  private int @Nullable [] places; // where the media of our last offer went; null: as they were

  /** After this, what others say is made to fit. */
  void meetsAnother() {
    changed = true;
  }

  /** An offer of somebody's, as this peer is to see it. */
  Payload offer(Payload payload) {
    places = null;
    before = last;
    return told(payload, true);
  }

  /** This peer did not take our offer. */
  void refused() {
    places = null;
    last = before;
  }

  /** An answer to this peer's offer, as it is to see it. */
  Payload answer(Payload payload) {
    places = null;
    return told(payload, false);
  }

  /** This peer's answer to our offer, as the one who made the offer expects it. */
  Payload answered(Payload payload) {
    int[] order = places;
    Body body = payload.body();
    places = null;
    if (order == null || body == null || !isSdp(body)) {
      return payload;
    }
    SdpText answer = SdpText.parse(body.bytes());
    List<Section> sections = new ArrayList<>();
    for (int place : order) {
      if (place >= answer.media().size()) {
        return payload;
      }
      sections.add(answer.media().get(place));
    }
    return carrying(payload, answer.with(sections));
  }

  /** For an offer of this peer's that nobody answers: the session is to stay what it was. */
  Payload asBefore() {
    Body body = last;
    if (body == null || !isSdp(body)) {
      return Payload.EMPTY;
    }
    SdpText told = SdpText.parse(body.bytes());
    SdpText answer = told.asAnswer();
    Origin origin = told.origin();
    if (origin != null && !answer.equals(told)) {
      answer = answer.as(origin, origin.version() + 1);
      changed = true;
    }
    Payload shown = carrying(Payload.EMPTY, answer);
    last = shown.body();
    return shown;
  }

  private Payload told(Payload payload, boolean isOffer) {
    Body body = payload.body();
    if (body == null || !isSdp(body)) {
      return payload;
    }
    Body latest = last;
    Payload shown = payload;
    if (latest != null && changed) {
      SdpText told = SdpText.parse(latest.bytes());
      SdpText news = SdpText.parse(body.bytes());
      Origin origin = told.origin();
      if (origin != null && news.origin() != null) {
        shown = carrying(payload, continued(told, origin, news, isOffer));
      }
    }
    last = shown.body();
    return shown;
  }

  private SdpText continued(SdpText told, Origin origin, SdpText news, boolean isOffer) {
    SdpText placed = isOffer ? placed(told, news) : news;
    SdpText next = placed.as(origin, origin.version() + 1);
    return next.saysTheSameAs(told) ? told : next;
  }

  private SdpText placed(SdpText told, SdpText news) {
    List<Section> offered = news.media();
    int[] order = new int[offered.size()];
    Arrays.fill(order, -1);
    List<Section> sections = new ArrayList<>();
    for (Section was : told.media()) {
      int next = nextOf(was.type(), offered, order);
      if (next < 0) {
        String mid = was.mid();
        boolean free = mid == null || !news.hasMid(mid);
        sections.add(was.refused(free ? mid : "gone" + sections.size()));
      } else {
        order[next] = sections.size();
        sections.add(offered.get(next));
      }
    }
    for (int i = 0; i < order.length; i++) {
      if (order[i] < 0) {
        order[i] = sections.size();
        sections.add(offered.get(i));
      }
    }
    boolean moved = sections.size() != order.length;
    for (int i = 0; i < order.length; i++) {
      moved |= order[i] != i;
    }
    places = moved ? order : null;
    return news.with(sections);
  }

  /** The first medium of that type which has no place yet; negative when there is none. */
  private static int nextOf(String type, List<Section> offered, int[] order) {
    for (int i = 0; i < order.length; i++) {
      if (order[i] < 0 && offered.get(i).type().equals(type)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isSdp(Body body) {
    return body.contentType().startsWith(SDP);
  }

  private static Payload carrying(Payload payload, SdpText sdp) {
    return new Payload(new Body(SDP, sdp.bytes()), payload.headers());
  }
}
