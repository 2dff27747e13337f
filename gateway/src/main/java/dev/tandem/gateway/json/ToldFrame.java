package dev.tandem.gateway.json;

/** One frame of the gateway's, as it is written. */
public final class ToldFrame {
  private final long seq;
  private final byte[] bytes;

  ToldFrame(long seq, byte[] bytes) {
    this.seq = seq;
    this.bytes = bytes;
  }

  /** Its number in the session; 0 for one that belongs to a connection and has none. */
  public long seq() {
    return seq;
  }

  /** Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }
}
