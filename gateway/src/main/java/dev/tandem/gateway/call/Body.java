package dev.tandem.gateway.call;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A message body, passed on byte for byte. Immutable: nobody writes to the array given here. */
public final class Body {
  private final String contentType;
  private final byte[] bytes;

  public Body(String contentType, byte[] bytes) {
    this.contentType = contentType;
    this.bytes = bytes;
  }

  public static Body sdp(String text) {
    return new Body("application/sdp", text.getBytes(StandardCharsets.UTF_8));
  }

  /** The Content-Type value with its parameters. */
  public String contentType() {
    return contentType;
  }

  /** Whether it describes a session (RFC 8866). */
  public boolean isSdp() {
    return contentType.startsWith("application/sdp");
  }

  /** Not a copy: read only. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Body that
        && contentType.equals(that.contentType)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * contentType.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return contentType + "[" + bytes.length + "]";
  }
}
