package dev.tandem.gateway.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer's media are made of, and what a relay does for it. Immutable.
 *
 * @param strip encoding names that it is never offered
 * @param transcode encoding names that it is offered although the other side has none of them
 * @param strictSource whether packets count only from where its first ones came
 * @param keys how it hears of keys that the other side presses
 * @param record whether its calls are to be recorded, from their beginning
 * @param network the relay's name for the interface that it is reached by; null for any
 */
public record PeerMedia(
    Kind kind,
    List<String> strip,
    List<String> transcode,
    boolean strictSource,
    Keys keys,
    boolean record,
    @Nullable String network) {

  /** How media travel. */
  public enum Kind {
    /** Nobody knows, or nobody is to touch them: what the peer says passes as it is. */
    AS_IT_IS,
    /** ICE, and SRTP with keys by DTLS (RFC 8827). */
    WEBRTC,
    /** Plain RTP (RFC 3551). */
    RTP,
    /** SRTP with keys in the description (RFC 4568). */
    SRTP
  }

  /** How a peer hears of the keys of a telephone. */
  public enum Keys {
    /** As they were sent. */
    AS_SENT,
    /** In its media if it describes them so, else as they were sent. */
    AUTO,
    /** In its media, as events (RFC 4733), or as tones if it knows no events. */
    RFC4733,
    /** By INFO alone. */
    INFO,
    /** By INFO, of those in its media, too, which it has as well: its programs cannot read them. */
    INFO_TOO
  }

  public static final PeerMedia AS_IT_IS = of(Kind.AS_IT_IS);

  public static final PeerMedia BROWSER =
      new PeerMedia(Kind.WEBRTC, List.of(), List.of(), false, Keys.INFO_TOO, false, null);

  public PeerMedia {
    strip = List.copyOf(strip);
    transcode = List.copyOf(transcode);
  }

  /** With no wishes for codecs. */
  public static PeerMedia of(Kind kind) {
    return new PeerMedia(kind, List.of(), List.of(), false, Keys.AUTO, false, null);
  }

  /** The same, recorded. */
  public PeerMedia recorded() {
    return new PeerMedia(kind, strip, transcode, strictSource, keys, true, network);
  }

  /** The same, reached by that interface of the relay's, if it is not known to be by another. */
  public PeerMedia reachedBy(@Nullable String otherwise) {
    return network != null || otherwise == null
        ? this
        : new PeerMedia(kind, strip, transcode, strictSource, keys, record, otherwise);
  }

  /** Whether the two can be told of each other, so that a relay may stand between them. */
  public boolean isKnownLike(PeerMedia other) {
    return kind != Kind.AS_IT_IS && other.kind != Kind.AS_IT_IS;
  }

  /** Whether the two cannot talk without a relay. */
  public boolean differsFrom(PeerMedia other) {
    return isKnownLike(other) && kind != other.kind;
  }
}
