package dev.tandem.gateway.media;

import dev.tandem.gateway.bridge.CallInfo;
import dev.tandem.gateway.bridge.Keypress;
import dev.tandem.gateway.bridge.RelayedMedia.Recording;
import dev.tandem.gateway.bridge.RelayedMedia.Side;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A call as rtpengines know it: its name, which of them has it, and the questions that name it. The
 * first that takes a description of it keeps it. Whoever asks sees to the order.
 */
final class EngineCall {
  /** How loud a key is, in dBm0 below the loudest (RFC 4733 §2.3.4). */
  private static final long KEY_VOLUME = 8;

  /** How the question to one of several went. */
  private record Attempt(@Nullable NgReply reply, @Nullable Throwable thrown) {}

  private final Rtpengines engines;
  private final String name;
  private final String metadata;
  private boolean records;
  private volatile @Nullable Rtpengine engine;

  /** Those that were silent when they were to take it, and may have it all the same. */
  private final Set<Rtpengine> doubtful = ConcurrentHashMap.newKeySet(1);

  /**
   * No rtpengine has it yet.
   *
   * @param name no other call has it, at any gateway
   * @param info what is written beside a recording, for whoever looks for a call
   */
  EngineCall(Rtpengines engines, String name, CallInfo info, boolean records) {
    this.engines = engines;
    this.name = name;
    this.records = records;
    this.metadata =
        "call=%s callId=%s from=%s to=%s"
            .formatted(info.key(), info.callId(), info.from(), info.to());
  }

  /** The tag of a side, the same from the first offer to the end. */
  static String tag(Side side) {
    return side.name().toLowerCase(Locale.ROOT);
  }

  /** An offer or an answer: {@code flags} with its command and tags. */
  CompletableFuture<NgReply> describe(Map<String, Object> flags, String sdp) {
    Map<String, Object> question = new HashMap<>(flags);
    if (records) {
      question.put("record call", "yes"); // each time, for an engine that was started anew
      question.put("metadata", metadata);
    }
    question.put("call-id", name);
    question.put("sdp", sdp);
    Rtpengine mine = engine;
    return mine != null ? mine.ask(question) : askAny(question, new HashSet<>(), null);
  }

  /** The first that takes it keeps the call. */
  private CompletableFuture<NgReply> askAny(
      Map<String, Object> question, Set<Rtpengine> tried, @Nullable NgException before) {
    Rtpengine next = engines.next(tried);
    if (next == null) {
      return CompletableFuture.failedFuture(
          before == null
              ? new NgException(MediaFault.UNREACHABLE, "no rtpengine answers")
              : before);
    }
    tried.add(next);
    return next.ask(question)
        .handle((reply, thrown) -> new Attempt(reply, thrown))
        .thenCompose(
            attempt -> {
              NgReply reply = attempt.reply();
              if (reply != null && !reply.isFull()) {
                engine = next;
                next.takes();
                return CompletableFuture.completedFuture(reply);
              }
              Throwable thrown = attempt.thrown();
              NgException why =
                  thrown == null
                      ? new NgException(MediaFault.FULL, next.name() + " is full")
                      : NgException.of(thrown);
              if (why.fault() == MediaFault.UNREACHABLE) {
                doubtful.add(next);
              }
              return askAny(question, tried, why);
            });
  }

  /** Anything else; fails where no rtpengine has the call. */
  private CompletableFuture<NgReply> ask(String command, Map<String, Object> more) {
    Rtpengine mine = engine;
    if (mine == null) {
      return CompletableFuture.failedFuture(
          new NgException(MediaFault.REFUSED, "no rtpengine has the call"));
    }
    Map<String, Object> question = new HashMap<>(more);
    question.put("command", command);
    question.put("call-id", name);
    return mine.ask(question);
  }

  CompletableFuture<NgReply> query() {
    return ask("query", Map.of());
  }

  /** The other side hears this key in its media. */
  CompletableFuture<NgReply> play(Side by, Keypress pressed) {
    Map<String, Object> question = new HashMap<>();
    question.put("from-tag", tag(by)); // who presses, not who hears
    question.put("code", Character.toString(pressed.key()));
    question.put("volume", KEY_VOLUME); // what it takes for none is next to silence
    if (pressed.millis() > 0) {
      question.put("duration", (long) pressed.millis());
    }
    return ask("play DTMF", question);
  }

  /** The events of this side are for the engine to read, and go no further. */
  CompletableFuture<NgReply> keepEvents(Side of) {
    return ask("block DTMF", Map.of("from-tag", tag(of)));
  }

  CompletableFuture<NgReply> record(Recording wish) {
    CompletableFuture<NgReply> asked =
        switch (wish) {
          case START -> askToRecord("start recording");
          case STOP -> askToRecord("stop recording");
          case PAUSE -> askToPause();
        };
    return asked.whenComplete(
        (reply, thrown) -> {
          if (thrown == null && reply.isOk()) {
            records = wish == Recording.START;
          }
        });
  }

  /** One that knows no pause stops, and begins another file when it goes on. */
  private CompletableFuture<NgReply> askToPause() {
    return askToRecord("pause recording")
        .thenCompose(
            reply ->
                reply.isOk() || !reply.reason().startsWith("Unrecognized")
                    ? CompletableFuture.completedFuture(reply)
                    : askToRecord("stop recording"));
  }

  private CompletableFuture<NgReply> askToRecord(String command) {
    return ask(command, Map.of("metadata", metadata));
  }

  /**
   * It is needed no more; the answer has the figures.
   *
   * @param first who made the first offer
   * @return never fails; null when no rtpengine had it, or it does not answer
   */
  CompletableFuture<@Nullable NgReply> delete(Side first) {
    Rtpengine mine = engine;
    Map<String, Object> question =
        Map.of("command", "delete", "call-id", name, "from-tag", tag(first), "delete-delay", 0L);
    for (Rtpengine other : doubtful) {
      if (other != mine) {
        var unused = other.delete(question);
      }
    }
    if (mine == null) {
      return CompletableFuture.completedFuture(null);
    }
    return mine.delete(question)
        .handle(
            (reply, thrown) -> {
              mine.gives();
              return thrown == null ? reply : null;
            });
  }
}
