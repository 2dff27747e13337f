package dev.tandem.sip.stack;

/**
 * Bounds on the header section, checked on the bytes before the parser sees them: its cost grows
 * with the square of some of these.
 *
 * @param headerBytes the start line and all headers together
 * @param lineBytes one header with its folded lines
 * @param headers how many header lines
 * @param values comma-separated values in one header line
 */
public record MessageLimits(int headerBytes, int lineBytes, int headers, int values) {
  public static final MessageLimits DEFAULT = new MessageLimits(16 * 1024, 8 * 1024, 128, 64);

  public MessageLimits {
    if (headerBytes < 1024 || lineBytes < 256 || headers < 16 || values < 8) {
      throw new IllegalArgumentException("limits are too small for any real SIP message");
    }
  }
}
