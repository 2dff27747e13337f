package dev.tandem.gateway.media;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an rtpengine answers. A value that is not there, or of another kind, reads as nothing. */
record NgReply(Map<String, Object> values) {

  boolean isOk() {
    String result = text("result");
    return result != null && (result.equals("ok") || result.equals("pong"));
  }

  /** It has as many calls as it takes; another may have room. */
  boolean isFull() {
    return "load limit".equals(text("result"));
  }

  /** What it says of a refusal; never empty. */
  String reason() {
    String reason = text("error-reason");
    String result = text("result");
    return reason != null ? reason : result != null ? result : "no result";
  }

  @Nullable String text(String key) {
    return values.get(key) instanceof String text ? text : null;
  }

  long number(String key) {
    return values.get(key) instanceof Long number ? number : 0;
  }

  /** A dictionary inside; an empty one when there is none. */
  NgReply at(String key) {
    return of(values.get(key));
  }

  /** The dictionaries that are the values of a dictionary. */
  List<NgReply> all() {
    return values.values().stream().map(NgReply::of).toList();
  }

  /** The items of a list. */
  List<?> list(String key) {
    return values.get(key) instanceof List<?> items ? items : List.of();
  }

  @SuppressWarnings("unchecked") // Bencode makes no maps with other keys
  static NgReply of(@Nullable Object value) {
    return new NgReply(value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of());
  }
}
