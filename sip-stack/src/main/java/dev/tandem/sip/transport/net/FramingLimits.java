package dev.tandem.sip.transport.net;

/**
 * How large a message on a stream may be; checked before anything is kept.
 *
 * @param maxMessageBytes header section and body together
 * @param maxHeadBytes start line and headers, with the empty line that ends them
 * @param maxHeaderLines lines of the header section, continuation lines included
 */
public record FramingLimits(int maxMessageBytes, int maxHeadBytes, int maxHeaderLines) {

  public FramingLimits {
    Checks.between("maxMessageBytes", maxMessageBytes, 1, 1 << 30);
    Checks.between("maxHeadBytes", maxHeadBytes, 1, maxMessageBytes);
    Checks.between("maxHeaderLines", maxHeaderLines, 1, 1_000_000);
  }

  public static FramingLimits defaults() {
    return new FramingLimits(64 << 10, 16 << 10, 256);
  }
}
