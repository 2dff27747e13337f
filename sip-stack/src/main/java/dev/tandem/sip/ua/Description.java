package dev.tandem.sip.ua;

import gov.nist.javax.sip.header.ContentType;
import gov.nist.javax.sip.message.SIPMessage;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A session description, byte for byte as it was in a message. Immutable. */
final class Description {
  private final byte[] bytes;

  private Description(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The one that a message carries; null when it carries none, or one inside of something else. */
  static @Nullable Description of(SIPMessage message) {
    byte[] body = message.getRawContent();
    ContentType type = message.getContentTypeHeader();
    return body != null
            && body.length > 0
            && type != null
            && "application".equalsIgnoreCase(type.getContentType())
            && "sdp".equalsIgnoreCase(type.getContentSubType())
        ? new Description(body)
        : null;
  }

  void putInto(SIPMessage message) {
    try {
      message.setContent(bytes, new ContentType("application", "sdp"));
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An offer that leaves the DTLS role open cannot be an answer (RFC 5763 §5). */
  boolean isOnlyAnOffer() {
    return new String(bytes, StandardCharsets.UTF_8).contains("a=setup:actpass");
  }

  /**
   * Whether it says something else of the session than another of the same peer: neither a new
   * version alone does (RFC 3264 §8), nor who opens the DTLS association.
   */
  boolean changes(Description other) {
    return !withoutFormalities().equals(other.withoutFormalities());
  }

  private String withoutFormalities() {
    return new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("o=") && !line.startsWith("a=setup:"))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Description that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
