package dev.tandem.gateway.media;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.Keypress;
import dev.tandem.gateway.bridge.MediaRelay.Legs;
import dev.tandem.gateway.bridge.RelayedMedia;
import dev.tandem.gateway.call.Body;
import dev.tandem.gateway.sdp.Directions;
import dev.tandem.gateway.sdp.HiddenEvents;
import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sdp.PeerMedia.Keys;
import dev.tandem.gateway.sdp.PeerMedia.Kind;
import dev.tandem.gateway.sdp.PlainRtp;
import dev.tandem.gateway.sdp.SdpText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Two legs' media in one rtpengine, under one name from the first offer to the {@code delete}. The
 * two have the same tags all the time, whatever forks there are behind a leg: so what one leg hears
 * of ports, ICE and DTLS stays the same when another phone of the other side answers.
 *
 * <p>Questions are asked one after the other: what is asked while another is under way waits for
 * it, so that a {@code delete} never overtakes an offer. Fields that questions use are theirs: one
 * question's end happens before the next one's beginning.
 */
final class RelayedCall implements RelayedMedia, Silence.Watched {

  /** An offer, and its answer when it has come. */
  private static final class Round {
    private final Side by;
    private final Body offer;
    private @Nullable Body answer;
    private @Nullable Body told; // what became of the answer
    private @Nullable SdpText made; // what the engine made of the offer

    Round(Side by, Body offer) {
      this.by = by;
      this.offer = offer;
    }
  }

  /**
   * What the calls of one relay have in common.
   *
   * @param hearsKeys whether engines tell which keys are pressed in media
   * @param tellsCauses whether who is refused is told the word for it
   */
  record Shared(
      Rtpengines engines, MediaObserver observer, boolean hearsKeys, boolean tellsCauses) {}

  private static final Long NOBODY_COUNTS = -1L;
  private static final Outcome NOT_IN_MEDIA = Outcome.failed(MediaFault.REFUSED.cause());

  private final Shared shared;
  private final MediaObserver observer;
  private final Runnable gone;
  private final Legs legs;
  private final CallInfo info;
  private final EngineCall call;
  private final Map<Side, PeerMedia> media = new EnumMap<>(Side.class);
  private final Map<Side, Boolean> relayIsActive = new EnumMap<>(Side.class); // in DTLS
  private final Set<Side> known = new HashSet<>(2); // who has described itself
  private Side first = Side.CALLER; // who made the first offer
  private volatile boolean quiet = true; // nobody has agreed yet to be heard, or one holds
  private @Nullable Round current;
  private @Nullable Round settled;
  private boolean takesKeys; // it was told that keys will be pressed

  private CompletableFuture<?> last = CompletableFuture.completedFuture(null); // guarded by this
  private boolean closed; // guarded by this

  /**
   * Nothing is asked yet.
   *
   * @param name no other call has it, at any gateway
   * @param gone told once, when nothing is left of it
   * @param legs those whose media it carries
   */
  RelayedCall(
      Shared shared,
      Runnable gone,
      Legs legs,
      CallInfo info,
      String name,
      PeerMedia caller,
      PeerMedia callee) {
    this.shared = shared;
    this.observer = shared.observer();
    this.gone = gone;
    this.legs = legs;
    this.info = info;
    this.call = new EngineCall(shared.engines(), name, info, caller.record() || callee.record());
    media.put(Side.CALLER, caller);
    media.put(Side.CALLEE, callee);
  }

  @Override
  public CompletableFuture<Outcome> offer(Side by, Body sdp) {
    return next(() -> offered(new Round(by, sdp)));
  }

  @Override
  public CompletableFuture<Outcome> answer(Side by, Body sdp) {
    return next(
        () -> {
          Round round = current;
          if (round == null || round.by == by) {
            return failed(MediaFault.REFUSED, "an answer to no offer");
          }
          Body told = round.told;
          Body answer = round.answer;
          return told != null && answer != null && answer.equals(sdp)
              ? CompletableFuture.completedFuture(Outcome.of(told))
              : answered(round, sdp);
        });
  }

  @Override
  public CompletableFuture<Outcome> press(Side by, Keypress pressed) {
    return next(
        () -> {
          Side to = by.other();
          if (settled == null || settled != current || !hearsKeys(to)) {
            return CompletableFuture.completedFuture(NOT_IN_MEDIA);
          }
          if (takesKeys) {
            return play(by, pressed);
          }
          takesKeys = true;
          return backToSettled()
              .thenCompose(
                  outcome ->
                      outcome.failure() == null
                          ? play(by, pressed)
                          : CompletableFuture.completedFuture(outcome));
        });
  }

  private boolean hearsKeys(Side side) {
    return switch (media(side).keys()) {
      case AS_SENT, INFO, INFO_TOO -> false;
      case RFC4733 -> true;
      case AUTO -> said(side).contains(" telephone-event/");
    };
  }

  /** The description that a side gave last. */
  private String said(Side side) {
    Round round = settled;
    if (round == null) {
      return "";
    }
    Body answer = round.answer;
    return round.by == side ? text(round.offer) : answer == null ? "" : text(answer);
  }

  private CompletableFuture<Outcome> play(Side by, Keypress pressed) {
    return call.play(by, pressed)
        .handle((reply, thrown) -> thrown == null && reply.isOk() ? Outcome.DONE : NOT_IN_MEDIA);
  }

  /** The engine says that one of the two has pressed a key in its media. From any thread. */
  void pressedInMedia(String tag, Keypress key) {
    for (Side side : Side.values()) {
      Keys other = media(side.other()).keys();
      if (EngineCall.tag(side).equals(tag) && (other == Keys.INFO || other == Keys.INFO_TOO)) {
        legs.pressed(side, key);
      }
    }
  }

  /** Whether a side hears of keys by INFO alone, also of those in the other side's media. */
  private boolean hidesEvents(Side side) {
    return shared.hearsKeys() && media(side).keys() == Keys.INFO;
  }

  private CompletableFuture<Outcome> keepEvents(Outcome outcome) {
    CompletableFuture<Outcome> done = CompletableFuture.completedFuture(outcome);
    for (Side side : Side.values()) {
      if (outcome.failure() == null && hidesEvents(side.other())) {
        done = done.thenCompose(any -> call.keepEvents(side).handle((reply, thrown) -> outcome));
      }
    }
    return done;
  }

  @Override
  public void refused() {
    var unused =
        next(
            () -> {
              Round round = current;
              return round == null || round.answer != null
                  ? CompletableFuture.completedFuture(Outcome.of(Body.sdp("")))
                  : backToSettled();
            });
  }

  private CompletableFuture<Outcome> backToSettled() {
    Round before = settled;
    current = before;
    Body answer = before == null ? null : before.answer;
    if (before == null || answer == null) {
      return CompletableFuture.completedFuture(Outcome.of(Body.sdp("")));
    }
    return offered(before)
        .thenCompose(
            outcome ->
                outcome.failure() != null
                    ? CompletableFuture.completedFuture(outcome)
                    : answered(before, answer));
  }

  @Override
  public CompletableFuture<Outcome> record(Recording wish) {
    return next(
        () ->
            call.record(wish)
                .handle(
                    (reply, thrown) -> {
                      if (thrown != null) {
                        return fail(MediaFault.REFUSED, NgException.of(thrown).getMessage());
                      }
                      return reply.isOk() ? Outcome.DONE : fail(MediaFault.REFUSED, reply.reason());
                    }));
  }

  // Silence. Asked beside other questions, for it changes nothing.

  @Override
  public CompletableFuture<Long> packets() {
    return call.query()
        .handle(
            (reply, thrown) ->
                thrown == null && reply.isOk() ? figures(reply).packets() : NOBODY_COUNTS);
  }

  @Override
  public boolean mayBeSilent() {
    return quiet || !legs.areAnswered();
  }

  @Override
  public void isSilent(Duration since) {
    String why = "nobody was heard for " + since.toSeconds() + " s";
    legs.end(MediaFault.SILENT.cause(), () -> observer.failed(info, MediaFault.SILENT, why));
  }

  @Override
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = last.handle((any, thrown) -> true).thenCompose(any -> delete());
    }
  }

  /** After what was asked before. */
  private synchronized CompletableFuture<Outcome> next(
      Supplier<CompletableFuture<Outcome>> question) {
    if (closed) {
      return CompletableFuture.completedFuture(
          Outcome.failed(MediaFault.REFUSED.cause())); // the call is over: nobody hears of it
    }
    CompletableFuture<Outcome> outcome =
        last.handle((any, thrown) -> true).thenCompose(any -> question.get());
    last = outcome;
    return outcome;
  }

  // Questions.

  private CompletableFuture<Outcome> offered(Round round) {
    Side to = round.by.other();
    Map<String, Object> question = new HashMap<>();
    question.putAll(NgFlags.offer(media(round.by), media(to), takesKeys));
    question.put("command", "offer");
    question.put("from-tag", EngineCall.tag(round.by));
    if (known.contains(to)) {
      question.put("to-tag", EngineCall.tag(to));
    }
    if (known.isEmpty()) {
      first = round.by;
    }
    known.add(round.by);
    current = round;
    Body offer = hidesEvents(round.by) ? changed(round.offer, HiddenEvents::inOffer) : round.offer;
    return call.describe(question, text(offer))
        .handle(
            (reply, thrown) -> {
              String made = reply == null ? null : reply.text("sdp");
              round.made =
                  made == null ? null : SdpText.parse(made.getBytes(StandardCharsets.ISO_8859_1));
              return told(reply, thrown, to);
            });
  }

  private CompletableFuture<Outcome> answered(Round round, Body sdp) {
    Side by = round.by.other();
    noteRole(by, sdp);
    known.add(by);
    boolean active = relayIsActive.computeIfAbsent(round.by, any -> true);
    Map<String, Object> question = new HashMap<>();
    question.putAll(NgFlags.answer(media(by), media(round.by), active, takesKeys));
    question.put("command", "answer");
    question.put("from-tag", EngineCall.tag(round.by));
    question.put("to-tag", EngineCall.tag(by));
    SdpText made = round.made;
    Body answer =
        hidesEvents(by) && made != null
            ? changed(sdp, said -> HiddenEvents.inAnswer(said, made))
            : sdp;
    return call.describe(question, text(answer))
        .handle(
            (reply, thrown) -> {
              Outcome outcome = told(reply, thrown, round.by);
              if (outcome.body() != null) {
                round.answer = sdp;
                round.told = outcome.body();
                settled = round;
                quiet = isHeld(round.offer) || isHeld(sdp);
              }
              return outcome;
            })
        .thenCompose(this::keepEvents);
  }

  /**
   * A DTLS role once agreed on is kept (RFC 8842 §5): a browser refuses an answer that changes it.
   */
  private void noteRole(Side by, Body answer) {
    if (media(by).kind() == Kind.WEBRTC) {
      relayIsActive.put(by, text(answer).contains("a=setup:passive"));
    }
  }

  private CompletableFuture<?> delete() {
    return call.delete(first)
        .thenAccept(
            reply -> {
              gone.run();
              if (reply != null && reply.isOk()) {
                observer.ended(info, figures(reply));
              }
            });
  }

  // Answers.

  private Outcome told(@Nullable NgReply reply, @Nullable Throwable thrown, Side to) {
    if (thrown != null) {
      NgException why = NgException.of(thrown);
      return fail(why.fault(), String.valueOf(why.getMessage()));
    }
    String sdp = reply == null || !reply.isOk() ? null : reply.text("sdp");
    if (sdp == null) {
      return fail(MediaFault.REFUSED, reply == null ? "nothing" : reply.reason());
    }
    Body heard = new Body("application/sdp", sdp.getBytes(StandardCharsets.ISO_8859_1));
    if (media(to).kind() != Kind.WEBRTC) {
      heard = changed(heard, PlainRtp::of);
    }
    if (hidesEvents(to)) {
      heard = changed(heard, HiddenEvents::without);
    }
    return Outcome.of(heard);
  }

  private static Body changed(Body sdp, UnaryOperator<SdpText> change) {
    return new Body(sdp.contentType(), change.apply(SdpText.parse(sdp.bytes())).bytes());
  }

  private Outcome fail(MediaFault fault, @Nullable String why) {
    observer.failed(info, fault, String.valueOf(why));
    return Outcome.failed(fault.cause(shared.tellsCauses()));
  }

  private CompletableFuture<Outcome> failed(MediaFault fault, String why) {
    return CompletableFuture.completedFuture(fail(fault, why));
  }

  private PeerMedia media(Side side) {
    return media.getOrDefault(side, PeerMedia.AS_IT_IS);
  }

  private static MediaFigures figures(NgReply reply) {
    return MediaFigures.of(reply, EngineCall.tag(Side.CALLER), EngineCall.tag(Side.CALLEE));
  }

  private static boolean isHeld(Body sdp) {
    return Directions.holds(text(sdp));
  }

  private static String text(Body sdp) {
    return new String(sdp.bytes(), StandardCharsets.ISO_8859_1);
  }
}
