package dev.tandem.gateway.media;

import dev.tandem.gateway.call.Cause;

/** Why there is no relay for a call that needs one. */
public enum MediaFault {
  /** No rtpengine answers. */
  UNREACHABLE("Media Relay Unreachable"),
  /** It answered that it cannot, such as with an error in a description. */
  REFUSED("Media Relay Refuses"),
  /** It has as many calls as it takes, or too many questions of ours wait. */
  FULL("Media Relay Full");

  private final String text;

  MediaFault(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /** For the call: 503 and a Reason of its own (Q.850: resource unavailable). */
  Cause cause() {
    return Cause.of(503, text, "Q.850;cause=47;text=\"" + text + "\"");
  }
}
