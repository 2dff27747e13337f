package dev.tandem.sip.stack;

/**
 * Bounds on the header section, checked on the bytes before the parser sees them: its cost grows
 * with the square of some of these.
 *
 * @param headerBytes the start line and all headers together
 * @param lineBytes one header with its folded lines
 * @param headers how many header lines
 * @param values comma-separated values in one header line, outside quotes and angle brackets
 * @param uriBytes one URI in angle brackets
 * @param quotedBytes one quoted string, as a display name is
 * @param descriptionLines lines of a session description
 */
public record MessageLimits(
    int headerBytes,
    int lineBytes,
    int headers,
    int values,
    int uriBytes,
    int quotedBytes,
    int descriptionLines) {
  public static final MessageLimits DEFAULT =
      new MessageLimits(16 * 1024, 8 * 1024, 128, 64, 2048, 2048, 2000);

  public MessageLimits {
    if (headerBytes < 1024
        || lineBytes < 256
        || headers < 16
        || values < 8
        || uriBytes < 128
        || quotedBytes < 64
        || descriptionLines < 50) {
      throw new IllegalArgumentException("limits are too small for any real SIP message");
    }
  }
}
