package dev.tandem.gateway.media;

import dev.tandem.gateway.call.Cause;
import java.util.Locale;

/** What can be wrong with the media of a call that has a relay, or needs one. */
public enum MediaFault {
  /** No rtpengine answers. */
  UNREACHABLE("Media Relay Unreachable"),
  /** It answered that it cannot, such as with an error in a description. */
  REFUSED("Media Relay Refuses"),
  /** It has as many calls as it takes, or too many questions of ours wait. */
  FULL("Media Relay Full"),
  /** Nobody was heard for too long. */
  SILENT("Media Timeout");

  private final String text;

  MediaFault(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /**
   * The same, with the word for {@link Cause#HEADER}.
   *
   * @param told whether who is refused may know it
   */
  Cause cause(boolean told) {
    Cause cause = cause();
    return told ? new Cause(cause.status(), cause.text(), cause.reasons(), word()) : cause;
  }

  private String word() {
    return "media_" + name().toLowerCase(Locale.ROOT);
  }

  /**
   * For the call: 503 and a Reason of its own (Q.850: resource unavailable), or of a call that went
   * on, 480 (recovery on timer expiry).
   */
  Cause cause() {
    return this == SILENT
        ? Cause.of(480, text, "Q.850;cause=102;text=\"" + text + "\"")
        : Cause.of(503, text, "Q.850;cause=47;text=\"" + text + "\"");
  }
}
